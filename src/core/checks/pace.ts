/** The longest pause between two attempts of a failing check, in milliseconds, unless its interval is longer. */
const LONGEST_PAUSE = 5_000;
/** The shortest pause between two requests through one endpoint, in milliseconds. */
const SHORTEST = 50;
/** The longest one if the proxy limits the rate. */
export const BUSY = 2_000;
/** The pause that stays below most rate limits: 20 answers fit into 4.5 s, and a longer settling time gets more. */
export const UNHURRIED = 225;

/** The pause after the nth failed attempt of a check: its interval, doubled with each earlier failure. */
export function pauseAfterFailure(interval: number, failures: number): number {
  return Math.max(interval, Math.min(interval * 2 ** (failures - 1), LONGEST_PAUSE));
}

/** The pace of a proof: as many answers as it needs must fit into the least time that it lasts. */
export function paceOf({ settleTime, least, answers }: { settleTime: number; least: number; answers: number }): number {
  return Math.min(UNHURRIED, Math.max(SHORTEST, Math.max(settleTime, least) / answers));
}

/**
 * The pause before the next request of a proof: twice as long each time the proxy limits the rate, and with each other
 * answer a little shorter again. At once, the next ones would be limited too, and a 503 restarts the count.
 */
export function pauseAfterAnswer(pace: number, before: number, isBusy: boolean): number {
  return isBusy ? Math.min(BUSY, before * 2) : Math.max(pace, before * 0.95);
}
