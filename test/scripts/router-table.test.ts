import { describe, expect, test } from 'vitest';
import type { Answer } from '../../harness/load.ts';
import { type ByHand, mergeResults, type RouterResult, talliesOf } from '../../harness/routers/results.ts';
import { longestFirst, ROUTER_ORDER } from '../../harness/routers/rows.ts';
import { byHandTable, releasedTable, reloadsTable } from '../../scripts/router-table.ts';

/** What `npm run test:routers` counts, keeps and writes. */

const good = { path: '/', sent: 1, ended: 2, status: 200, who: 'v1', error: undefined, closed: false } as const;
const answers: Answer[] = [
  { ...good, client: 'fresh' },
  { ...good, client: 'fresh', status: 503 },
  { ...good, client: 'kept-alive', status: 0, closed: true },
  { ...good, client: 're-sending', closed: true },
];
const tallies = talliesOf(answers);
const VERSION = { commit: '0123456789ab', dist: 'ba9876543210' };
const MADE = ['0123456789ab, ba9876543210', '2026-11-28'];

function result(router: string, more: Partial<RouterResult> = {}): RouterResult {
  const promote = { median: 5_549, longest: 10_050 };
  const released = [{ preview: 'path', switches: 25, tallies, promote, reloads: 74 }];
  return { router, title: `${router} 1.0`, route: 'Ingress', date: '2026-11-28', version: VERSION, released, ...more };
}

const byHand: ByHand = { changes: 25, requests: 9_694, lost: 0, lossy: 0, closed: 12, keptAlive: 3, reloads: 0 };
const cells = (table: string, row: number) => table.split('\n')[row + 2]?.slice(2, -2).split(' | ');

test('each kind of client has a tally: a closed connection is lost only to who does not ask again', () => {
  expect(tallies).toEqual({
    fresh: { requests: 2, lost: 1, closed: 0 },
    'kept-alive': { requests: 1, lost: 1, closed: 1 },
    're-sending': { requests: 1, lost: 0, closed: 1 },
    'slow-sending': { requests: 0, lost: 0, closed: 0 },
  });
});

describe('a run of some routers', () => {
  const earlier = [result('gone'), result('one'), result('two')];

  test('replaces their rows and no others, in the order of the matrix', () => {
    const measured = [result('one', { date: 'today' }), result('new')];
    const merged = mergeResults(earlier, measured, ['new', 'two', 'one']);
    expect(merged.map(({ router, date }) => [router, date])).toEqual([
      ['new', '2026-11-28'],
      ['two', '2026-11-28'],
      ['one', 'today'],
    ]);
  });

  test('leaves the rows of a router of which nothing was measured', () => {
    expect(mergeResults(earlier, [], ['one', 'two'])).toEqual([result('one'), result('two')]);
  });
});

test('releases have a row for each preview, with losses by client', () => {
  const two = [...result('nginx').released, ...result('nginx').released];
  const table = releasedTable([result('nginx', { released: two })]);
  expect(table.split('\n')).toHaveLength(4);
  const counts = ['1 of 2', '1 of 1', '0 of 1', '0 of 0', '1 in 74 reloads'];
  expect(cells(table, 0)).toEqual(['nginx 1.0', 'Ingress', 'path', '25', ...counts, '5.5 s, 10.1 s', ...MADE]);
});

describe('changes by hand', () => {
  test('stand beside each other; what loses is bold', () => {
    const unparked = { ...byHand, lost: 387, lossy: 21 };
    const table = byHandTable([result('nginx', { beside: { ...byHand, reloads: 25 }, unparked })]);
    expect(cells(table, 0)?.slice(2)).toEqual([
      '25',
      '0 of 9,694',
      '12 in 25 reloads',
      '25',
      '**387 of 9,694, in 21 of 25**',
      ...MADE,
    ]);
  });

  test('say what was not measured, and have no row for a router without any', () => {
    const table = byHandTable([result('one', { beside: byHand }), result('two')]);
    expect(cells(table, 0)?.slice(2)).toEqual(['25', '0 of 9,694', '12', 'not measured', '', ...MADE]);
    expect(table.split('\n')).toHaveLength(3);
  });
});

describe('reloads', () => {
  const [released] = result('nginx').released;
  if (released === undefined) throw new Error('there is a release');
  const untouched = { ...tallies, 're-sending': { requests: 9, lost: 0, closed: 36 } };

  test('have the closed connections of each, at the host that is released and at one that is not', () => {
    const beside = { ...byHand, reloads: 25 };
    const table = reloadsTable([result('nginx', { released: [{ ...released, untouched }], beside })]);
    const closed = ['2, 0.03 a reload', '37, 0.50 a reload'];
    expect(cells(table, 0)).toEqual(['nginx 1.0', 'Ingress', 'releases, preview by path', '74', ...closed, ...MADE]);
    const byHandCells = ['changes of another host by hand', '25', '', '15, 0.60 a reload'];
    expect(cells(table, 1)).toEqual(['nginx 1.0', 'Ingress', ...byHandCells, ...MADE]);
  });

  test('say what earlier results lack', () => {
    const { keptAlive: _, ...beside } = { ...byHand, reloads: 25 };
    const { version: __, ...earlier } = result('nginx', { beside });
    const table = reloadsTable([earlier]);
    expect(cells(table, 0)?.slice(4)).toEqual(['2, 0.03 a reload', 'not measured', 'not recorded', '2026-11-28']);
    expect(cells(table, 1)?.slice(5)).toEqual(['not measured', 'not recorded', '2026-11-28']);
  });

  test('have no row for a router that never reloads', () => {
    const table = reloadsTable([result('one', { released: [{ ...released, reloads: 0 }], beside: byHand })]);
    expect(table.split('\n')).toHaveLength(2);
  });
});

test('the router whose part takes longest begins first: a run is over as soon as it can be', () => {
  const order = longestFirst(ROUTER_ORDER);
  expect(order[0]).toBe('ingress-nginx');
  expect(order.indexOf('contour')).toBeLessThan(order.indexOf('istio'));
  expect(order.indexOf('istio')).toBeLessThan(order.indexOf('traefik'));
  expect(order.toSorted()).toEqual(ROUTER_ORDER.toSorted());
});
