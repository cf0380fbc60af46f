import { expect, test } from 'vitest';
import { ANNOTATION_ENTRY, LABEL_APP, type Service } from '../../../src/core/kube/objects.ts';
import { adoptedServices } from '../../../src/core/release/adoption.ts';

const service = (name: string, selector: Record<string, string>, metadata: object = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, ...metadata },
  spec: { selector, ports: [{ port: 80 }] },
});
const counterparts = [{ service: 'web-v2', baseName: 'web', ports: [{ number: 80 }] }];
const ids = { app: 'web', namespace: 'shop', revisionLabel: 'revision' };
const plain = { app: 'web', revision: 'v1' };

test.each<[string, Service[], Record<string, string>[]]>([
  ['a plain Service', [service('web', { app: 'web' })], [{ app: 'web' }]],
  ['one whose selector says a revision', [service('web', plain)], [plain]],
  ['none beside a Service of that revision', [service('web', plain), service('web-v1', plain)], []],
  ['none of a Service that follows', [service('web', plain, { annotations: { [ANNOTATION_ENTRY]: 'web' } })], []],
  ["none of another app's", [service('web', plain, { labels: { [LABEL_APP]: 'shop' } })], []],
  ['none of a name that the release does not have', [service('api', { app: 'api' })], []],
  ['none that selects nothing', [service('web', {})], []],
])('what was there before Greenpath stays for a rollback for %s', (_, services, selectors) => {
  const kept = adoptedServices(services, counterparts, ids);
  expect(kept.map(({ metadata }) => metadata.name)).toEqual(selectors.map(() => 'web-adopted'));
  expect(kept.map(({ spec }) => spec.selector)).toEqual(selectors);
});
