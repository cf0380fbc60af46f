import { KEEPING, type Released } from './results.ts';

/** Whether the reloads of a release close more kept connections than any reload does. */

/** A difference that chance makes less often than this is none of chance. */
export const LEVEL = 0.001;

/** How many kept connections were closed before they answered, whether or not the client asked again. */
export function closedIn(tallies: Released['tallies']): number {
  return KEEPING.reduce((sum, client) => sum + tallies[client].closed, 0);
}

/**
 * The chance that of all these closed connections so many or more are those `here`, if each was as likely to be here as
 * there: the one-sided binomial test of two counts under the same load and the same reloads.
 */
export function chanceOf(here: number, there: number): number {
  const all = here + there;
  let chance = 0;
  // The logarithm, since the chance of a single outcome can be too small for a number.
  let outcome = -all * Math.LN2;
  for (let count = 0; count <= all; count += 1) {
    if (count >= here) chance += Math.exp(outcome);
    outcome += Math.log((all - count) / (count + 1));
  }
  return Math.min(1, chance);
}
