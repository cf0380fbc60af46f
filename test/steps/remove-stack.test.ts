import { expect, test } from 'vitest';
import type { ReleaseRecord } from '../../src/state/records.ts';
import { removeStack } from '../../src/steps/remove-stack.ts';
import { json } from '../cluster/server.ts';
import { look, stackService } from '../state/app.ts';

/** Which objects of a stack go, and which stay. */

const V2 = stackService('v2');

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
