import type { CheckResult } from '../checks/check-result.ts';
import type { FailedCheck } from '../checks/failed-check.ts';
import type { PodsSeen } from '../rollout/pod-evidence.ts';
import type { FailureReport } from './failure-report.ts';
import type {
  AnswerSeen,
  Change,
  Comparison,
  Journal,
  LiveSpell,
  Scene,
  Stage,
  StageTitle,
  SwitchAnswers,
} from './journal.ts';

/** Collects what a run reports, for its journal. It knows no clock: times are passed in, milliseconds since 1970. */
export class Recorder {
  readonly #stages: Stage[] = [];
  readonly #checks: CheckResult[] = [];
  readonly #failed: FailedCheck[] = [];
  readonly #pods: PodsSeen[] = [];
  readonly #looks: (SwitchAnswers & { readonly answers: AnswerSeen[] })[] = [];
  readonly #changes: Change[] = [];
  readonly #warnings: string[] = [];
  #before: Scene | undefined;
  #after: Scene | undefined;
  readonly #spells: LiveSpell[] = [];
  #comparison: Comparison | undefined;
  #open: { title: StageTitle; from: number } | undefined;

  /** The title of the open part. */
  get stage(): StageTitle | undefined {
    return this.#open?.title;
  }

  begin(title: StageTitle, at: number): void {
    this.end('done', at);
    this.#open = { title, from: at };
  }

  /** Ends the open part, if there is one. */
  end(how: 'done' | 'failed', at: number): void {
    if (this.#open !== undefined) this.#stages.push({ ...this.#open, to: at, failed: how === 'failed' });
    this.#open = undefined;
  }

  check(result: CheckResult): void {
    this.#checks.push(result);
  }

  explain({ checks = [], pods = [] }: Partial<FailureReport>): void {
    this.#failed.push(...checks);
    this.#pods.push(...pods);
  }

  change(change: Change): void {
    this.#changes.push(change);
  }

  warning(text: string): void {
    this.#warnings.push(text);
  }

  /** Answers from now on belong to a switch to `to`; for the current switch, nothing changes. */
  look(to: string, zero: SwitchAnswers['zero']): void {
    if (this.#looks.at(-1)?.to !== to) this.#looks.push({ to, zero, answers: [] });
  }

  answer(seen: AnswerSeen): void {
    this.#looks.at(-1)?.answers.push(seen);
  }

  /** Which revision each URL leads to, as it was read. The first time, it is also the state before the run. */
  scene(scene: Scene, at: number): void {
    this.#before ??= scene;
    this.#after = scene;
    if (this.#spells.at(-1)?.live.revision !== scene.live.revision) this.#spells.push({ live: scene.live, from: at });
  }

  serves(now: Partial<Scene>, at: number): void {
    if (this.#after !== undefined) this.scene({ ...this.#after, ...now }, at);
  }

  /** A later comparison replaces an earlier one. */
  compare(comparison: Comparison): void {
    this.#comparison = comparison;
  }

  journal(): Journal {
    return {
      stages: this.#stages,
      before: this.#before,
      after: this.#after,
      spells: this.#spells,
      comparison: this.#comparison,
      checks: this.#checks,
      failures: { checks: this.#failed, pods: this.#pods },
      looks: this.#looks.filter(({ answers }) => answers.length > 0),
      changes: this.#changes,
      warnings: this.#warnings,
    };
  }
}
