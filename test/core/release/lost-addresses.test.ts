import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/base/json.ts';
import { hostnamesOf } from '../../../src/core/kube/host-aliases.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { lostAddress } from '../../../src/core/release/lost-addresses.ts';
import { counterparts, stackService } from '../../state/app.ts';

/** Pods whose hosts file has the address of a Service that is gone. */

const RECORDED = { group: '', kind: 'Service', name: 'web-v2', uid: 'web-v2', created: true };
const pods = (...hostAliases: JsonObject[]): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'front-v2', namespace: 'shop' },
  spec: { template: { spec: { hostAliases } } },
});
const lost = (deployment: KubeObject, uid: string, clusterIPs: string[]) => {
  const service = stackService('v2');
  service.metadata.uid = uid;
  service.spec.clusterIPs = clusterIPs;
  return lostAddress([deployment], [service], { counterparts: counterparts('v2'), objects: [RECORDED] });
};
const KNOWN = pods({ ip: '10.0.0.1', hostnames: hostnamesOf('web', 'shop') });

test('a Service that was created again has another address than its callers know', () => {
  expect(lost(KNOWN, 'other', ['10.0.0.9'])).toBe(
    'Service web-v2 was created again with another address, which the pods of Deployment front-v2 do not know: they call 10.0.0.1',
  );
});

test.each([
  ['it is the same Service', KNOWN, 'web-v2', ['10.0.0.1']],
  // The manifest gave the name another address.
  ['the name was never the address of this Service', KNOWN, 'web-v2', ['10.0.0.9']],
  ['it was created again with the old address', KNOWN, 'other', ['10.0.0.1']],
  ['the pods know no addresses', pods(), 'other', ['10.0.0.9']],
  [
    'the address is one that the manifest gave the name',
    pods({ ip: '10.9.9.9', hostnames: ['web'] }),
    'other',
    ['10.0.0.9'],
  ],
  [
    'the pods know other names',
    pods({ ip: '10.0.0.1', hostnames: hostnamesOf('cart', 'shop') }),
    'other',
    ['10.0.0.9'],
  ],
])('nothing is lost if %s', (_, deployment, uid, addresses) => {
  expect(lost(deployment, uid, addresses)).toBeUndefined();
});
