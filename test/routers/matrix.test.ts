import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import { describeAnswer, strangers } from '../../harness/edges.ts';
import { isMissing } from '../../harness/load.ts';
import { leaveResults, type Released, type RouterResult, talliesOf } from '../../harness/routers/results.ts';
import { type PreviewName, ROWS, type Row, titleOf } from '../../harness/routers/rows.ts';
import { changeBeside, switchUnparked } from './by-hand.ts';
import { type Cell, liveThroughModes, loadOf, openCell, reloadsOf, SWITCHES, switchToAndFro } from './cell.ts';
import { isWanted } from './wanted.ts';

/**
 * Promise 4: on every router, with every kind of route and preview. Part of `npm run test:routers`. What is measured is left
 * for docs/routers.md also if it is not as it should be.
 */

const rows = ROWS.filter(({ router }) => isWanted(router));
const results = new Map<Row, RouterResult>();

/** Adds what was measured of a row, and leaves all of its router. */
function measured(row: Row, add: (result: RouterResult) => Partial<RouterResult>): void {
  const date = new Date().toISOString().slice(0, 10);
  const empty = { router: row.router, title: titleOf(row), route: row.route, date, released: [] };
  const result = results.get(row) ?? empty;
  results.set(row, { ...result, ...add(result) });
  leaveResults(
    row.router,
    [...results.values()].filter(({ router }) => router === row.router),
  );
}

/** In the order in which the row names the previews, whichever ended first. */
function inOrder({ previews }: Row, released: readonly Released[]): Released[] {
  return previews.flatMap((preview) => released.filter((one) => one.preview === preview));
}

describe.for(rows)('$router, $route', { timeout: 900_000 }, (row) => {
  let cluster: Cluster;
  const cells = new Map<PreviewName, Cell>();
  beforeAll(async () => {
    cluster = row.router === 'traefik' ? inject('cluster') : await openRouter(inject('cluster'), row.router);
  });
  afterAll(async () => {
    for (const { world } of cells.values()) await world.end();
  });

  // Side by side, they would count each other's reloads.
  const releases = row.reloads === undefined ? test.concurrent : test;
  releases.for(row.previews)(
    `every mode, and ${SWITCHES} switches: nothing is lost, preview by %s`,
    async (preview) => {
      const cell = await openCell(cluster, row, preview);
      cells.set(preview, cell);
      const { released, answers, edges } = await releaseUnderLoad(cell);
      measured(row, (result) => ({ released: inOrder(row, [...result.released, released]) }));
      expect(answers.filter(isMissing).map(describeAnswer)).toEqual([]);
      expect(strangers(answers, edges).map(describeAnswer)).toEqual([]);
      expect(released.switches).toBe(SWITCHES);
      if (row.reloads === undefined) expect(answers.filter(({ closed }) => closed).map(describeAnswer)).toEqual([]);
    },
  );

  const first = () => {
    const cell = row.previews.map((preview) => cells.get(preview)).find(Boolean);
    if (cell === undefined) throw new Error('no releases went before');
    return cell;
  };
  test('changes of another host lose nothing', async () => {
    const beside = await changeBeside(first());
    measured(row, () => ({ beside }));
    expect(beside).toMatchObject({ changes: SWITCHES, lost: 0 });
    const { released = [] } = results.get(row) ?? {};
    const closed = released.map(({ tallies, reloads }) => tallies['re-sending'].closed / Math.max(1, reloads));
    // A reload closes some, whoever caused it, and never the same number.
    expect(Math.max(...closed)).toBeLessThanOrEqual(2 * (beside.closed / Math.max(1, beside.reloads)) + 0.5);
  });
  test.runIf(row.unparked !== 'not measured')('the same switches without parking', async () => {
    const unparked = await switchUnparked(first());
    measured(row, () => ({ unparked }));
    expect(unparked.changes).toBe(SWITCHES);
    if (row.unparked === 'must lose') expect(unparked.lossy).toBeGreaterThan(0);
  });
});

/** Every mode once and then the switches, all under one load, and what came of it. */
async function releaseUnderLoad(cell: Cell) {
  const load = loadOf(cell, 880);
  const before = await reloadsOf(cell);
  try {
    await liveThroughModes(cell);
    const { edges, promotions } = await switchToAndFro(cell);
    const reloads = (await reloadsOf(cell)) - before;
    const answers = await load.stop();
    const sorted = promotions.toSorted((one, other) => one - other).map(Math.round);
    const promote = { median: sorted[Math.floor(sorted.length / 2)] ?? 0, longest: sorted.at(-1) ?? 0 };
    const released: Released = {
      preview: cell.preview,
      switches: edges.length,
      tallies: talliesOf(answers),
      promote,
      reloads,
    };
    return { released, answers, edges };
  } finally {
    await load.stop();
  }
}
