import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Client } from '../clients.ts';
import { type Answer, isLost } from '../load.ts';
import type { Version } from './version.ts';

/** What `npm run test:routers` measured: the source of the tables in docs/routers.md. */
export const RESULTS_FILE = 'docs/routers.json';
/** Where the processes of a run leave what each of them measured, one file for each router. */
export const MEASURED_FOLDER = 'build/routers';

/** The clients of the matrix, in the order of the table. */
export const CLIENTS = ['fresh', 'kept-alive', 're-sending', 'slow-sending'] as const satisfies readonly Client[];

/** Those of them that keep connections: a router that reloads closes some of these, whoever made it reload. */
export const KEEPING = ['kept-alive', 're-sending'] as const satisfies readonly Client[];

/** How requests of one kind of client ended. */
export interface Tally {
  readonly requests: number;
  readonly lost: number;
  /** Kept connections that were closed before they answered; a re-sending client asked again then. */
  readonly closed: number;
}

/** One router, one kind of route, one kind of preview. */
export interface Released {
  readonly preview: string;
  readonly switches: number;
  readonly tallies: Readonly<Record<Client, Tally>>;
  /** How long a `promote` took, in milliseconds. */
  readonly promote: { readonly median: number; readonly longest: number };
  /** How often the router reloaded meanwhile; 0 for one that never does. */
  readonly reloads: number;
  /** Clients that keep connections, meanwhile, at a host that nobody releases; only where the router reloads. */
  readonly untouched?: Readonly<Record<Client, Tally>>;
}

/** Changes by hand, for comparison, under the same load. */
export interface ByHand {
  readonly changes: number;
  /** Of all clients; what a kept-alive client lost to a closed connection is not counted as lost. */
  readonly requests: number;
  readonly lost: number;
  /** In how many of the changes something was lost. */
  readonly lossy: number;
  /** How often the re-sending clients asked again. */
  readonly closed: number;
  /** What the kept-alive clients lost to closed connections; earlier results do not have it. */
  readonly keptAlive?: number;
  readonly reloads: number;
}

/** All that a run measured of one router and one kind of route. */
export interface RouterResult {
  readonly router: string;
  readonly title: string;
  readonly route: string;
  /** The day, such as `2026-11-28`. */
  readonly date: string;
  /** The Greenpath that made the releases; earlier results do not have it. */
  readonly version?: Version;
  readonly released: readonly Released[];
  /** Changes of another host, which change nothing for the application. */
  readonly beside?: ByHand;
  /** The same switches without parking. */
  readonly unparked?: ByHand;
}

/** The results of a file; none if there is no file. */
export function readResults(file = RESULTS_FILE): RouterResult[] {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}

/** Leaves the results of a router for the end of the run. */
export function leaveResults(router: string, results: readonly RouterResult[]): void {
  const file = join(MEASURED_FOLDER, `${router}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(results));
}

/** Earlier results with those of a run in place of theirs; what `order` does not name (any more) is left out. */
export function mergeResults(
  earlier: readonly RouterResult[],
  measured: readonly RouterResult[],
  order: readonly string[],
): RouterResult[] {
  const routers = new Set(measured.map(({ router }) => router));
  const all = [...earlier.filter(({ router }) => !routers.has(router)), ...measured];
  return order.flatMap((name) => all.filter(({ router }) => router === name));
}

/** The tally of each kind of client. */
export function talliesOf(answers: readonly Answer[]): Record<Client, Tally> {
  const tallies = CLIENTS.map((client) => [client, tallyOf(answers.filter((one) => one.client === client))] as const);
  return Object.fromEntries(tallies) as Record<Client, Tally>;
}

/** The tally of answers. */
function tallyOf(answers: readonly Answer[]): Tally {
  return {
    requests: answers.length,
    lost: answers.filter(isLost).length,
    closed: answers.filter(({ closed }) => closed).length,
  };
}
