/** Lines in their order, some of which quote pods: before the first of those, `learn` has to end. */
export class PodWords {
  readonly #tell: (line: string) => void;
  readonly #learn: () => Promise<void>;
  #learned: Promise<void> | undefined;
  /** Resolves when all lines so far are told. */
  told: Promise<void> = Promise.resolve();

  constructor(tell: (line: string) => void, learn: () => Promise<void>) {
    this.#tell = tell;
    this.#learn = learn;
  }

  /** Learns what must not be told, once. */
  learn(): Promise<void> {
    this.#learned ??= this.#learn();
    return this.#learned;
  }

  /** `text`, and what a pod or an event says of it, if anything. */
  line(text: string, words: string | undefined): void {
    this.told = this.told.then(async () => {
      if (words !== undefined) await this.learn();
      this.#tell(words === undefined ? text : `${text}, ${words}`);
    });
  }
}
