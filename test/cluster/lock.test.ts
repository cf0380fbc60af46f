import { describe, expect, test } from 'vitest';
import { Lock } from '../../src/cluster/lock.ts';
import type { LockRequest } from '../../src/cluster/lock-request.ts';
import { GreenpathError } from '../../src/core/base/error.ts';
import { ANNOTATION_WANTED, type LockHolder, leaseObject } from '../../src/core/kube/lease.ts';
import { TestClock, until } from '../clock.ts';
import { type Answering, ApiEdge, cut, inTurn, json } from './server.ts';

/** What is asked for to get the lock and to give it back, by what each request is answered. */

const ME: LockHolder = { mode: 'promote', revision: 'v2', run: 'r', job: '', attempt: 1, actor: '', since: 's' };
const ROLLBACK: LockHolder = { ...ME, mode: 'rollback', revision: '' };
const never = new AbortController().signal;
const lease = (id: string, holder = ME, annotations: object = {}) => {
  const object = leaseObject('web', 'shop', { id, holder, now: '2026-05-01T10:00:00.000Z' });
  const metadata = { ...object.metadata, resourceVersion: '7' };
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
};
const REFUSED = json(422, { message: 'the server rejected our request due to an error in our request' });
const TAKEN = json(200, lease('me'));
/** A watch that shows this and goes on. */
const shows =
  (...objects: object[]): Answering =>
  (response) => {
    response.writeHead(200);
    for (const object of objects) response.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
  };
const lineOf = (edge: ApiEdge) => edge.asked.map(({ method, query }) => (query.watch === 'true' ? 'WATCH' : method));

/** Takes the lock over a server that answers as given, in turn. */
async function taking(answer: Answering, { holder = ME, signal = never } = {}) {
  const clock = new TestClock();
  const edge = await ApiEdge.start(answer);
  const told: string[] = [];
  const request: LockRequest = {
    namespace: 'shop',
    app: 'web',
    holder,
    waiting: (text) => void told.push(`waiting: ${text}`),
    wanted: (text) => void told.push(`wanted: ${text}`),
    lost: (error) => void told.push(`lost: ${error.code}`),
  };
  const transport = await edge.transport(clock);
  return { clock, edge, told, transport, lock: Lock.acquire(transport, request, signal, clock) };
}

describe('a lock that is free', () => {
  test('is taken by one guarded request, and given back by another', async () => {
    const { edge, lock } = await taking(TAKEN);
    const { id, overtaken } = await lock;
    expect(overtaken).toEqual([]);
    const [take] = edge.asked;
    expect(take).toMatchObject({
      method: 'PATCH',
      path: '/apis/coordination.k8s.io/v1/namespaces/shop/leases/greenpath-web',
      query: { fieldManager: 'greenpath' },
    });
    expect(take?.body).toContainEqual({ op: 'test', path: '/spec/holderIdentity', value: '' });
    await (await lock).release();
    expect(edge.asked[1]?.body).toContainEqual({ op: 'test', path: '/spec/holderIdentity', value: id });
    expect(edge.asked).toHaveLength(2);
  });

  test('and whose Lease does not exist is made', async () => {
    const { edge, lock } = await taking(inTurn(json(404), TAKEN));
    await (await lock).release();
    expect(lineOf(edge)).toEqual(['PATCH', 'POST', 'PATCH']);
  });

  test('that may not be taken says what the Role lacks', async () => {
    const message = 'leases.coordination.k8s.io "greenpath-web" is forbidden: User "x" cannot patch resource "leases"';
    const { edge, lock } = await taking(json(403, { message }));
    await expect(lock).rejects.toMatchObject({ code: 'forbidden' });
    expect(edge.asked).toHaveLength(1);
  });

  test('is given back if nobody knows whether it was taken', async () => {
    const { clock, edge, lock } = await taking(cut);
    const failed = lock.catch((error: unknown) => error);
    while (!edge.asked.some(({ body }) => JSON.stringify(body).includes('"value":""}]'))) await clock.advance(1_000);
    edge.answer = json(404);
    await clock.advance(2_000);
    expect(await failed).toMatchObject({ code: 'unreachable' });
  });
});

describe('a lock that somebody holds', () => {
  test('is taken when they give it back, and who that was is known', async () => {
    const { edge, lock } = await taking(inTurn(REFUSED, shows(lease('other'), lease('')), TAKEN));
    expect((await lock).overtaken).toEqual([ME]);
    expect(lineOf(edge)).toEqual(['PATCH', 'WATCH', 'PATCH']);
    expect(edge.asked[2]?.body).toMatchObject({ metadata: { resourceVersion: '7' } });
    await (await lock).release();
  });

  test('is waited for in vain: the error says who holds it', async () => {
    const stop = new AbortController();
    const { told, lock } = await taking(inTurn(REFUSED, shows(lease('other'))), { signal: stop.signal });
    const failed = lock.catch((error: unknown) => error);
    await until(() => told.length > 0);
    stop.abort(new GreenpathError('timeout', 'promote was not done within 1 min', ''));
    expect(await failed).toMatchObject({
      code: 'lock-held',
      message: expect.stringContaining('promote of v2 (r) since s'),
    });
  });

  test('is not waited for by a run that is cancelled', async () => {
    const stop = new AbortController();
    const { told, edge, lock } = await taking(inTurn(REFUSED, shows(lease('other'))), { signal: stop.signal });
    const failed = lock.catch((error: unknown) => error);
    await until(() => told.length > 0);
    edge.answer = TAKEN;
    stop.abort(new GreenpathError('cancelled', 'the run was cancelled', ''));
    expect(await failed).toMatchObject({ code: 'cancelled' });
    // It may have been taken after all.
    expect(lineOf(edge)).toEqual(['PATCH', 'WATCH', 'PATCH']);
  });

  test('is this very run’s, whose answer was lost: then it is taken', async () => {
    let mine = '';
    const { edge, lock } = await taking((response, asked, count) => {
      mine ||= /"holderIdentity":"([^"]+)"/.exec(JSON.stringify(asked.body))?.[1] ?? '';
      const answer = count === 1 ? REFUSED : shows(lease(mine));
      answer(response, asked, count);
    });
    const taken = await lock;
    expect(taken.id).toBe(mine);
    expect(lineOf(edge)).toEqual(['PATCH', 'WATCH']);
    edge.answer = TAKEN;
    await taken.release();
  });

  test('is asked for by a rollback, which takes its wish back when it ends', async () => {
    const stop = new AbortController();
    const { edge, lock } = await taking(inTurn(REFUSED, shows(lease('other')), TAKEN), {
      holder: ROLLBACK,
      signal: stop.signal,
    });
    const failed = lock.catch((error: unknown) => error);
    await edge.until(3);
    expect(edge.asked[2]?.body).toEqual({
      metadata: { annotations: { [ANNOTATION_WANTED]: JSON.stringify(ROLLBACK) } },
    });
    stop.abort(new GreenpathError('timeout', 'over', ''));
    expect(await failed).toMatchObject({ code: 'lock-held' });
    expect(edge.asked[3]?.body).toContainEqual({ op: 'remove', path: '/metadata/annotations/greenpath.dev~1wanted' });
  });
});

describe('a run that holds the lock', () => {
  test('follows it after a second, and hears who wants it', async () => {
    const { clock, edge, told, lock } = await taking(TAKEN);
    const taken = await lock;
    edge.answer = shows(lease(taken.id, ME, { [ANNOTATION_WANTED]: JSON.stringify(ROLLBACK) }));
    await clock.advance(1_000);
    await until(() => told.length > 0);
    expect(told).toEqual(['wanted: rollback (r)']);
    edge.answer = TAKEN;
    await taken.release();
  });

  test('hears by a renewal that it is somebody else’s, and writes nothing any more', async () => {
    const { clock, edge, told, lock } = await taking(TAKEN);
    const taken = await lock;
    edge.answer = (response, asked, count) =>
      asked.query.watch === 'true' ? undefined : REFUSED(response, asked, count);
    await clock.advance(5_000);
    await until(() => told.length > 0);
    expect(told).toEqual(['lost: lock-lost']);
    let sent = false;
    const write = taken.guard(async () => {
      sent = true;
    }, never);
    await expect(write).rejects.toMatchObject({ code: 'lock-lost' });
    expect(sent).toBe(false);
    await taken.release();
  });
});

test.each([
  ['it still held it', TAKEN, true],
  ['it was gone', json(404), false],
  ['somebody else holds it', REFUSED, false],
])('a lock that a killed process left is given back: %s', async (_, answer, expected) => {
  const edge = await ApiEdge.start(answer);
  const left = { namespace: 'shop', app: 'web', id: 'x' };
  expect(await Lock.releaseLeft(await edge.transport(new TestClock()), left, never)).toBe(expected);
});
