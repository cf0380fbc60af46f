import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/cluster/call.ts';
import { TestClock } from '../clock.ts';
import { ApiEdge, cut, inTurn, json } from './server.ts';

/** What a transport sends with each request, and what it learns from each answer. */

const READ: Call = { method: 'GET', path: '/version', query: { labelSelector: 'a=b,c' }, idempotent: true };
const WRITE: Call = { method: 'POST', path: '/api', body: { a: 1 }, idempotent: false };
const never = new AbortController().signal;

test('a write says how long the server may work on it; a read is as it was asked', async () => {
  const edge = await ApiEdge.start(json(200));
  const transport = await edge.transport(new TestClock());
  await transport.call(WRITE, never);
  await transport.call({ ...READ, accept: 'text/plain' }, never);
  const [write, read] = edge.asked;
  expect(write).toMatchObject({ query: { timeout: '35s' }, body: { a: 1 } });
  expect(write?.headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer first' });
  expect(read).toMatchObject({ query: { labelSelector: 'a=b,c' }, body: undefined });
  expect(read?.headers.accept).toBe('text/plain');
  transport.close();
});

describe('credentials that are not accepted', () => {
  const unlessRenewed = inTurn(json(401), json(200));

  test('are read again, and the request is sent again with new ones', async () => {
    const edge = await ApiEdge.start(unlessRenewed);
    const transport = await edge.transport(new TestClock(), { tokens: ['old', 'new'] });
    expect((await transport.call(WRITE, never)).status).toBe(200);
    expect(edge.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  test('that are still the same were refused for good', async () => {
    const edge = await ApiEdge.start(unlessRenewed);
    const transport = await edge.transport(new TestClock(), { tokens: ['old'] });
    expect((await transport.call(WRITE, never)).status).toBe(401);
    expect(edge.asked).toHaveLength(1);
  });

  test('are read again too if an earlier attempt was lost', async () => {
    const edge = await ApiEdge.start(inTurn(cut, json(401), json(200)));
    const transport = await edge.transport(new TestClock({ jumps: true }), { tokens: ['old', 'new'] });
    expect((await transport.call(READ, never)).status).toBe(200);
    expect(edge.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer old', 'Bearer new']);
  });

  test('a watch is opened again with new ones', async () => {
    const edge = await ApiEdge.start(unlessRenewed);
    const transport = await edge.transport(new TestClock(), { tokens: ['old', 'new'] });
    const response = await transport.open('/watch', { watch: 'true' }, never);
    expect(response.statusCode).toBe(200);
    expect(edge.asked[1]).toMatchObject({ path: '/watch', headers: { authorization: 'Bearer new' } });
    response.resume();
    await once(response, 'end');
  });
});

test('a watch that cannot be opened is reported as a read is', async () => {
  const edge = await ApiEdge.start(cut);
  const transport = await edge.transport(new TestClock());
  await expect(transport.open('/api/v1/namespaces/shop/pods', {}, never)).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('ended before it answered get pods'),
  });
  edge.close();
  await expect(transport.open('/pods', {}, never)).rejects.toMatchObject({
    message: expect.stringContaining('cannot be reached'),
  });
  const stop = new AbortController();
  stop.abort(new Error('stopped'));
  await expect(transport.open('/pods', {}, stop.signal)).rejects.toThrow('stopped');
});

test('what the server warns of is reported once, as it was written', async () => {
  const warning = '299 - "the field \\"a\\" is deprecated"';
  const edge = await ApiEdge.start((response) => {
    response.setHeader('warning', [warning, warning, '299 - "two"', 'strange']);
    response.end('{}');
  });
  const told: string[] = [];
  const transport = await edge.transport(new TestClock(), { warn: (text) => void told.push(text) });
  await transport.call(READ, never);
  await transport.call(READ, never);
  expect(told).toEqual(['the field "a" is deprecated', 'two', 'strange']);
});

test('times that are stored go by the clock of the server', async () => {
  const date = 'Mon, 23 Nov 2026 20:00:00 GMT';
  const edge = await ApiEdge.start(json(200, {}, { date }));
  const transport = await edge.transport(new TestClock());
  expect(Math.abs(transport.now() - Date.now())).toBeLessThan(1_000);
  await transport.call(READ, never);
  const off = transport.now() - Date.parse(date);
  expect(off).toBeGreaterThanOrEqual(0);
  expect(off).toBeLessThan(60_000);
  edge.answer = json(200, {}, { date: 'never' });
  await transport.call(READ, never);
  expect(transport.now() - Date.parse(date)).toBeLessThan(60_000);
  expect(transport.namespace).toBe('shop');
});
