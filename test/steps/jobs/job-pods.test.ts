import { expect, test, vi } from 'vitest';
import { CLOCK } from '../../../src/process/clock.ts';
import { json } from '../../cluster/server.ts';
import { CONTAINERS, condition, run, running } from './job-scene.ts';

/** A Job that is a check and does not complete: what its pods show is read before it is deleted, and reported. */

/** The pod of the Job, in which the container main is in this state. */
function podWith(state: object, more: object = {}, status: object = {}) {
  const main = { name: 'main', image: 'acme/smoke:v2', ready: false, restartCount: 0, state, ...more };
  return { metadata: { name: 'smoke-v2-run-a' }, spec: CONTAINERS, status: { containerStatuses: [main], ...status } };
}
const ENDED = { terminated: { reason: 'Error', exitCode: 3 } };
const UNKNOWN_IMAGE = { waiting: { reason: 'InvalidImageName', message: 'no such form' } };

test('one that fails says how its containers ended', async () => {
  const failed = condition('Failed', { reason: 'BackoffLimitExceeded', message: 'too often' });
  const { ended } = await run({ states: [failed], pods: [podWith(ENDED, {}, { phase: 'Failed' })] });
  expect(ended).toMatchObject({
    reason:
      'it failed (BackoffLimitExceeded: too often); container main of pod smoke-v2-run-a ended (Error, exit code 3)',
  });
});

const LATE = 'it was still running after 1.0 s and was deleted';
const MAIN = 'container main of pod smoke-v2-run-a';

test('one that takes too long is read and then deleted: its state and its last lines are in the report', async () => {
  const { ended, writes, asked, told } = await run(
    { states: [{}], pods: [podWith({ running: {} })] },
    { timeout: '1s' },
  );
  expect(ended).toMatchObject({
    passed: false,
    who: 'bad',
    reason: `${LATE}: ${MAIN} runs`,
    detail: { title: 'its last lines', text: 'seeded\none\ntwo' },
  });
  expect(told()).toContain('  one\n');
  expect(writes.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  const order = asked.map(({ method, path }) => (path.endsWith('/log') ? 'log' : method));
  expect(order.lastIndexOf('log')).toBeGreaterThan(0);
  expect(order.lastIndexOf('log')).toBeLessThan(order.indexOf('DELETE'));
});

test('one that nobody can read is late all the same, and says what could not be read', async () => {
  const denied = json(403, { message: 'no pods for you' });
  const { ended, writes } = await run({ states: [{}], pods: denied }, { timeout: '1s' });
  expect(ended).toMatchObject({
    passed: false,
    reason: expect.stringContaining(`${LATE}: its pods could not be read: `),
  });
  expect(writes.at(-1)?.method).toBe('DELETE');
});

test('one whose lines the Role does not let be read says that, once', async () => {
  const { ended } = await run({ states: [{}], pods: [podWith({ running: {} })], logs: json(403) }, { timeout: '1s' });
  expect(ended).toMatchObject({
    reason: `${LATE}: ${MAIN} runs; the Role does not allow reading logs (pods/log)`,
  });
});

test('a log that is never answered is waited for briefly, and hides neither the end nor the state', async () => {
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const short = new AbortController();
    setTimeout(() => short.abort(new Error('too late')), Math.min(ms, 1_000)).unref();
    return short.signal;
  });
  const { ended } = await run(
    { states: [{}], pods: [podWith({ running: {} })], logs: () => undefined },
    { timeout: '1s' },
  );
  expect(ended).toMatchObject({
    reason: expect.stringContaining(`${LATE}: ${MAIN} runs; not all logs could be read: `),
  });
});

test('one without a pod says why there is none', async () => {
  const events = [{ reason: 'FailedCreate', type: 'Warning', message: 'exceeded quota: small' }];
  const { ended } = await run({ states: [{}], pods: [], events }, { timeout: '1s' });
  expect(ended).toMatchObject({ reason: `${LATE}: it has no pod: exceeded quota: small` });
});

test('one whose pod can never start is not waited for', async () => {
  // Ten times as fast as the rules for pods, which give it some seconds.
  vi.spyOn(CLOCK, 'now').mockImplementation(() => performance.now() * 10);
  const { ended, writes } = await run({ states: [{}], pods: [podWith(UNKNOWN_IMAGE)] }, { timeout: '60s' });
  expect(ended).toMatchObject({
    passed: false,
    who: 'bad',
    reason: `it cannot start, and was deleted: image acme/smoke:v2 of ${MAIN} cannot be pulled (InvalidImageName): no such form`,
  });
  expect(writes.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
});

test('when the run is cancelled while its pods are read, the copy goes at once', async () => {
  const { ended, stop, deletes, asked } = await running({ logs: () => undefined }, { timeout: '1s' });
  await expect.poll(() => asked.some(({ path }) => path.endsWith('/log')), { timeout: 30_000 }).toBe(true);
  stop.abort(new Error('cancelled'));
  await expect(ended).rejects.toThrow('cancelled');
  expect(deletes()).toMatchObject([{ body: { preconditions: { uid: 'copy' } } }]);
});
