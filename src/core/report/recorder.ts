import type { AnswerSeen, Change, CheckRow, Journal, Scene, Stage, StageTitle, SwitchAnswers } from './journal.ts';

/** Keeps what a run tells of itself, for its journal. Knows no clock: times are handed in, milliseconds since 1970. */
export class Recorder {
  readonly #stages: Stage[] = [];
  readonly #checks: CheckRow[] = [];
  readonly #looks: (SwitchAnswers & { readonly answers: AnswerSeen[] })[] = [];
  readonly #changes: Change[] = [];
  readonly #warnings: string[] = [];
  #before: Scene | undefined;
  #after: Scene | undefined;
  #open: { title: StageTitle; from: number } | undefined;

  /** The title of the part that is open. */
  get stage(): StageTitle | undefined {
    return this.#open?.title;
  }

  begin(title: StageTitle, at: number): void {
    this.end('done', at);
    this.#open = { title, from: at };
  }

  /** The part that is open ends, if one is. */
  end(how: 'done' | 'failed', at: number): void {
    if (this.#open !== undefined) this.#stages.push({ ...this.#open, to: at, failed: how === 'failed' });
    this.#open = undefined;
  }

  check(row: CheckRow): void {
    this.#checks.push(row);
  }

  change(change: Change): void {
    this.#changes.push(change);
  }

  warning(text: string): void {
    this.#warnings.push(text);
  }

  /** Answers from now on are about a switch to `to`; of the switch that is looked at already, nothing changes. */
  look(to: string, zero: SwitchAnswers['zero']): void {
    if (this.#looks.at(-1)?.to !== to) this.#looks.push({ to, zero, answers: [] });
  }

  answer(seen: AnswerSeen): void {
    this.#looks.at(-1)?.answers.push(seen);
  }

  /** Who serves what, as it was read: the first time, it is also how it was before the run. */
  scene(scene: Scene): void {
    this.#before ??= scene;
    this.#after = scene;
  }

  serves(now: Partial<Scene>): void {
    if (this.#after !== undefined) this.#after = { ...this.#after, ...now };
  }

  journal(): Journal {
    return {
      stages: this.#stages,
      before: this.#before,
      after: this.#after,
      checks: this.#checks,
      looks: this.#looks.filter(({ answers }) => answers.length > 0),
      changes: this.#changes,
      warnings: this.#warnings,
    };
  }
}
