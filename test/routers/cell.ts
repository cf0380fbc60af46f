import { setTimeout as delay } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Client } from '../../harness/clients.ts';
import type { Edge } from '../../harness/edges.ts';
import { Load } from '../../harness/load.ts';
import { CLIENTS } from '../../harness/routers/results.ts';
import type { PreviewName, RouteName, Row } from '../../harness/routers/rows.ts';
import { type Acts, actsIn } from '../e2e/acts.ts';
import { untilAllKnow } from '../e2e/visitors.ts';
import { apply, ask, makeWorld, type World } from '../e2e/world.ts';
import { configOf, previewed } from './previews.ts';
import { liveRoute } from './routes.ts';

export const SWITCHES = 25;
/** A wait of up to so many milliseconds lies before each switch: longer than any router waits between two changes. */
const PHASE = 3_500;
/** Requests a second. */
const RATES: Readonly<Record<Client, number>> = {
  fresh: 20,
  'kept-alive': 15,
  're-sending': 15,
  'slow-sending': 3,
};
/** For the names of namespaces and hosts. */
const NAMES: Readonly<Record<RouteName, string>> = {
  Ingress: 'ingress',
  HTTPRoute: 'httproute',
  'HTTPRoute with two references': 'pair',
};

/** One row of the matrix and one kind of preview, and a world in which releases are carried out. */
export interface Cell {
  readonly row: Row;
  /** As it is seen through the row's router. */
  readonly cluster: Cluster;
  readonly world: World;
  readonly preview: PreviewName;
}

/** Makes a cell and its world. */
export async function openCell(cluster: Cluster, row: Row, preview: PreviewName): Promise<Cell> {
  return { row, cluster, preview, world: await openWorld(cluster, row, preview) };
}

/** Makes a world whose live route has the form of the row: every worker of the router knows its host. */
export async function openWorld(cluster: Cluster, row: Row, name: string): Promise<World> {
  const form = row.route === 'Ingress' ? 'split' : 'httproute';
  const world = await makeWorld(cluster, `${row.router}-${NAMES[row.route]}-${name}`, form, 1);
  await apply(cluster, world.namespace, [liveRoute({ cluster, row, host: world.host, service: 'web-v1' })]);
  await untilAllKnow(cluster, world.host);
  return world;
}

/** Requests of these kinds of clients at the live URL, for at most so many seconds. */
export function loadOf(
  { cluster, world }: Pick<Cell, 'cluster' | 'world'>,
  seconds: number,
  clients: readonly Client[] = CLIENTS,
): Load {
  const identify = (headers: Record<string, unknown>) => String(headers['x-revision']);
  const load = new Load({ proxy: cluster.proxy, host: world.host, identify }, seconds);
  for (const client of clients) load.add({ client, path: '/visit', rate: RATES[client] });
  return load;
}

/** How often the router has reloaded so far; 0 if that is no thing that it does. */
export async function reloadsOf({ row, cluster }: Cell): Promise<number> {
  return (await row.reloads?.(cluster)) ?? 0;
}

/** Every mode once, and what it leaves at the live URL and at the preview. */
export async function liveThroughModes(cell: Cell): Promise<void> {
  const { world, row, preview } = cell;
  const config = configOf(row, preview);
  const { passes } = actsIn(() => world, { config });
  await passes('deploy-green', 'v2');
  await untilPreviewed(cell, 'v2');
  expect(await live(cell)).toBe('v1');
  await passes('verify', 'v2');
  const { outputs } = await passes('promote', 'v2');
  expect(outputs).toMatchObject({ state: 'live', proof: 'identity', 'previous-revision': 'v1' });
  expect(await live(cell)).toBe('v2');
  expect((await passes('rollback')).outputs).toMatchObject({ state: 'rolled-back', revision: 'v1', proof: 'identity' });
  expect(await live(cell)).toBe('v1');
  await passes('deploy-green', 'v3');
  await untilPreviewed(cell, 'v3');
  await passes('reject', 'v3');
  await passes('retire', '', { config: `${config}keep: 0\ndrain: 1s\nretire-applied: true\n` });
  expect(await world.kubectl('get', 'deployment', '-o', 'name')).toBe('deployment.apps/web-v1\n');
  await vi.waitUntil(async () => (await previewed(cell.cluster, world, preview))[0] !== 'v3', { timeout: 15_000 });
  expect(await live(cell)).toBe('v1');
}

/** Awaits that the preview is answered by `revision` and stripped: another worker may know it later than the first. */
async function untilPreviewed({ cluster, world, preview }: Cell, revision: string): Promise<void> {
  const answered = async () => expect(await previewed(cluster, world, preview)).toEqual([revision, '/some/page']);
  await vi.waitFor(answered, { timeout: 15_000 });
}

/** Switches at random moments: two promotions, then a rollback, and so on. Returns them, and how long promotions took. */
export async function switchToAndFro(cell: Cell): Promise<{ edges: Edge[]; promotions: number[] }> {
  const { passes } = actsIn(() => cell.world, { config: configOf(cell.row, cell.preview) });
  const edges: Edge[] = [];
  const promotions: number[] = [];
  let before = 'v1';
  while (edges.length < SWITCHES) {
    const isBack = edges.length % 3 === 2;
    const after = before === 'v2' ? 'v3' : 'v2';
    if (!isBack) await candidate(passes, after);
    else await delay(Math.random() * PHASE);
    expect(await live(cell)).toBe(before);
    const started = performance.now();
    const { outputs } = isBack ? await passes('rollback') : await passes('promote', after);
    const proven = performance.now();
    expect(outputs).toMatchObject({ revision: after, proof: 'identity', changed: 'true' });
    edges.push({ before, after, started, proven });
    if (!isBack) promotions.push(proven - started);
    before = after;
  }
  return { edges, promotions };
}

async function candidate(passes: Acts['passes'], revision: string): Promise<void> {
  await Promise.all([passes('deploy-green', revision), delay(Math.random() * PHASE)]);
  await passes('verify', revision);
}

async function live({ cluster, world }: Cell): Promise<unknown> {
  return (await ask(cluster, world.host, '/')).headers['x-revision'];
}
