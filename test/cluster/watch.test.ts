import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { follow, Watched } from '../../src/cluster/watch.ts';
import { KIND } from '../../src/core/kube/kinds.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { TestClock, until } from '../clock.ts';
import { type Answering, ApiEdge, cut, json } from './server.ts';

/** How a watch goes on: when it is opened anew, from where, and when a list takes its place. */

const named = (name: string, version: string) => ({ metadata: { name, resourceVersion: version } });
const event = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
const listOf = (version: string, ...items: object[]) => json(200, { metadata: { resourceVersion: version }, items });

/** Follows pods, over a server that answers lists by `list` and watches by each of `watches` in turn. */
async function following(watches: readonly ((response: ServerResponse) => void)[], list: Answering = listOf('1')) {
  const clock = new TestClock();
  let opened = 0;
  const edge = await ApiEdge.start((response, asked, count) => {
    if (asked.query.watch === undefined) return list(response, asked, count);
    const watch = watches[Math.min(opened, watches.length - 1)];
    opened += 1;
    response.writeHead(200);
    response.flushHeaders();
    watch?.(response);
  });
  const watched = new Watched<KubeObject>(clock);
  const stop = new AbortController();
  let changes = 0;
  const changed = () => {
    changes += 1;
  };
  const target = { kind: KIND.Pod, namespace: 'shop', labels: 'app=web' };
  const done = follow(await edge.transport(clock), target, watched, changed, stop.signal);
  const end = async () => {
    stop.abort();
    await done;
  };
  return { clock, edge, watched, done, end, changes: () => changes, names: () => [...watched.objects.keys()] };
}
const quiet = () => undefined;

test('it begins with what is there, without a list, and follows each change', async () => {
  const { edge, end, names, changes, watched } = await following([
    (response) => {
      response.write(event('ADDED', named('a', '1')) + event('ADDED', named('b', '2')));
      response.write(event('BOOKMARK', named('c', '3')) + event('MODIFIED', named('a', '4')));
      response.write(event('DELETED', named('b', '5')));
    },
  ]);
  await until(() => changes() === 4);
  expect(names()).toEqual(['a']);
  expect(watched.objects.get('a')?.metadata.resourceVersion).toBe('4');
  expect(edge.asked).toMatchObject([
    { path: '/api/v1/namespaces/shop/pods', query: { watch: 'true', labelSelector: 'app=web' } },
  ]);
  expect(edge.asked[0]?.query).not.toHaveProperty('resourceVersion');
  await end();
});

describe('it is opened anew, half a second later, from a list', () => {
  test.each<[string, (response: ServerResponse) => void]>([
    ['after the server ended it', (response) => response.end()],
    ['after the connection was cut', (response) => void response.destroy()],
    ['after the server knows no more', (response) => void response.write(event('ERROR', { code: 410 }))],
    ['after something that is no event', (response) => void response.write('no JSON\n')],
  ])('%s', async (_, ends) => {
    const { clock, edge, end, names } = await following([ends, quiet], listOf('7', named('new', '7')));
    await until(() => edge.asked.length === 1);
    while (edge.asked.length < 3) await clock.advance(500);
    expect(clock.now()).toBeLessThanOrEqual(2_000);
    expect(names()).toEqual(['new']);
    expect(edge.asked[1]?.query).toEqual({ labelSelector: 'app=web' });
    expect(edge.asked[2]?.query).toMatchObject({ watch: 'true', resourceVersion: '7' });
    await end();
  });

  test('after a minute, since something on the way may have forgotten the connection', async () => {
    const { clock, edge, end } = await following([quiet], listOf('1'));
    await edge.until(1);
    const opened = () => edge.asked.filter(({ query }) => query.watch === 'true').length;
    while (opened() < 2) await clock.advance(500);
    expect(clock.now()).toBeGreaterThanOrEqual(65_000);
    expect(clock.now()).toBeLessThan(70_000);
    await end();
  });

  test('as often as it takes: a list that fails ends nothing', async () => {
    const { clock, edge, end, names } = await following([(response) => response.end(), quiet], cut);
    while (edge.asked.length < 3) await clock.advance(500);
    expect(edge.asked.slice(0, 3).map(({ query }) => query.watch)).toEqual(['true', undefined, undefined]);
    edge.answer = listOf('9', named('late', '9'));
    while (names().length === 0) await clock.advance(500);
    expect(names()).toEqual(['late']);
    await end();
  });
});

describe('a silent one is compared with a list', () => {
  const adds = (response: ServerResponse) => void response.write(event('ADDED', named('a', '1')));

  test('that shows the same: it goes on', async () => {
    const { clock, edge, end, changes } = await following([adds], listOf('5', named('a', '1')));
    await until(() => changes() === 1);
    await clock.advance(9_999);
    expect(edge.asked).toHaveLength(1);
    while (edge.asked.length < 3) await clock.advance(1_000);
    expect(edge.asked.filter(({ query }) => query.watch === 'true')).toHaveLength(1);
    expect(changes()).toBe(1);
    await end();
  });

  test.each([
    ['another version', named('a', '2')],
    ['another object', named('b', '1')],
  ])('that shows %s: another one goes on from there', async (_, item) => {
    const { clock, edge, end, watched, changes } = await following([adds, quiet], listOf('5', item));
    await until(() => changes() === 1);
    while (edge.asked.length < 3) await clock.advance(1_000);
    expect([...watched.objects.values()]).toMatchObject([item]);
    expect(edge.asked[2]?.query).toMatchObject({ watch: 'true', resourceVersion: '5' });
    await end();
  });
});

test('what the server refuses ends it', async () => {
  const clock = new TestClock();
  const edge = await ApiEdge.start(json(403, { message: 'pods is forbidden' }));
  const target = { kind: KIND.Pod, namespace: 'shop', labels: '' };
  const watching = follow(await edge.transport(clock), target, new Watched(clock), quiet, new AbortController().signal);
  await expect(watching).rejects.toMatchObject({ message: expect.stringContaining('watch pods') });
});
