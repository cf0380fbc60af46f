import { setTimeout as delay } from 'node:timers/promises';
import { isMissing } from '../../harness/load.ts';
import { type ByHand, talliesOf } from '../../harness/routers/results.ts';
import { untilAllKnow } from '../e2e/visitors.ts';
import { apply, untilAnswers } from '../e2e/world.ts';
import { type Cell, loadOf, reloadsOf, SWITCHES } from './cell.ts';
import { liveRoute, resourceOf, routeTo } from './routes.ts';

/** The stacks that the releases of a cell leave: their revisions, and the Services that live routes name. */
const STACKS = [
  { revision: 'v2', service: 'web-v2' },
  { revision: 'v3', service: 'web-v3' },
] as const;
/** A wait of up to so many milliseconds lies before each change. */
const PHASE = 1_500;

/**
 * Changes a route of another host again and again, under the load of the cell's host: what that costs is not due to any
 * release.
 */
export async function changeBeside(cell: Cell): Promise<ByHand> {
  const { cluster, world, row } = cell;
  const host = `beside.${world.host}`;
  const [{ revision, service }] = STACKS;
  const measured = await underLoad(cell, async (index) => {
    const path = `/change-${index}`;
    await apply(cluster, world.namespace, [routeTo('beside', { cluster, row, host, path, service })]);
    await untilAnswers(cluster, host, revision, path);
  });
  await world.kubectl('delete', resourceOf(row), 'beside');
  return measured;
}

/** Moves the live route to and fro as a promotion does, but with nothing else that names the Services. */
export async function switchUnparked(cell: Cell): Promise<ByHand> {
  const { cluster, world, row } = cell;
  const resource = resourceOf(row);
  const names = (await world.kubectl('get', resource, '-o', 'name')).split('\n');
  const parking = names.filter((name) => name.includes('/greenpath-'));
  if (parking.length === 0) throw new Error('nothing is parked: the comparison would compare nothing');
  await world.kubectl('delete', ...parking);
  // In place: a route that is deleted and made again would be missing until the router applies its next change.
  for (const { revision, service } of STACKS.toReversed()) {
    await apply(cluster, world.namespace, [liveRoute({ cluster, row, host: world.host, service })]);
    await untilAnswers(cluster, world.host, revision);
  }
  await untilAllKnow(cluster, world.host);
  return underLoad(cell, async (index) => {
    const [from, to] = index % 2 === 0 ? STACKS : STACKS.toReversed();
    if (from === undefined || to === undefined) throw new Error('there are two stacks');
    const path =
      row.route === 'Ingress' ? '/spec/rules/0/http/paths/0/backend/service/name' : '/spec/rules/0/backendRefs/0/name';
    const patch = [
      { op: 'test', path, value: from.service },
      { op: 'replace', path, value: to.service },
    ];
    await world.kubectl('patch', resource, 'web', '--type=json', '-p', JSON.stringify(patch));
    await untilAnswers(cluster, world.host, to.revision);
  });
}

/** Carries out changes at random moments, and counts what came of the load from each of them to the next. */
async function underLoad(cell: Cell, change: (index: number) => Promise<void>): Promise<ByHand> {
  const load = loadOf(cell, 600);
  const reloadsBefore = await reloadsOf(cell);
  const starts: number[] = [];
  try {
    for (let index = 0; index < SWITCHES; index += 1) {
      await delay(Math.random() * PHASE);
      starts.push(performance.now());
      await change(index);
    }
  } finally {
    await load.stop();
  }
  const missing = load.answers.filter(isMissing);
  const lossy = starts.filter((start, index) => {
    const next = starts[index + 1] ?? Number.POSITIVE_INFINITY;
    return missing.some(({ ended }) => ended >= start && ended < next);
  });
  const tallies = talliesOf(load.answers);
  return {
    changes: starts.length,
    requests: load.answers.length,
    lost: missing.length,
    lossy: lossy.length,
    closed: tallies['re-sending'].closed,
    keptAlive: tallies['kept-alive'].closed,
    reloads: (await reloadsOf(cell)) - reloadsBefore,
  };
}
