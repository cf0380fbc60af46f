import type { Clock } from '../core/base/clock.ts';
import type { GreenpathError } from '../core/base/error.ts';

/** What check kinds need from a run; src/steps/checks/check-tools.ts makes it for a run. */
export interface CheckTools {
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly step: CheckStep;
  /** Runs a Job in the cluster, for at most its time, and deletes it afterwards. Rejects when `signal` aborts. */
  runJob(job: JobCheck, signal: AbortSignal): Promise<JobEnd>;
}

/** A Job of the revision's manifests that is to be run. */
export interface JobCheck {
  /** Its name in the manifests. */
  readonly name: string;
  readonly revision: string;
  /** The environment of its containers gets these. */
  readonly variables: Readonly<Record<string, string>>;
  /** How long it may run, in milliseconds. */
  readonly timeout: number;
  /** Aborts when that time is over. */
  readonly late: AbortSignal;
}

/** How a Job ended, with what its newest pod shows; `stuck`: a pod of it can never start; `late`: its time was over. */
export type JobEnd =
  | { readonly state: 'missing' }
  | (JobPodSeen & { readonly state: 'done' | 'late' })
  | (JobPodSeen & { readonly state: 'failed' | 'stuck'; readonly why: string });

/** What the newest pod of a Job shows. */
export interface JobPodSeen {
  /** Its state, and what could not be read: parts of a sentence. */
  readonly texts: readonly string[];
  /** The last lines of its containers, init containers first. */
  readonly lines: readonly string[];
}

/** The step that runs the checks. */
export interface CheckStep {
  /** Its environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Whether the config was given to this step. Otherwise it comes from the cluster: whoever can write there must not run
   * commands on the runner, or read what is in its environment.
   */
  readonly hasConfig: boolean;
  /** Whether lines of several checks may come mixed. */
  readonly mixesLines: boolean;
  /** Writes a line to the log, masked and made harmless. */
  readonly say: (text: string) => void;
}

/** What the step's environment holds for checks. */
export interface Secrets {
  /** The value of a variable, which no report shows from then on. Throws what `missing` says of it. */
  readonly variable: (name: string) => string;
  /** Why the step may not use a variable, or does not have it: an error `input`; undefined if it has it. */
  readonly missing: (name: string) => GreenpathError | undefined;
  /** Hides a text that was made from such values. */
  readonly hide: (text: string) => void;
}
