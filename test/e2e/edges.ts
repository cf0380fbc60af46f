import type { Answer } from '../../harness/load.ts';

/** A switch that a run of the action said is proven, in milliseconds of `performance.now()`. */
export interface Edge {
  readonly before: string;
  readonly after: string;
  readonly started: number;
  readonly proven: number;
}

/** Answers of somebody else than the proven side that were asked for after a proof and came before the next switch. */
export function strangers(answers: readonly Answer[], edges: readonly Edge[]): Answer[] {
  return edges.flatMap(({ after, proven }, index) => {
    const until = edges[index + 1]?.started ?? Number.POSITIVE_INFINITY;
    return answers.filter(({ sent, ended, who }) => sent > proven && ended < until && who !== after);
  });
}

/** An answer, for a failure of a test. */
export function describeAnswer({ client, path, status, error, who, sent }: Answer): string {
  return `${client} ${path} at ${sent.toFixed(0)}: ${status} by ${who} ${error ?? ''}`;
}
