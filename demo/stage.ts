import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../cluster/steps.ts';
import type { Namespace } from './namespace.ts';
import { statusFor } from './router.ts';

/** Where the demo runs: the embedded cluster, or one of the user's. */
export interface Stage {
  readonly namespace: Namespace;
  /** `127.0.0.1:PORT` where the router answers. */
  readonly proxy: string;
  readonly ingressClass: string;
  /** Two nginx images that the cluster has or can pull, the older one first. */
  readonly images: readonly [string, string];
  /** Requests a second. */
  readonly rates: { readonly fresh: number; readonly kept: number; readonly preview: number };
  /** Connections that did not reach the router. */
  failures(): number;
  /** Shell commands for when the stage is kept. */
  hints(host: string): readonly string[];
}

/** What is needed to open a stage. */
export interface Surroundings {
  readonly log: Log;
  /** Aborts when the demo is interrupted. */
  readonly signal: AbortSignal;
  /** Takes a function that runs at the end. Call it before you begin what the function undoes. */
  undo(action: () => Promise<void> | void): void;
}

const ANSWER = 60_000;
/** During a wait, a line is written at least this often, in milliseconds. */
const NEWS = 10_000;

/** Waits until the router answers 200 for a host. */
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
