import { expect, test, vi } from 'vitest';
import type { JsonObject } from '../../../src/core/base/json.ts';
import type { HookPoint } from '../../../src/core/kube/hooks.ts';
import { ANNOTATION_HOOK } from '../../../src/core/kube/objects.ts';
import { CLOCK } from '../../../src/process/clock.ts';
import { runHooks } from '../../../src/steps/jobs/hooks.ts';
import { type Answering, json } from '../../cluster/server.ts';
import { byPath, items, look } from '../../state/app.ts';

/** What is said of a hook that does not succeed, and what becomes of one whose pods can never start. */

const condition = (type: string, more: object = {}) => ({ conditions: [{ type, status: 'True', ...more }] });
const job = (name: string, point: HookPoint, spec: JsonObject = { suspend: true }, status: object = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, uid: name, annotations: { [ANNOTATION_HOOK]: point } },
  spec,
  status,
});
const WARM = job('warm-v2', 'pre-promote');
/** The pod of a Job, in which the container main is in this state. */
function podOf(name: string, state: object, status: object = {}) {
  const main = { name: 'main', image: 'acme/warm:v2', ready: false, restartCount: 0, state };
  const spec = { containers: [{ name: 'main' }] };
  return { metadata: { name: `${name}-a` }, spec, status: { containerStatuses: [main], ...status } };
}
const log: Answering = (response) =>
  void response.writeHead(200, { 'content-type': 'text/plain' }).end('one\nthe cache is cold\n');
/** The Job of this name with these states, one at each look, and these pods. */
function ofJob(name: string, point: HookPoint, states: readonly object[], pods: Answering) {
  let count = 0;
  const now: Answering = (...given) =>
    json(200, job(name, point, { suspend: false }, states[Math.min(count++, states.length - 1)]))(...given);
  return {
    [`PATCH jobs/${name}`]: json(200, job(name, point)),
    [`GET jobs/${name}`]: now,
    [`GET pods/${name}-a/log`]: log,
    'GET pods': pods,
    'GET events': items(),
  };
}
const writesOf = (asked: Awaited<ReturnType<typeof look>>['asked']) =>
  asked.flatMap(({ method, path, body }) =>
    method === 'PATCH' ? [[path.split('/').at(-1), (body as { spec: object }).spec]] : [],
  );
const UNKNOWN_IMAGE = { waiting: { reason: 'InvalidImageName', message: 'no such form' } };
/** Ten times as fast as the rules for pods, which give them some seconds. */
const hurry = () => vi.spyOn(CLOCK, 'now').mockImplementation(() => performance.now() * 10);

test('one that fails says how its containers ended, and quotes them', async () => {
  const failed = condition('Failed', { reason: 'BackoffLimitExceeded', message: 'too often' });
  const pod = podOf('warm-v2', { terminated: { reason: 'Error', exitCode: 3 } }, { phase: 'Failed' });
  const { run } = await look(
    {},
    byPath({ ...ofJob('warm-v2', 'pre-promote', [failed], items(pod)), 'GET jobs': items(WARM) }),
  );
  await expect(runHooks(run, 'pre-promote', 'v2')).rejects.toMatchObject({
    code: 'hook-failed',
    message:
      'Job warm-v2, a pre-promote hook, failed (BackoffLimitExceeded: too often); container main of pod warm-v2-a ended (Error, exit code 3)\nIts last lines:\n  one\n  the cache is cold',
  });
});

test('one whose pod can never start is not waited for, and is suspended: it waits for its next run', async () => {
  hurry();
  const answers = ofJob('warm-v2', 'pre-promote', [{}], items(podOf('warm-v2', UNKNOWN_IMAGE)));
  const { run, asked } = await look({}, byPath({ ...answers, 'GET jobs': items(WARM) }));
  await expect(runHooks(run, 'pre-promote', 'v2')).rejects.toMatchObject({
    code: 'hook-failed',
    message: expect.stringContaining(
      'Job warm-v2, a pre-promote hook, cannot start, and was stopped: image acme/warm:v2 of container main of pod warm-v2-a cannot be pulled (InvalidImageName): no such form',
    ),
  });
  expect(writesOf(asked)).toEqual([
    ['warm-v2', { suspend: false }],
    ['warm-v2', { suspend: true }],
  ]);
});

test('one that its deadline ends says what its pod waited for: Kubernetes has deleted that pod', async () => {
  hurry();
  const late = condition('Failed', { reason: 'DeadlineExceeded', message: 'Job was active too long' });
  const pod = podOf('warm-v2', { waiting: { reason: 'ErrImagePull', message: 'i/o timeout' } });
  let isOver = false;
  const pods: Answering = (...given) => (isOver ? items() : items(pod))(...given);
  const { 'GET jobs/warm-v2': now, ...answers } = ofJob('warm-v2', 'pre-promote', [{}, {}, late], pods);
  let looks = 0;
  const then: Answering = (...given) => {
    isOver = ++looks === 3;
    now?.(...given);
  };
  const { run } = await look({}, byPath({ ...answers, 'GET jobs/warm-v2': then, 'GET jobs': items(WARM) }));
  await expect(runHooks(run, 'pre-promote', 'v2')).rejects.toMatchObject({
    message:
      'Job warm-v2, a pre-promote hook, failed (DeadlineExceeded: Job was active too long); image acme/warm:v2 of container main of pod warm-v2-a cannot be pulled (ErrImagePull): i/o timeout; it has no pod',
  });
});

test('one of another point that can never start holds up nothing', async () => {
  hurry();
  const running = job('warm-v2', 'pre-promote', { suspend: false });
  const { run, asked, told } = await look(
    { mode: 'rollback' },
    byPath({
      ...ofJob('undo-v2', 'post-rollback', [condition('Complete')], items()),
      ...ofJob('warm-v2', 'pre-promote', [{}], items(podOf('warm-v2', UNKNOWN_IMAGE))),
      'GET jobs': items(running, job('undo-v2', 'post-rollback')),
    }),
  );
  await runHooks(run, 'post-rollback', 'v2');
  expect(told()).toContain('undo-v2 succeeded');
  expect(writesOf(asked)).toEqual([
    ['warm-v2', { suspend: true }],
    ['undo-v2', { suspend: false }],
  ]);
});
