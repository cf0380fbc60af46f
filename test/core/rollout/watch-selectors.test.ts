import { expect, test } from 'vitest';
import type { KubeObject, Service } from '../../../src/core/kube/objects.ts';
import { watchSelectors } from '../../../src/core/rollout/watch-selectors.ts';

const deployment = (matchLabels: Record<string, string>): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { selector: { matchLabels } },
});
const service = (name: string): Service => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: {} });
const REVISION = 'greenpath.dev/revision=v2';

test.each<[string, KubeObject[], Service[], string | undefined, [string, string, string]]>([
  [
    'one of each: its slices by the name of the Service',
    [deployment({ app: 'web', revision: 'v2' })],
    [service('web-v2')],
    'v2',
    [REVISION, 'app=web,revision=v2', 'kubernetes.io/service-name in (web-v2)'],
  ],
  [
    'several: pods by what all of them ask for, slices by the label of the revision',
    [deployment({ app: 'web', revision: 'v2' }), deployment({ app: 'api', revision: 'v2' })],
    [service('a'), service('b')],
    'v2',
    [REVISION, 'revision=v2', REVISION],
  ],
  [
    'several without that label: all Deployments of the namespace, slices by the names of the Services',
    [deployment({ app: 'web' }), deployment({ app: 'api' })],
    [service('a'), service('b')],
    undefined,
    ['', '', 'kubernetes.io/service-name in (a,b)'],
  ],
])('%s', (_, deployments, services, labelled, [ofDeployments, pods, slices]) => {
  const selectors = { deployments: ofDeployments, pods, slices };
  expect(watchSelectors(deployments, services, labelled)).toEqual(selectors);
});
