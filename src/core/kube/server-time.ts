/**
 * What is known of the API server's clock: the least and the most by which it is ahead of this process's monotonic
 * clock, in milliseconds.
 */
export interface ClockOffset {
  readonly least: number;
  readonly most: number;
}

/** A `Date` header has whole seconds, rounded down. */
const RESOLUTION = 1_000;

/**
 * Adds one more answer: its `Date` header says `date`, and it was created between `sent` and `received`. If that
 * contradicts what was `known`, one of the clocks was set or stood still, and only the newest answer counts.
 */
export function narrowed(
  known: ClockOffset | undefined,
  { date, sent, received }: { readonly date: number; readonly sent: number; readonly received: number },
): ClockOffset {
  const seen = { least: date - received, most: date + RESOLUTION - sent };
  if (known === undefined) return seen;
  const both = { least: Math.max(known.least, seen.least), most: Math.min(known.most, seen.most) };
  return both.least <= both.most ? both : seen;
}

/** The server's time when this process's monotonic clock says `now`. */
export function serverTime({ least, most }: ClockOffset, now: number): number {
  return Math.round(now + (least + most) / 2);
}
