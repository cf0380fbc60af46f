import type { GreenpathError } from '../core/base/error.ts';
import type {
  AnswerSeen,
  Change,
  CheckRow,
  Journal,
  Scene,
  StageTitle,
  SwitchAnswers,
} from '../core/report/journal.ts';

/** What a run tells people. Every text is masked and made harmless here, so callers pass what they have. */
export interface Report {
  /** From now on this run shows none of these texts. */
  hide(secrets: readonly string[]): void;
  /**
   * The same for all later steps of the job, which the runner sees to. It is told through the log, so what only the
   * cluster holds is not for it; and it hides a text inside of any other, so what may be a word is not either.
   */
  hideInJob(secrets: readonly string[]): void;
  /** What is in the clear anyway, and stays so whatever a Secret holds. */
  allow(clear: string): void;
  /** Masked, for outputs and the summary. */
  masked(text: string): string;
  /** A part of the run begins: a group in the log, a bar on the time line. What was before it ends. */
  stage(title: StageTitle): void;
  /** The part that is open ends, and whether the run failed in it; nothing if none is open. */
  endStage(how: 'done' | 'failed'): void;
  /** One thing that is so, or that goes on. */
  line(text: string): void;
  /** How the run ended well: outside of all groups, so that it is seen without a click. */
  verdict(text: string): void;
  warning(text: string): void;
  /** Told once, however often it is seen. */
  notice(text: string): void;
  /** From now on this run only tries what it tells of: what it says of changes is a plan. */
  plan(): void;
  /** The words for what was done, or in a plan for what would be. */
  wording(done: string, planned: string): string;
  /** What happened to an object, or in a plan would; what is kept is told in a plan only. */
  change(change: Change): void;
  check(row: CheckRow): void;
  /** The live URLs are looked at for a switch to `to` from now on; what is looked at already goes on. */
  look(to: string, zero: SwitchAnswers['zero']): void;
  /** An answer of the last look. */
  answer(seen: AnswerSeen): void;
  /** Who serves what, as it was read. */
  scene(scene: Scene): void;
  /** What this run changed of that, once it was observed. */
  serves(now: Partial<Scene>): void;
  /** Ends what is still open; the journal is complete then. */
  close(): Journal;
  /** The end of a run that failed: what failed, where visitors are, what to do next, and annotations at the places. */
  failure(error: GreenpathError, visitors: string): void;
}
