import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { deploymentsBehind, isBehind } from '../../src/state/deployments-behind.ts';
import { byPath, items, look, service, stackService } from './app.ts';

const deployment = (name: string, labels: Record<string, string>): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { template: { metadata: { labels } } },
});
const own = deployment('web-v2', { app: 'web', revision: 'v2' });
const other = deployment('other', { app: 'other' });

test('the Deployments behind Services are those whose pods they select, listed by the revision if all are of one', async () => {
  const { run, asked } = await look({}, byPath({ 'GET deployments': items(own, other) }));
  const found = await deploymentsBehind(run, [stackService('v2')]);
  expect(found.map(({ metadata }) => metadata.name)).toEqual(['web-v2']);
  expect(asked[0]?.query.labelSelector).toBe('greenpath.dev/app=web,greenpath.dev/revision=v2');
  await deploymentsBehind(run, [stackService('v2'), stackService('v1')]);
  expect(asked[1]?.query).toEqual({});
  expect(isBehind(service('x', {}), other)).toBe(false);
});
