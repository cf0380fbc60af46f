/** Lines in order, some of which quote pods: `learn` must end before the first of those. */
export class PodWords {
  readonly #tell: (line: string) => void;
  readonly #learn: () => Promise<void>;
  #learned: Promise<void> | undefined;
  /** Resolves when all lines so far are written. */
  told: Promise<void> = Promise.resolve();

  constructor(tell: (line: string) => void, learn: () => Promise<void>) {
    this.#tell = tell;
    this.#learn = learn;
  }

  /** Learns once what to hide. */
  learn(): Promise<void> {
    this.#learned ??= this.#learn();
    return this.#learned;
  }

  /** `text` with what a pod or an event says about it, if anything. */
  line(text: string, words: string | undefined): void {
    this.told = this.told.then(async () => {
      if (words !== undefined) await this.learn();
      this.#tell(words === undefined ? text : `${text}, ${words}`);
    });
  }
}
