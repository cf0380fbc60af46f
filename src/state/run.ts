import type { Api } from '../cluster/api.ts';
import type { Transport } from '../cluster/transport.ts';
import { keyOf } from '../core/kube/identity.ts';
import type { LockHolder } from '../core/kube/lease.ts';
import { type KubeObject, nameOf } from '../core/kube/objects.ts';
import type { Change } from '../core/report/journal.ts';
import type { Report } from '../github/report.ts';
import type { Inputs } from './inputs.ts';
import type { Observation, Outcome } from './outcome.ts';

/** What every mode works with. */
export interface Run {
  readonly inputs: Inputs;
  /** Of a run that writes nothing, a dry run or `status`, one that only tries. */
  readonly api: Api;
  readonly transport: Transport;
  readonly report: Report;
  /** Ends the run wherever it is. */
  readonly signal: AbortSignal;
  /**
   * Aborts as `signal` does, and when a rollback wants the lock. All that only waits goes by it; writes, and what must
   * follow one, do not: so a run gives way where the next one can go on.
   */
  readonly waiting: AbortSignal;
  /** `performance.now()` at which `signal` aborts because the step's timeout is over. */
  readonly deadline: number;
  /** Address of the workflow run, or a word for a run outside of GitHub. */
  readonly url: string;
  /**
   * Waits until no other run works on the app, and says which gave way meanwhile; nothing to wait for if this run only
   * reads, or holds the lock.
   */
  takeLock(): Promise<readonly LockHolder[]>;
  /** Lets other runs work on the app while this one only waits; what was read before counts no more. */
  dropLock(): Promise<void>;
  /**
   * Says what was just seen or done, never what is only meant: the run ends with it even if it fails or is cut off. The
   * outcome that it would have now.
   */
  observe(observation: Observation): Outcome;
}

/** What the dry run said of an object: its version before, and what will differ. */
export interface DryRunResult {
  readonly version: string | undefined;
  readonly change: Change;
  /** An immutable object that has to go before this one can come. */
  readonly replaces?: KubeObject;
}

/**
 * Tells what an apply did, and returns whether it changed anything: one that does not leaves the resource version that the
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

/** Something was written, or in a dry run would be. */
export function noteWrite(run: Run, change: Change): void {
  run.report.change(change);
  observeDone(run, { changed: true });
}

/** Observes what this run did: a dry run did nothing. */
export function observeDone(run: Run, done: Observation): Outcome {
  return run.observe(run.inputs.dryRun ? {} : done);
}

/** Waits for what a write brings about; returns whether there was anything to wait for: what a dry run tried has no effect. */
export async function awaitEffect(run: Run, wait: () => Promise<unknown>): Promise<boolean> {
  if (run.inputs.dryRun) return false;
  await wait();
  return true;
}

/** The time by the API server's clock, ISO 8601, for what is stored: the clocks of runners differ. */
export function timeNow({ transport }: Run): string {
  return new Date(transport.now()).toISOString();
}
