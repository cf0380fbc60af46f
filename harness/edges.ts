import { type Answer, isLost } from './load.ts';

/** A switch that a run of the action said is proven, in milliseconds of `performance.now()`. */
export interface Edge {
  readonly before: string;
  readonly after: string;
  readonly started: number;
  readonly proven: number;
}

/**
 * Answers by another version than the proven one, which were asked for after a proof and came before the next switch.
 * What is lost is no answer of any version.
 */
export function strangers(answers: readonly Answer[], edges: readonly Edge[]): Answer[] {
  return edges.flatMap(({ after, proven }, index) => {
    const until = edges[index + 1]?.started ?? Number.POSITIVE_INFINITY;
    const others = answers.filter((answer) => !isLost(answer) && answer.who !== after);
    return others.filter(({ sent, ended }) => sent > proven && ended < until);
  });
}

/** An answer, for a failure of a test. */
export function describeAnswer({ client, path, status, error, who, sent }: Answer): string {
  return `${client} ${path} at ${sent.toFixed(0)}: ${status} by ${who} ${error ?? ''}`;
}
