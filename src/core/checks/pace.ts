/** The pause between two tries of a check that fails grows to this many milliseconds. */
const LONGEST_PAUSE = 5_000;
/** The pause between two requests over one way, in milliseconds, and what it grows to where the proxy asks for peace. */
const [SHORTEST, BUSY] = [50, 2_000];
/** The pause that suits most limits of one client's rate: 20 answers fit into ingress-nginx's settling time. */
export const UNHURRIED = 225;

/** The pause after a try of a check that fails for the nth time: its interval, doubled with each failure before. */
export function pauseAfterFailure(interval: number, failures: number): number {
  return Math.min(interval * 2 ** (failures - 1), LONGEST_PAUSE);
}

/** How fast a proof asks, so that as many answers as it wants come within the time that it waits at least. */
export function paceOf({ settleTime, least, answers }: { settleTime: number; least: number; answers: number }): number {
  return Math.min(UNHURRIED, Math.max(SHORTEST, Math.max(settleTime, least) / answers));
}

/** The pause before the next request of a proof: longer each time that the proxy asks for patience, else its pace. */
export function pauseAfterAnswer(pace: number, before: number, isBusy: boolean): number {
  return isBusy ? Math.min(BUSY, before * 2) : pace;
}
