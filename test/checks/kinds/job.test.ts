import { expect, test } from 'vitest';
import { LABEL_APP, LABEL_REVISION } from '../../../src/core/kube/objects.ts';
import { only } from '../../core/support.ts';
import { CONTAINERS, condition, JOB, PODS, run, running } from '../../steps/jobs/job-scene.ts';

/** A Job of the manifests that is a check: what of it runs, how its end is told, and that nothing of it is left. */

test('a copy of it runs with what it is told, and is deleted', async () => {
  const { ended, writes, told } = await run({ states: [{}, condition('Complete')] }, { timeout: '90s' });
  expect(ended).toMatchObject({ passed: true });
  expect(writes.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  const [{ body } = { body: {} }] = writes;
  expect(body).toMatchObject({
    metadata: { name: 'smoke-v2-run', labels: { [LABEL_APP]: 'web', [LABEL_REVISION]: 'v2' }, annotations: {} },
    spec: { suspend: false, activeDeadlineSeconds: 120, template: { metadata: { labels: { app: 'smoke' } } } },
  });
  const { spec } = body as typeof JOB;
  expect(JSON.stringify(body)).not.toContain('waiting');
  const env = Object.fromEntries(only(spec.template.spec.containers).env.map(({ name, value }) => [name, value]));
  expect(env).toMatchObject({ REVISION: 'v2', PREVIOUS_REVISION: 'v1', MODE: 'fast' });
  expect(env.PREVIEW_URL).toMatch(/^http/);
  expect(told()).toContain('  one\n');
});

test('one that fails says why, and the last lines of its containers, init containers first', async () => {
  const failed = condition('Failed', { reason: 'BackoffLimitExceeded', message: 'too often' });
  const { ended, writes } = await run({ states: [failed] });
  const detail = { title: 'its last lines', text: 'seeded\none\ntwo' };
  const reason = 'it failed (BackoffLimitExceeded: too often)';
  expect(ended).toMatchObject({ passed: false, who: 'bad', reason, detail });
  expect(writes.at(-1)?.method).toBe('DELETE');
});

test.each([0, 1])('of several attempts the last one is quoted, wherever it is in the list (%d)', async (place) => {
  const [newest] = PODS.map((pod) => ({
    ...pod,
    metadata: { ...pod.metadata, creationTimestamp: '2026-05-01T10:00:40Z' },
  }));
  const older = { metadata: { name: 'smoke-v2-run-old', creationTimestamp: '2026-05-01T10:00:00Z' }, spec: CONTAINERS };
  const pods = [older, older].toSpliced(place, 1, newest ?? older);
  const failed = condition('Failed', { reason: 'BackoffLimitExceeded', message: 'too often' });
  const { ended } = await run({ states: [failed], pods });
  expect(ended).toMatchObject({ detail: { text: 'seeded\none\ntwo' } });
});

test('what an earlier run left behind and does not go is no Job that runs', async () => {
  await expect(run({ states: [{}], left: 'of an earlier run', goes: false }, { timeout: '1s' })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('which an earlier run left behind, was deleted and is still there'),
  });
});

test('what a run that was killed left behind goes first', async () => {
  const { ended, writes } = await run({ states: [condition('Complete')], left: 'of an earlier run' });
  expect(ended).toMatchObject({ passed: true });
  expect(writes.map(({ method }) => method)).toEqual(['DELETE', 'POST', 'DELETE']);
});

test('a Job of somebody else that has the name of the copy stays, and the check does not run', async () => {
  await expect(run({ states: [{}], left: 'of somebody' })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('Job smoke-v2-run exists, and no run of this check made it'),
  });
});

test.each([
  ['no Job of that name', []],
  ['one that is no check', [{ ...JOB, metadata: { ...JOB.metadata, annotations: {} } }]],
])('a revision with %s fails it, and nothing runs', async (_, jobs) => {
  const { ended, writes } = await run({ states: [{}], jobs });
  expect(ended).toMatchObject({ passed: false, reason: expect.stringContaining('has no Job smoke') });
  expect(writes).toEqual([]);
});

test('when its attempt ends, the copy goes', async () => {
  const { ended, over, deletes } = await running();
  over.abort(new Error('over'));
  await expect(ended).rejects.toThrow('over');
  expect(deletes()).toHaveLength(1);
});

test('when the run is cancelled or its time is over, the copy goes too, and nothing is waited for', async () => {
  const { ended, stop, deletes, asked } = await running();
  stop.abort(new Error('cancelled'));
  await expect(ended).rejects.toThrow('cancelled');
  expect(deletes()).toMatchObject([{ body: { preconditions: { uid: 'copy' } } }]);
  expect(asked.at(-1)?.method).toBe('DELETE');
});

test('when a cancelled run cannot delete the copy in time, it says so, and ends by its own reason', async () => {
  const { ended, stop, told } = await running({ deletes: false });
  stop.abort(new Error('cancelled'));
  await expect(ended).rejects.toThrow('cancelled');
  expect(told()).toContain('::warning::Job smoke-v2-run may still run: it could not be deleted before the end');
});
