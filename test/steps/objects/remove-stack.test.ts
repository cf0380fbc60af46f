import { expect, test } from 'vitest';
import type { ReleaseRecord } from '../../../src/state/records.ts';
import { removeStack } from '../../../src/steps/objects/remove-stack.ts';
import { json } from '../../cluster/server.ts';
import { items, look, stackService } from '../../state/app.ts';

/** Which objects of a stack go, and which stay. */

const V2 = stackService('v2');

test('Services outlive the pods, which reach each other until they have ended', async () => {
  const { labels = {} } = V2.metadata;
  const managedFields = [{ manager: 'greenpath', operation: 'Apply' }];
  const cart = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart-v2', uid: 'cart', labels, managedFields },
  };
  let lists = 0;
  const looking = await look({}, (response, asked, count) => {
    // Its pods are still ending at the first look.
    const answer = asked.method === 'GET' ? items(...(lists++ === 0 ? [cart] : [])) : json(200, {});
    answer(response, asked, count);
  });
  await removeStack(looking.run, { revision: 'v2', objects: [V2, cart], releaseRecord: undefined });
  expect(looking.asked.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual([
    'DELETE cart-v2',
    'GET deployments',
    'GET deployments',
    'DELETE web-v2',
  ]);
});

test('of a stack, only what Greenpath created goes, and the record goes last', async () => {
  const record = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'greenpath-web-v2', uid: 'r', labels: V2.metadata.labels ?? {} },
  };
  const foreign = { ...V2, metadata: { ...V2.metadata, name: 'own', uid: 'own', managedFields: [] } };
  const looking = await look({}, json(200, {}));
  await removeStack(looking.run, {
    revision: 'v2',
    objects: [record, foreign, V2, stackService('v1')],
    releaseRecord: undefined,
  });
  expect(looking.asked.filter(({ method }) => method === 'DELETE').map(({ path }) => path.split('/').at(-1))).toEqual([
    'web-v2',
    'greenpath-web-v2',
  ]);
  expect(looking.told()).toContain('Service own stays: Greenpath did not create it');
  const releaseRecord = { release: { objects: [{ uid: 'own', created: true }] } } as unknown as ReleaseRecord;
  const known = await look({ 'dry-run': 'true' }, json(200, {}));
  await removeStack(known.run, { revision: 'v2', objects: [foreign], releaseRecord });
  expect(known.told()).toContain('Dry run: would remove revision v2: Service own');
});
