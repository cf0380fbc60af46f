import type * as v from 'valibot';
import type { Clock } from '../core/base/clock.ts';
import type { ExpectedAnswer, Identity } from '../core/base/config.ts';
import { messageOf } from '../core/base/error.ts';
import type { Json } from '../core/base/json.ts';
import type { Who } from '../core/checks/expect.ts';
import type { VersionProbe } from '../core/checks/version-probe.ts';
import type { Endpoint } from '../proof/probe.ts';
import type { RefusedAt } from '../proof/refused.ts';

/**
 * When a check runs: `preview`, when `verify` tests the candidate; `live`, when `verify` looks whether the candidate broke
 * the live version; `bake`, after the switch; `rollback`, when a rollback looks whether it has to hurry. Most kinds run at
 * `preview` and `bake`. Omit `rollback` if a failure may have another cause than the live version, or takes long to show: a
 * failure makes a rollback switch to a stack that does not have all its pods yet.
 */
export type CheckPoint = 'preview' | 'live' | 'bake' | 'rollback';

/** What a check runs against: the preview of a candidate, or the live URLs. */
export interface Subject {
  /**
   * One for each host and address: several hosts may share an address, and one host may have several. Those of a preview
   * lead to the candidate: `probe` and `urlOf` put their prefix in front of a path, and send their headers.
   */
  readonly endpoints: readonly Endpoint[];
  /** The revision that should answer. */
  readonly revision: string;
  /** How an answer says which revision gave it. */
  readonly identity: Identity | undefined;
  readonly release: CheckedRelease;
  /** Distinguishes the revision's answers from those of the version that was live before, where that matters. */
  readonly versionProbe?: VersionProbe;
  /** What in the live routes most likely causes that a request is refused, if anything is known. */
  causeOf?(refused: RefusedAt): string | undefined;
  /** Nobody reads who is to blame, so a check asks nothing more to find that out. */
  readonly skipsBlame?: true;
}

/** What the step's environment holds for checks. */
export interface Secrets {
  /** The value of a variable, which no report shows from then on. Throws `input` if the step does not set it. */
  readonly variable: (name: string) => string;
  /** Hides a text that was made from such values. */
  readonly hide: (text: string) => void;
}

/** What is checked, for kinds that request nothing through an endpoint. */
export interface CheckedRelease {
  /** Where the revision is checked: the preview, or the live URL after the switch. */
  readonly url: string;
  /** `X-Preview: green` if requests must carry that header to reach the revision there; else empty. */
  readonly header: string;
  readonly previewUrl: string;
  readonly liveUrl: string;
  /** The revision that is live, or that was before the switch; empty if there was none. */
  readonly previous: string;
  /** When visitors were moved to the revision, by the clock of the tools; undefined before that. */
  readonly since?: number;
}

/** What check kinds need from a run; src/steps/check-tools.ts makes it for a run. */
export interface CheckTools {
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly step: CheckStep;
  /** Runs a Job in the cluster and deletes it afterwards. Rejects when `signal` aborts. */
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
}

/** How a Job ended, with the last lines of its containers. */
export interface JobEnd {
  readonly state: 'done' | 'failed' | 'missing';
  readonly why?: string;
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
  /** Writes a line to the log, masked and made harmless. */
  say(text: string): void;
}

/**
 * The content of the file that the setting at `path` of a check names; undefined if it cannot be read or is longer than
 * `limit` bytes, which is then reported.
 */
export type ReadFile = (path: readonly string[], file: string, limit: number) => Buffer | undefined;

/** One configured check, ready to run. */
export interface Check {
  /** What people call it, such as `GET /healthz`. */
  readonly name: string;
  readonly kind: string;
  readonly points: readonly CheckPoint[];
  /** Whether it may be attempted again. If not, only `verify` runs it: once, and one failure decides. */
  readonly repeatable: boolean;
  /** Checks of one group run one after the other in `verify`. */
  readonly group?: string | undefined;
  /** How often in a row it has to pass in `verify`, if the check says that itself. */
  readonly passes?: number | undefined;
  /** How many failures `verify` bears before it fails; undefined: as many as there is time for. */
  readonly retries?: number | undefined;
  /** Why this step cannot run it, as the end of a sentence: the run refuses it before it changes anything. */
  readonly lacks?: string | undefined;
  /** When it is attempted in the bake, if not with all others. Then it has no budget: each failure decides. */
  readonly pace?: BakePace;
  /** What it is attempted against, each on its own: every host and address, or only one place. */
  targets(subject: Subject): readonly CheckTarget[];
}

/**
 * When a check is attempted in the bake, in milliseconds: at `first`, then each `every`, and at the end. There the bake
 * waits for it, as long as its `timeout`.
 */
export interface BakePace {
  readonly first: number;
  readonly every: number;
  readonly timeout: number;
}

/** One thing that a check is attempted against. */
export interface CheckTarget {
  /** As people write it, such as a URL. */
  readonly where: string;
  /** The address that is used for it, if there are several. */
  readonly through?: string;
  /** Rejects only when `signal` aborts; a failure is a value. */
  attempt(signal: AbortSignal): Promise<Attempt>;
}

/**
 * Who is to blame for a failed attempt. In `verify` each failure counts alike. In the bake:
 *
 * - `bad`, the revision that is checked: more than the budget allows move visitors back (`green-failed`).
 * - `blue`, another version that answered, and `unknown`, an answer that shows no version: they use the same budget, and
 *   `proof.lagging` decides whether visitors move back or stay (`proxy-lags`).
 * - `silent`, nobody: the attempt shows nothing. If one target is silent at the end, more often in a row than the budget
 *   allows, the bake ends without a verdict and visitors stay (`runner-blind`).
 *
 * The rule for what is not asked through the proxy: `bad` only if what is checked gave the result by itself, such as a
 * refused connection or a command that failed. Where the way there may be the cause (no such name, no connection in time),
 * `silent`. src/proof/see.ts has the rule for the proxy, which may answer although pods hang.
 */
export type Blame = Exclude<Who, 'green'>;

/** How one attempt ended, after `ms` milliseconds. */
export type Attempt =
  | {
      readonly passed: true;
      readonly ms: number;
      /** What was found, for people. */
      readonly seen?: string;
    }
  | {
      readonly passed: false;
      readonly ms: number;
      readonly reason: string;
      /** Lines that show more of it, such as a diff. */
      readonly detail?: string;
      /** What most likely causes it, if that is known: a part of a sentence. */
      readonly cause?: string | undefined;
      readonly who: Blame;
    };

/** A kind of check. docs/extending.md says how to add one. */
export interface CheckKind<S> {
  /** The setting that names it in the config, and `kind` in results. */
  readonly key: string;
  /** How it is written, for messages: what follows "expected". */
  readonly form: string;
  /** What it does, in one sentence for docs/config.md. */
  readonly about: string;
  /** A check of this kind as the config has it, for docs/config.md and test/checks/port.test.ts. */
  readonly example: unknown;
  readonly schema: v.GenericSchema<unknown, S>;
  /** A check as the config has it, with the content of the files that it names: later steps have no checkout. */
  withFiles?(given: Json, read: ReadFile): Json;
  /** Which answers of the application are right by such a check, for the proof: kinds that ask for its pages say so. */
  expects?(settings: S): readonly ExpectedAnswer[];
  /** How the config says that a status of a path is right, or any success: for advice, of kinds with `expects`. */
  written?(path: string, status?: number): string;
  make(settings: S, tools: CheckTools): Check;
}

/** One attempt. If the check itself throws, the attempt failed: only what was seen to pass passes. */
export async function attemptAt(target: CheckTarget, clock: Clock, signal: AbortSignal): Promise<Attempt> {
  const start = clock.now();
  try {
    return await target.attempt(signal);
  } catch (error) {
    signal.throwIfAborted();
    return { passed: false, ms: clock.now() - start, reason: `the check broke: ${messageOf(error)}`, who: 'bad' };
  }
}

/** `GET / at http://example.com/ through 192.0.2.7:80`, for sentences. */
export function targetText({ name }: Pick<Check, 'name'>, { where, through }: CheckTarget): string {
  return `${name} at ${where}${through === undefined ? '' : ` through ${through}`}`;
}
