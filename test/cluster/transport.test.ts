import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/cluster/call.ts';
import { TestClock } from '../clock.ts';
import { ApiEdge, cut, inTurn, json, silence } from './server.ts';

/** What the client does by itself with an API server that has trouble: what it sends again, until when, what it says. */

const READ: Call = { method: 'GET', path: '/api/v1/namespaces/shop/pods', idempotent: true };
const WRITE: Call = {
  method: 'PATCH',
  path: '/apis/apps/v1/namespaces/shop/deployments/web',
  body: {},
  idempotent: true,
};
const ONCE: Call = { ...WRITE, method: 'POST', idempotent: false };
const never = new AbortController().signal;
const OK = json(200, { fine: true });

describe('given a server in trouble', () => {
  test.each([
    ['a read', READ, json(503), 2],
    ['a write that may be done twice', WRITE, json(500), 2],
    ['a write that may not', ONCE, json(500), 1],
    ['a write that may not, but was surely not done', ONCE, json(429), 2],
    ['a read whose connection is cut', READ, cut, 2],
  ] as const)('%s is sent as often as that is safe', async (_, call, trouble, times) => {
    const edge = await ApiEdge.start(inTurn(trouble, OK));
    const transport = await edge.transport(new TestClock({ jumps: true }));
    const { status } = await transport.call(call, never);
    expect(edge.asked).toHaveLength(times);
    expect(status === 200).toBe(times === 2);
  });

  test('it is given ten seconds, then its last answer counts', async () => {
    const edge = await ApiEdge.start(json(503, { message: 'no leader' }));
    const clock = new TestClock({ jumps: true });
    const answer = await (await edge.transport(clock)).call(READ, never);
    expect(answer).toMatchObject({ status: 503, body: { message: 'no leader' } });
    expect(clock.now()).toBeGreaterThanOrEqual(10_000);
    expect(clock.now()).toBeLessThan(14_000);
  });

  test('a server that says when to come again is not asked before that', async () => {
    const edge = await ApiEdge.start(inTurn(json(429, {}, { 'retry-after': '7' }), OK));
    const clock = new TestClock({ jumps: true });
    await (await edge.transport(clock)).call(READ, never);
    expect(clock.now()).toBe(7_000);
  });

  test('what it says is no JSON: the text is the body', async () => {
    const edge = await ApiEdge.start((response) => void response.writeHead(200).end('two\nlines'));
    const answer = await (await edge.transport(new TestClock())).call(READ, never);
    expect(answer).toMatchObject({ status: 200, body: 'two\nlines' });
  });
});

describe('given no answer', () => {
  test('a write that may not be done twice: it is not known whether it was', async () => {
    const edge = await ApiEdge.start(cut);
    const transport = await edge.transport(new TestClock({ jumps: true }));
    await expect(transport.call(ONCE, never)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('ended before it answered post deployments/web'),
    });
    expect(edge.asked).toHaveLength(1);
  });

  test('nobody listens: it is tried for ten seconds, and the runner may not reach it', async () => {
    const edge = await ApiEdge.start(OK);
    const clock = new TestClock({ jumps: true });
    const transport = await edge.transport(clock);
    edge.close();
    await expect(transport.call(ONCE, never)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('cannot be reached'),
    });
    expect(clock.now()).toBeGreaterThanOrEqual(10_000);
  });

  test('silence: a read is asked once more, and then the server is gone', async () => {
    const edge = await ApiEdge.start(silence);
    const clock = new TestClock();
    const failed = (await edge.transport(clock)).call(READ, never).catch((error: unknown) => error);
    for (const [count, wait] of [
      [1, 20_000],
      [2, 1_000 + 20_000],
      [3, 3_000],
    ] as const) {
      await edge.until(count);
      // The pause before the next try begins when this one has ended, which is not at once.
      await clock.advance(wait);
      while (edge.asked.length === count && count < 3) await clock.advance(1_000);
    }
    expect(await failed).toMatchObject({ code: 'unreachable', message: expect.stringContaining('is gone') });
    expect(edge.asked.map(({ path }) => path)).toEqual([READ.path, READ.path, '/version']);
  });

  test('silence for a dry run, while others are answered: the server is slow', async () => {
    const edge = await ApiEdge.start((response, asked, count) =>
      asked.method === 'PATCH' ? undefined : OK(response, asked, count),
    );
    const clock = new TestClock();
    const transport = await edge.transport(clock);
    const call = { ...WRITE, query: { dryRun: 'All' } };
    const failed = transport.call(call, never).catch((error: unknown) => error);
    await edge.until(1);
    await clock.advance(37_000);
    expect(await failed).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('is slow: it answers other requests, but not patch deployments/web (dry run)'),
    });
  });
});

describe('a run that is stopped', () => {
  const stopped = new Error('cancelled');

  test('leaves a read at once', async () => {
    const stop = new AbortController();
    const edge = await ApiEdge.start(() => stop.abort(stopped));
    const transport = await edge.transport(new TestClock());
    await expect(transport.call(READ, stop.signal)).rejects.toBe(stopped);
    expect(edge.asked).toHaveLength(1);
  });

  test('hears the answer to a write that is under way', async () => {
    const stop = new AbortController();
    const edge = await ApiEdge.start((response, asked, count) => {
      stop.abort(stopped);
      OK(response, asked, count);
    });
    const transport = await edge.transport(new TestClock());
    const fence: NonNullable<Call['fence']> = (send) => send(never);
    expect((await transport.call({ ...WRITE, fence }, stop.signal)).status).toBe(200);
  });

  test('gives up a write whose lock is over, and says why', async () => {
    const over = new AbortController();
    const edge = await ApiEdge.start(() => over.abort(stopped));
    const transport = await edge.transport(new TestClock());
    const fence: NonNullable<Call['fence']> = (send) => send(over.signal);
    await expect(transport.call({ ...WRITE, fence }, never)).rejects.toBe(stopped);
    expect(edge.asked).toHaveLength(1);
  });
});
