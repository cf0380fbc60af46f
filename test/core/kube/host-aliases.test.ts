import { expect, test } from 'vitest';
import { aliasesOf, hostnamesOf, withoutOwnNames } from '../../../src/core/kube/host-aliases.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { stackService } from '../../state/app.ts';

/** Two revisions are compared without the addresses of their Services, which always differ. */

const service = stackService('v2', 'cart');
service.spec.clusterIPs = ['10.0.0.2'];
const pods = (...hostAliases: { ip: string; hostnames: string[] }[]): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'front-v2', namespace: 'shop' },
  spec: { template: { spec: { containers: [], ...(hostAliases.length > 0 && { hostAliases }) } } },
});
const OWN = hostnamesOf('cart', 'shop');

test.each([
  ['the address of a Service', { ip: '10.0.0.2', hostnames: OWN }],
  ['an address that a dry run assumes', { ip: '192.0.2.255', hostnames: OWN }],
])('%s is left out', (_, alias) => {
  expect(withoutOwnNames(pods(alias), [service])).toEqual(pods());
});

test('what the manifest says stays: another name, and another address of the name', () => {
  const given = [
    { ip: '192.0.2.1', hostnames: ['cart'] },
    { ip: '10.0.0.2', hostnames: ['basket', ...OWN.slice(1)] },
  ];
  expect(aliasesOf(withoutOwnNames(pods(...given), [service]))).toEqual([
    { ip: '192.0.2.1', hostnames: ['cart'] },
    { ip: '10.0.0.2', hostnames: ['basket'] },
  ]);
});
