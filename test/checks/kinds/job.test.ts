import { expect, test } from 'vitest';
import { checksAt } from '../../../src/checks/registry.ts';
import { ANNOTATION_CHECK, LABEL_APP, LABEL_NAME, LABEL_REVISION } from '../../../src/core/kube/objects.ts';
import { checkTools } from '../../../src/steps/check-tools.ts';
import { type Answering, json } from '../../cluster/server.ts';
import { only } from '../../core/support.ts';
import { NOBODY } from '../../proof/backend.ts';
import { items, look } from '../../state/app.ts';
import { configOf, subjectOf } from '../checks.ts';

/** A Job of the manifests that is a check: what of it runs, how its end is told, and that nothing of it is left. */

const forever = new AbortController().signal;
const JOB = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: {
    name: 'smoke-v2',
    uid: 'waiting',
    labels: { [LABEL_APP]: 'web', [LABEL_REVISION]: 'v2', [LABEL_NAME]: 'smoke' },
    annotations: { [ANNOTATION_CHECK]: 'true' },
  },
  spec: {
    suspend: true,
    activeDeadlineSeconds: 300,
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'waiting' } },
    template: {
      metadata: { labels: { app: 'smoke', 'batch.kubernetes.io/controller-uid': 'waiting' } },
      spec: {
        restartPolicy: 'Never',
        containers: [
          {
            name: 'main',
            env: [
              { name: 'REVISION', value: 'own' },
              { name: 'MODE', value: 'fast' },
            ],
          },
        ],
      },
    },
  },
};
const RUN = '/apis/batch/v1/namespaces/shop/jobs/smoke-v2-run';
const condition = (type: string, more: object = {}) => ({ conditions: [{ type, status: 'True', ...more }] });
const CONTAINERS = { initContainers: [{ name: 'seed' }], containers: [{ name: 'main' }] };
const PODS = [{ metadata: { name: 'smoke-v2-run-a' }, spec: CONTAINERS }];
/** What each container wrote. */
const LOGS: Readonly<Record<string, string>> = { seed: 'seeded\n', main: 'one\ntwo\n' };

/** A cluster in which the copy of the Job has these states, one at each look; `left`: one of that name is there. */
function clusterWith({ states, jobs = [JOB], left, pods = PODS, deletes = true }: Scene): Answering {
  let current: { uid: string } | undefined = left === undefined ? undefined : { uid: 'left' };
  let look = 0;
  return (response, asked, count) => {
    const { method, path, headers } = asked;
    const answer = (status: number, body?: object) => json(status, body)(response, asked, count);
    const labels = left === 'of somebody' ? {} : JOB.metadata.labels;
    const metadata = { name: 'smoke-v2-run', labels, ...current };
    if (path.endsWith('/log')) {
      const log = path.includes('/smoke-v2-run-old/') ? 'of an earlier attempt\n' : LOGS[asked.query.container ?? ''];
      return void response.writeHead(200, { 'content-type': 'text/plain' }).end(log);
    }
    if (path.endsWith('/pods')) return items(...pods)(response, asked, count);
    if (method === 'POST') {
      current = { uid: 'copy' };
      return answer(201, { ...JOB, metadata: { name: 'smoke-v2-run', ...current } });
    }
    if (path.endsWith('/jobs')) return items(...jobs)(response, asked, count);
    if (path !== RUN) return answer(404);
    if (method === 'DELETE' && !deletes) return;
    if (method === 'DELETE') current = undefined;
    if (method === 'DELETE') return answer(200, {});
    if (current === undefined) return answer(404);
    const isWhole = !String(headers.accept).includes('PartialObjectMetadata');
    const status = isWhole && current.uid === 'copy' ? states[Math.min(look++, states.length - 1)] : {};
    return answer(200, { ...JOB, metadata, spec: { ...JOB.spec, suspend: false }, status });
  };
}
interface Scene {
  readonly states: readonly object[];
  readonly jobs?: readonly object[];
  readonly left?: 'of an earlier run' | 'of somebody';
  readonly pods?: readonly object[];
  /** Whether a delete is answered. */
  readonly deletes?: boolean;
}

async function run(scene: Scene, more: object = {}, signal = forever) {
  const looking = await look({ mode: 'verify' }, clusterWith(scene));
  const check = only(checksAt('preview', configOf({ checks: [{ job: 'smoke', ...more }] }), checkTools(looking.run)));
  const ended = await only(check.targets(subjectOf([NOBODY]))).attempt(signal);
  return { ended, ...looking, writes: looking.asked.filter(({ method }) => method !== 'GET') };
}

test('a copy of it runs with what it is told, and is deleted', async () => {
  const { ended, writes, told } = await run({ states: [{}, condition('Complete')] }, { timeout: '90s' });
  expect(ended).toMatchObject({ passed: true });
  expect(writes.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  const [{ body } = { body: {} }] = writes;
  expect(body).toMatchObject({
    metadata: { name: 'smoke-v2-run', labels: { [LABEL_APP]: 'web', [LABEL_REVISION]: 'v2' }, annotations: {} },
    spec: { suspend: false, activeDeadlineSeconds: 90, template: { metadata: { labels: { app: 'smoke' } } } },
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

test('one that takes too long is deleted, and fails', async () => {
  const { ended, writes } = await run({ states: [{}] }, { timeout: '1s' });
  expect(ended).toMatchObject({
    passed: false,
    who: 'bad',
    reason: 'it was still running after 1.0 s and was deleted',
  });
  expect(writes.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
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

/** A run that can be stopped, and its check, which has begun: the copy of the Job runs and does not end. */
async function running(scene: Partial<Scene> = {}) {
  const looking = await look({ mode: 'verify' }, clusterWith({ states: [{}], ...scene }));
  const stop = new AbortController();
  const { signal } = stop;
  const run = { ...looking.run, signal, waiting: signal, api: looking.run.api.until(signal) };
  const check = only(checksAt('preview', configOf({ checks: [{ job: 'smoke' }] }), checkTools(run)));
  const over = new AbortController();
  const ended = only(check.targets(subjectOf([NOBODY]))).attempt(AbortSignal.any([signal, over.signal]));
  await expect.poll(() => looking.asked.some(({ method }) => method === 'POST'), { timeout: 30_000 }).toBe(true);
  return { ...looking, ended, stop, over, deletes: () => looking.asked.filter(({ method }) => method === 'DELETE') };
}

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
