import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import { describeAnswer, strangers } from '../../harness/edges.ts';
import { isMissing } from '../../harness/load.ts';
import { chanceOf, closedIn, LEVEL } from '../../harness/routers/closed-by-chance.ts';
import { KEEPING, leaveResults, type Released, type RouterResult, talliesOf } from '../../harness/routers/results.ts';
import { type PreviewName, ROWS, type Row, titleOf } from '../../harness/routers/rows.ts';
import { versionOf } from '../../harness/routers/version.ts';
import type { World } from '../e2e/world.ts';
import { changeBeside, switchUnparked } from './by-hand.ts';
import {
  type Cell,
  liveThroughModes,
  loadOf,
  openCell,
  openWorld,
  reloadsOf,
  SWITCHES,
  switchToAndFro,
} from './cell.ts';
import { isWanted } from './wanted.ts';

/**
 * Promise 4: on every router, with every kind of route and preview. Part of `npm run test:routers`. What is measured is left
 * for docs/routers.md also if it is not as it should be.
 */

/** A load ends by itself after so many seconds. */
const LONGEST = 880;
const rows = ROWS.filter(({ router }) => isWanted(router));
const version = versionOf();
const results = new Map<Row, RouterResult>();

/** Adds what was measured of a row, and leaves all of its router. */
function measured(row: Row, add: (result: RouterResult) => Partial<RouterResult>): void {
  const date = new Date().toISOString().slice(0, 10);
  const empty = { router: row.router, title: titleOf(row), route: row.route, date, version, released: [] };
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

/** What was measured is of one Greenpath only if nobody built it again meanwhile. */
afterAll(() => expect(versionOf().dist).toBe(version.dist));

describe.for(rows)('$router, $route', { timeout: 900_000 }, (row) => {
  let cluster: Cluster;
  let untouched: World | undefined;
  const cells = new Map<PreviewName, Cell>();
  beforeAll(async () => {
    cluster = row.router === 'traefik' ? inject('cluster') : await openRouter(inject('cluster'), row.router);
    if (row.reloads !== undefined) untouched = await openWorld(cluster, row, 'untouched');
  });
  afterAll(async () => {
    for (const { world } of cells.values()) await world.end();
    await untouched?.end();
  });

  // Side by side, they would count each other's reloads.
  const releases = row.reloads === undefined ? test.concurrent : test;
  releases.for(row.previews)(
    `every mode, and ${SWITCHES} switches: nothing is lost, preview by %s`,
    async (preview) => {
      const cell = await openCell(cluster, row, preview);
      cells.set(preview, cell);
      const { released, answers, others, edges } = await releaseUnderLoad(cell, untouched);
      measured(row, (result) => ({ released: inOrder(row, [...result.released, released]) }));
      expect([...answers, ...others].filter(isMissing).map(describeAnswer)).toEqual([]);
      expect(strangers(answers, edges).map(describeAnswer)).toEqual([]);
      expect(released.switches).toBe(SWITCHES);
      if (row.reloads === undefined) expect(answers.filter(({ closed }) => closed).map(describeAnswer)).toEqual([]);
    },
  );

  test.runIf(row.reloads !== undefined)('reloads close no more kept connections than at a host nobody releases', () => {
    const { released = [] } = results.get(row) ?? {};
    expect(released).toHaveLength(row.previews.length);
    const here = released.reduce((sum, { tallies }) => sum + closedIn(tallies), 0);
    const there = released.reduce((sum, { untouched: other }) => sum + (other ? closedIn(other) : 0), 0);
    expect(chanceOf(here, there), `${here} were closed, and ${there} at the other host`).toBeGreaterThan(LEVEL);
  });

  const first = () => {
    const cell = row.previews.map((preview) => cells.get(preview)).find(Boolean);
    if (cell === undefined) throw new Error('no releases went before');
    return cell;
  };
  test('changes of another host lose nothing', async () => {
    const beside = await changeBeside(first());
    measured(row, () => ({ beside }));
    expect(beside).toMatchObject({ changes: SWITCHES, lost: 0 });
  });
  test.runIf(row.unparked !== 'not measured')('the same switches without parking', async () => {
    const unparked = await switchUnparked(first());
    measured(row, () => ({ unparked }));
    expect(unparked.changes).toBe(SWITCHES);
    if (row.unparked === 'must lose') expect(unparked.lossy).toBeGreaterThan(0);
  });
});

/**
 * Every mode once and then the switches, all under one load, and what came of it. Meanwhile, an untouched host has clients
 * that keep connections, as many as the host that is released.
 */
async function releaseUnderLoad(cell: Cell, untouched: World | undefined) {
  const load = loadOf(cell, LONGEST);
  const other = untouched && loadOf({ ...cell, world: untouched }, LONGEST, KEEPING);
  const before = await reloadsOf(cell);
  try {
    await liveThroughModes(cell);
    const { edges, promotions } = await switchToAndFro(cell);
    const reloads = (await reloadsOf(cell)) - before;
    const [answers, others = []] = await Promise.all([load.stop(), other?.stop()]);
    const sorted = promotions.toSorted((one, other) => one - other).map(Math.round);
    const promote = { median: sorted[Math.floor(sorted.length / 2)] ?? 0, longest: sorted.at(-1) ?? 0 };
    const released: Released = {
      preview: cell.preview,
      switches: edges.length,
      tallies: talliesOf(answers),
      promote,
      reloads,
      ...(other && { untouched: talliesOf(others) }),
    };
    return { released, answers, others, edges };
  } finally {
    await Promise.all([load.stop(), other?.stop()]);
  }
}
