import type { GreenpathError, Place } from '../core/base/error.ts';
import type { CheckResult } from '../core/checks/check-result.ts';
import type { FailureReport } from '../core/report/failure-report.ts';
import type {
  AnswerSeen,
  Change,
  Comparison,
  Journal,
  Scene,
  StageTitle,
  SwitchAnswers,
} from '../core/report/journal.ts';

/** What a run shows to people. Every text is masked and made harmless here, so callers pass texts unchanged. */
export interface Report {
  /** From now on this run hides these texts. */
  hide(secrets: readonly string[]): void;
  /**
   * The same for all later steps of the job, through the runner. The runner gets them through the log, so Secrets that
   * exist only in the cluster are not passed. It hides a text inside any other text, so anything that may be a word is
   * not passed either.
   */
  hideInJob(secrets: readonly string[]): void;
  /** The same for credentials that this step was given; `canHide` says which can be hidden. */
  hideCredentials(secrets: readonly string[]): void;
  /** Whether a text would be hidden: words that stand everywhere are not. */
  canHide(secret: string): boolean;
  /** Texts that are public anyway, and stay visible even if a Secret contains them. */
  allow(clear: string): void;
  /** Masked, for outputs and the summary. */
  masked(text: string): string;
  /** Begins a part of the run: a group in the log, a bar on the time line. It ends the part before. */
  stage(title: StageTitle): void;
  /** Ends the open part, and says whether the run failed in it; does nothing if none is open. */
  endStage(how: 'done' | 'failed'): void;
  /** One fact, or one thing that is happening. */
  line(text: string): void;
  /** How the run ended well: outside of all groups, so that it is visible without a click. */
  verdict(text: string): void;
  /** An annotation, at its place if it is about one in a file. */
  warning(text: string, place?: Place): void;
  /** Reported once, however often it occurs. */
  notice(text: string, place?: Place): void;
  /** From now on this run only tries what it tells of: what it says of changes is a plan. */
  plan(): void;
  /** The words for what was done, or in a plan for what would be. */
  wording(done: string, planned: string): string;
  /** What happened to an object, or would happen in a plan; unchanged objects are reported in a plan only. */
  change(change: Change): void;
  check(result: CheckResult): void;
  /** What shows why checks failed, for the end of a run that fails. */
  explain(more: Partial<FailureReport>): void;
  /**
   * From now on, requests to the live URLs belong to a switch to `to`; the current sequence continues if it is the
   * same.
   */
  look(to: string, zero: SwitchAnswers['zero']): void;
  /** An answer of the current sequence. */
  answer(seen: AnswerSeen): void;
  /** Which revision each URL leads to, as it was read. */
  scene(scene: Scene): void;
  /** What this run changed of that, as soon as it was observed. */
  serves(now: Partial<Scene>): void;
  /** How the candidate differs from what is live. */
  compare(comparison: Comparison): void;
  /** Something for the maintainers, which is written only if the user turned debug logging on. */
  debug(text: string): void;
  /** Ends whatever is still open; the journal is then complete. */
  close(): Journal;
  /**
   * The end of a failed run: what failed, where visitors are, what to do next, where more is said of it (`url`), and
   * annotations at the places.
   */
  failure(error: GreenpathError, visitors: string, url: string): void;
}
