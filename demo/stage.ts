import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../cluster/steps.ts';
import type { Namespace } from './namespace.ts';
import { statusFor } from './router.ts';

/** Where the demo plays: the embedded cluster, or one of the user's. */
export interface Stage {
  readonly namespace: Namespace;
  /** `127.0.0.1:PORT` where the router answers. */
  readonly proxy: string;
  readonly ingressClass: string;
  /** Two nginx images that the cluster has or can pull, the older one first. */
  readonly images: readonly [string, string];
  /** Requests a second. */
  readonly rates: { readonly fresh: number; readonly kept: number };
  /** Connections that did not get as far as the router. */
  failures(): number;
  /** What goes on with it when it is kept: commands for a shell. */
  hints(host: string): readonly string[];
}

/** What an opening needs from its surroundings. */
export interface Surroundings {
  readonly log: Log;
  /** Aborts when the demo is interrupted. */
  readonly signal: AbortSignal;
  /** Takes what has to be done at the end; said before the thing that it undoes is begun. */
  undo(action: () => Promise<void> | void): void;
}

const ANSWER = 60_000;
/** A line on the screen at least this often while something is awaited, in milliseconds. */
const NEWS = 10_000;

/** Awaits the first 200 of a host at the router. */
export async function untilAnswered(
  { proxy }: Pick<Stage, 'proxy'>,
  host: string,
  { log, signal }: Pick<Surroundings, 'log' | 'signal'>,
): Promise<void> {
  const start = performance.now();
  for (let said = start; ; await delay(100, undefined, { signal })) {
    const status = await statusFor(proxy, host);
    if (status === 200) return;
    const state = `the router answers ${host} with ${status ?? 'nothing'}`;
    if (performance.now() - start > ANSWER) throw new Error(`After ${ANSWER / 1_000} s ${state}`);
    if (performance.now() - said < NEWS) continue;
    said = performance.now();
    log(`waiting: ${state}`);
  }
}
