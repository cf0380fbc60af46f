/**
 * GitHub shows ten annotations of a kind for each step and only counts the rest. The last one is for the step's own
 * failure.
 */
const ROOM = 9;

/** Shows annotations while there is room for them. */
export class Annotations {
  /** How many found no room. */
  hidden = 0;
  #shown = 0;
  readonly #log: (text: string) => void;

  /** `log` writes what has no room to the log only. */
  constructor(log: (text: string) => void) {
    this.#log = log;
  }

  /** Shows an annotation, or logs `instead` if there is one. */
  show(annotate: () => void, instead?: string): void {
    if (this.#shown < ROOM) {
      this.#shown += 1;
      return annotate();
    }
    this.hidden += 1;
    if (instead !== undefined) this.#log(instead);
  }
}
