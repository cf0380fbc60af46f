import { formatDuration } from '../base/duration.ts';

/** How one attempt ended; times in milliseconds, `at` since the first attempt. */
export interface EndedAttempt {
  readonly at: number;
  readonly ms: number;
  /** `passed`, or why it failed. */
  readonly how: string;
}

/** Attempts in a row that ended alike; times in milliseconds since the first attempt. */
export interface AttemptSpan {
  /** The numbers of the first and the last of them, from 1. */
  readonly first: number;
  readonly last: number;
  /** When the first was made, and when the last had ended. */
  readonly from: number;
  readonly to: number;
  /** How long the quickest and the slowest took. */
  readonly quickest: number;
  readonly slowest: number;
  readonly how: string;
}

/** How many spans are kept: the last ones. */
const MOST = 10;

/** The attempts of a check at one place, those in a row that ended alike as one. */
export class AttemptLog {
  readonly #spans: AttemptSpan[] = [];
  #count = 0;

  note({ at, ms, how }: EndedAttempt): void {
    this.#count += 1;
    const before = this.#spans.at(-1);
    const same = before?.how === how ? before : undefined;
    const span = {
      first: same?.first ?? this.#count,
      last: this.#count,
      from: Math.min(same?.from ?? at, at),
      to: Math.max(same?.to ?? 0, at + ms),
      quickest: Math.min(same?.quickest ?? ms, ms),
      slowest: Math.max(same?.slowest ?? ms, ms),
      how,
    };
    if (same !== undefined) this.#spans.pop();
    this.#spans.push(span);
    if (this.#spans.length > MOST) this.#spans.shift();
  }

  /** The last spans, oldest first. */
  get spans(): readonly AttemptSpan[] {
    return [...this.#spans];
  }
}

/** `attempts 1–7, 0 ms to 4.1 s (2 ms to 9 ms each): status 500`; `told` is what was said of them before. */
export function spanText({ first, last, from, to, quickest, slowest, how }: AttemptSpan, told = ''): string {
  const result = how === told ? '' : `: ${how}`;
  if (first === last) return `attempt ${first}, after ${formatDuration(from)} (${formatDuration(slowest)})${result}`;
  const [least, most] = [quickest, slowest].map(formatDuration);
  const each = least === most ? `${most} each` : `${least} to ${most} each`;
  return `attempts ${first}–${last}, ${formatDuration(from)} to ${formatDuration(to)} (${each})${result}`;
}
