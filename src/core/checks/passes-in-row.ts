import { HELD_UP } from './verdict.ts';

/**
 * How often in a row a check passed, round by round. Every place must give its own whole count, also one that appears
 * later. Where others appear all the time, that would never end: so late ones hold a check up for 10 s, and then need
 * passes alone. A failure at any place restarts all counts. It knows no clock: times are passed in.
 */
export class PassesInRow {
  readonly #needed: number;
  #rounds = 0;
  #places: ReadonlyMap<string, number> = new Map();
  /** Since when there were enough rounds in a row, whatever their places. */
  #enoughSince: number | undefined;

  constructor(needed: number) {
    this.#needed = needed;
  }

  /** Notes a round at these places, and when it ended. */
  note(places: readonly string[], hasPassed: boolean, now: number): void {
    this.#rounds = hasPassed ? this.#rounds + 1 : 0;
    this.#places = new Map(places.map((place) => [place, hasPassed ? (this.#places.get(place) ?? 0) + 1 : 0]));
    this.#enoughSince = this.#rounds < this.#needed ? undefined : (this.#enoughSince ?? now);
  }

  /** Whether the check has passed as often as it must. */
  isEnough(now: number): boolean {
    if (this.#enoughSince === undefined) return false;
    return now >= this.#enoughSince + HELD_UP || [...this.#places.values()].every((count) => count >= this.#needed);
  }
}
