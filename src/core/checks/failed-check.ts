import { counted } from '../base/plural.ts';
import { type AttemptSpan, spanText } from './attempts.ts';

/** Lines that show more of a failure. */
export interface Detail {
  /** What they are, as the beginning of a sentence that they end. */
  readonly title: string;
  readonly text: string;
  readonly form: 'diff' | 'text';
}

/** What came of the attempts at one place. */
export interface PlaceAttempts {
  /** The host and the address, if there are several places; else empty. */
  readonly place: string;
  readonly spans: readonly AttemptSpan[];
}

/** A check that failed, for somebody who looks for the cause. */
export interface FailedCheck {
  /** `GET /healthz at https://example.com/green/healthz` */
  readonly title: string;
  /** What was found and what was expected. */
  readonly reason: string;
  /** What most likely causes it, if that is known: a part of a sentence. */
  readonly cause?: string | undefined;
  readonly detail?: Detail | undefined;
  readonly attempts: readonly PlaceAttempts[];
  /** When the first attempt that failed was made, by the clock of the run. */
  readonly since: number;
}

/** How many places of a check are listed. */
const MOST_PLACES = 10;

/** `GET / at http://example.com/: status 500; expected 2xx (3 attempts)`, and what most likely causes it. */
export function failureTitle({ title, reason, cause }: FailedCheck, attempts?: number): string {
  const often = attempts === undefined ? '' : ` (${counted(attempts, 'attempt')})`;
  return `${title}: ${reason}${often}${cause === undefined ? '' : `; most likely ${cause}`}`;
}

/** What the attempts of a check came to, one line for those in a row that ended alike. */
export function attemptLines({ attempts, reason }: FailedCheck): string[] {
  const told = attempts.length === 1 ? reason : '';
  const lines = attempts.slice(0, MOST_PLACES).flatMap(({ place, spans }) => {
    const [first] = spans;
    const earlier = first === undefined || first.first === 1 ? [] : [`${counted(first.first - 1, 'earlier attempt')}`];
    const texts = [...earlier, ...spans.map((span) => spanText(span, told))];
    return place === '' ? texts : texts.map((text) => `${place}: ${text}`);
  });
  const more = attempts.length - MOST_PLACES;
  return more > 0 ? [...lines, `… and ${counted(more, 'more place')}`] : lines;
}
