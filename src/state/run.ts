import type { Api } from '../cluster/api.ts';
import type { Reader } from '../cluster/reader.ts';
import type { Transport } from '../cluster/transport.ts';
import { GreenpathError } from '../core/base/error.ts';
import { keyOf } from '../core/kube/identity.ts';
import type { LockHolder } from '../core/kube/lease.ts';
import { type KubeObject, nameOf } from '../core/kube/objects.ts';
import type { Commit } from '../core/release/commit.ts';
import type { Change } from '../core/report/journal.ts';
import type { Report } from '../github/report.ts';
import type { Inputs } from './inputs.ts';
import type { Observation, Outcome } from './outcome.ts';

/** What a mode works with that reads no cluster. */
export interface LocalRun {
  readonly inputs: Inputs;
  readonly report: Report;
  /** Ends the run wherever it is. */
  readonly signal: AbortSignal;
  /**
   * Notes what was just seen or done, never an intention: the run ends with it even if it fails or is interrupted.
   * Returns the outcome that the run would have now.
   */
  observe(observation: Observation): Outcome;
}

/** What every other mode works with. */
export interface Run extends LocalRun {
  /** In a run that writes nothing, a dry run or `status`, its writes are only tried. */
  readonly api: Api;
  readonly transport: Transport;
  /**
   * Aborts as `signal` does, and when a rollback wants the lock. Everything that only waits uses it. Writes, and what
   * must follow one, do not: so a run gives way only where the next one can continue.
   */
  readonly waiting: AbortSignal;
  /** `performance.now()` at which `signal` aborts because the step's timeout is over. */
  readonly deadline: number;
  /** Address of the workflow run, or a phrase for a run outside of GitHub. */
  readonly url: string;
  /** The commit that it works at; undefined outside of GitHub. */
  readonly commit: Commit | undefined;
  /**
   * Waits until no other run works on the app, and returns which gave way meanwhile. It does not wait if this run only
   * reads, or if it holds the lock.
   */
  takeLock(): Promise<readonly LockHolder[]>;
  /** Lets other runs work on the app while this one only waits; what was read before is then outdated. */
  dropLock(): Promise<void>;
}

/** What is needed of a run to read: its last reads may end earlier than the run. */
export type Reading = Pick<Run, 'inputs' | 'report'> & { readonly api: Reader };

/** The result of an object's dry run: its version before, and what will change. */
export interface DryRunResult {
  readonly version: string | undefined;
  readonly change: Change;
  /** The object as the server would store it; only of objects that are applied. */
  readonly answer?: KubeObject;
  /** An immutable object that must be deleted before this one can be created. */
  readonly replaces?: KubeObject;
}

/**
 * Reports what an apply did, and returns whether it changed anything: if not, the resource version is the one that the
 * dry run saw.
 */
export function noteChange(run: Run, tried: ReadonlyMap<string, DryRunResult>, now: KubeObject): boolean {
  const { version, change } = tried.get(keyOf(now)) ?? {};
  if (version !== undefined && version === now.metadata.resourceVersion) return false;
  noteWrite(run, {
    object: nameOf(now),
    action: version === undefined ? 'create' : 'change',
    diff: change?.diff ?? '',
  });
  return true;
}

/** Notes that something was written, or in a dry run would be. */
export function noteWrite(run: Run, change: Change): void {
  run.report.change(change);
  observeDone(run, { changed: true });
}

/** Observes what this run did: a dry run did nothing. */
export function observeDone(run: Run, done: Observation): Outcome {
  return run.observe(run.inputs.dryRun ? {} : done);
}

/** The server refused, so that request wrote nothing: not a lost answer, not the end of this run. */
export function isRefused(run: Run, error: unknown): error is GreenpathError {
  return error instanceof GreenpathError && error.code !== 'unreachable' && !run.signal.aborted;
}

/** Waits for the effect of a write; returns whether there was anything to wait for, since a dry run has no effect. */
export async function awaitEffect(run: Run, wait: () => Promise<unknown>): Promise<boolean> {
  if (run.inputs.dryRun) return false;
  await wait();
  return true;
}

/** The time by the API server's clock, ISO 8601, for stored values: the clocks of runners differ. */
export function timeNow({ transport }: Run): string {
  return new Date(transport.now()).toISOString();
}

/** What `performance.now()` was at a time by the API server's clock, in milliseconds since 1970. */
export function ownTimeOf({ transport }: Run, time: number): number {
  return performance.now() - (transport.now() - time);
}
