import type { Clock } from '../core/base/clock.ts';
import { messageOf } from '../core/base/error.ts';
import type { Detail } from '../core/checks/failed-check.ts';
import type { AnswerKind } from '../core/checks/verdict.ts';
import type { Subject } from './subject.ts';

/**
 * When a check runs: `preview`, when `verify` tests the candidate; `live`, when `verify` looks whether the candidate broke
 * the live version; `bake`, after the switch; `rollback`, when a rollback looks whether it has to hurry. Most kinds run at
 * `preview` and `bake`. Omit `rollback` if a failure may have another cause than the live version, or takes long to show: a
 * failure makes a rollback switch to a stack that does not have all its pods yet.
 */
export type CheckPoint = 'preview' | 'live' | 'bake' | 'rollback';

/** One configured check, ready to run. */
export interface Check {
  /** What people call it, such as `GET /healthz`. */
  readonly name: string;
  readonly kind: string;
  readonly points: readonly CheckPoint[];
  /** Checks of one group run one after the other in `verify`. */
  readonly group?: string | undefined;
  /** How often in a row it has to pass in `verify`, if the check says that itself. */
  readonly passes?: number | undefined;
  /** How many failures `verify` bears before it fails; undefined: as many as there is time for. */
  readonly retries?: number | undefined;
  /** Whether it only reads. What may change something does not run in a dry run. */
  readonly isReadOnly: boolean;
  /** Why this step cannot run it, as the end of a sentence: the run refuses it before it changes anything. */
  readonly lacks?: string | undefined;
  /** When it is attempted in the bake, if not with all others. Then it has no budget: each failure decides. */
  readonly pace?: BakePace;
  /** What it is attempted against, each on its own: every host and address, or only one place. */
  targets(subject: Subject): readonly CheckTarget[];
}

/**
 * When a check is attempted in the bake, in milliseconds: at `first`, then each `every`, and at the end. There the bake
 * waits for it, as long as its `timeout`. If its attempts are silent for longer than `patience`, or a quarter of the bake,
 * the bake ends without a verdict, although later ones pass.
 */
export interface BakePace {
  readonly first: number;
  readonly every: number;
  readonly timeout: number;
  readonly patience: number;
}

/** One thing that a check is attempted against. */
export interface CheckTarget {
  /** As people write it, such as a URL. */
  readonly where: string;
  /** The address that is used for it, if there are several. */
  readonly through?: string;
  /** What else distinguishes it from a target at the same place and address. */
  readonly key?: string;
  /** Rejects only when `signal` aborts; a failure is a value. */
  attempt(signal: AbortSignal): Promise<Attempt>;
}

/**
 * Who is to blame for a failed attempt. In `verify` each failure counts alike. In the bake:
 *
 * - `bad`, the revision that is checked: more than the budget allows, in all or at one target, move visitors back
 *   (`green-failed`).
 * - `blue`, another version that answered, and `unknown`, an answer that shows no version: they use the same budget, and
 *   `proof.lagging` decides whether visitors move back or stay (`proxy-lags`).
 * - `silent`, nobody: the attempt shows nothing. If one target is silent at the end, more often in a row than the budget
 *   allows of its own attempts, or was so for a quarter of the bake, it ends without a verdict and visitors stay
 *   (`runner-blind`).
 * - `busy`, nobody either: an answer that asks to come back later, which the application or the proxy gave. A silence too,
 *   and besides, more than the budget allows end the bake without a verdict. A target that gives hardly anything else is `bad`.
 *
 * The rule for what is not asked through the proxy: `bad` only if what is checked gave the result by itself, such as a
 * refused connection or a command that failed. Where the way there may be the cause (no such name, no connection in time),
 * `silent`. src/proof/see.ts has the rule for the proxy, which may answer although pods hang.
 */
export type Blame = Exclude<AnswerKind, 'green'>;

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
      readonly detail?: Detail;
      /** What most likely causes it, if that is known: a part of a sentence. */
      readonly cause?: string | undefined;
      readonly who: Blame;
      /** Another attempt in `verify` would not count: this one decides, though there is time. */
      readonly isFinal?: true;
    };

/** What distinguishes a target, the nth of its check, from the others of that check, also those of another time. */
export function targetKey({ where, through, key }: CheckTarget, place: number): string {
  return JSON.stringify([where, through ?? place, key]);
}

/** An attempt that failed. */
export type Failure = Extract<Attempt, { passed: false }>;

/** The first line of why an attempt failed. */
export function firstLineOf({ reason }: Failure): string {
  return reason.split('\n', 1)[0] ?? '';
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

/** `GET / at http://example.com/`, for sentences. */
export function checkText({ name }: Pick<Check, 'name'>, { where }: Pick<CheckTarget, 'where'>): string {
  return `${name} at ${where}`;
}

/** `http://example.com/ through 192.0.2.7:80`, for sentences. */
export function placeText({ where, through }: CheckTarget): string {
  return through === undefined ? where : `${where} through ${through}`;
}

/** `GET / at http://example.com/ through 192.0.2.7:80`, for sentences. */
export function targetText(check: Pick<Check, 'name'>, target: CheckTarget): string {
  return checkText(check, { where: placeText(target) });
}
