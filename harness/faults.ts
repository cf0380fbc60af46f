import { type Answer, isLost } from './load.ts';

/** Something that ran, from when to when, in milliseconds since 1970. */
export interface Act {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/**
 * One line for each fault that `faultOf` finds in answers: how many have it, when the first and the last one were asked
 * for, and what ran then. A test that expects none says by its failure what happened.
 */
export function faultsIn<T>(
  answers: readonly T[],
  { sentAt, faultOf, acts }: { sentAt(one: T): number; faultOf(one: T): string | undefined; acts: readonly Act[] },
): string[] {
  const times = new Map<string, number[]>();
  for (const one of answers) {
    const fault = faultOf(one);
    if (fault === undefined) continue;
    // Each connection has a port of its own.
    const text = fault.replaceAll(/:\d{5}\b/g, ':*');
    times.set(text, [...(times.get(text) ?? []), sentAt(one)]);
  }
  return [...times].map(([fault, sent]) => {
    const [first, last] = [Math.min(...sent), Math.max(...sent)];
    const during = acts.filter(({ from, to }) => from <= last && to >= first).map(({ name }) => name);
    const when = acts.length === 0 ? '' : `, during ${during.join(', ') || 'nothing'}`;
    return `${sent.length} × ${fault}, sent ${clock(first)} to ${clock(last)}${when}`;
  });
}

/** What visitors lost. */
export function lostIn(answers: readonly Answer[], acts: readonly Act[]): string[] {
  const faultOf = (one: Answer) => (isLost(one) ? `${one.client} ${one.path}: ${one.error}` : undefined);
  return faultsIn(answers, { sentAt, faultOf, acts });
}

/** When a request of visitors was sent, in milliseconds since 1970. */
export function sentAt({ sent }: Answer): number {
  return performance.timeOrigin + sent;
}

/** `17:31:37.403`, as the logs of the cluster write it. */
function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
