import type { Outcome } from '../harness/action.ts';
import { type Answer, countBy, isLost } from '../harness/load.ts';
import { LIVE, PREVIEW, table } from './load-view.ts';

/** One run of the action. Times are milliseconds of `performance.now()`. */
export interface Step {
  readonly mode: string;
  readonly started: number;
  readonly ended: number;
  readonly outcome: Outcome;
}

/** The result of the demo. */
export interface Verdict {
  readonly ok: boolean;
  readonly text: string;
}

/** What happened when, by the steps and by the answers. */
export function timeline(answers: readonly Answer[], steps: readonly Step[], time: (moment: number) => string): string {
  const live = answers.filter(({ path }) => path === LIVE);
  const least = (moments: readonly number[]) => moments.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const firstGreen = least(live.filter(({ who }) => who === 'green').map(({ ended }) => ended));
  const lastBlue = -least(live.filter(({ who }) => who === 'blue').map(({ sent }) => -sent));
  const events: [number, string][] = steps.flatMap(({ mode, started, ended, outcome }) => {
    const proof = outcome.outputs.proof ? ` (proof: ${outcome.outputs.proof})` : '';
    return [
      [started, `${mode} starts`],
      [ended, `${mode} ends: ${outcome.outputs.state ?? `exit ${outcome.exitCode}`}${proof}`],
    ];
  });
  if (Number.isFinite(firstGreen))
    events.push([firstGreen, 'first visitor gets green'], [lastBlue, 'last visitor asks and gets blue']);
  const lines = events.toSorted(([a], [b]) => a - b).map(([moment, text]) => `${time(moment).padStart(9)}  ${text}`);
  return ['Timeline', ...lines].join('\n');
}

/** How many requests of each kind each version answered. */
export function whoAnswered(answers: readonly Answer[]): string {
  const rows = ['fresh', 'kept-alive'].flatMap((client) =>
    [LIVE, PREVIEW].map((path) => {
      const mine = answers.filter((answer) => answer.client === client && answer.path === path);
      const who = countBy(mine, (answer) => answer.who);
      return [client, path, mine.length, who.blue ?? 0, who.green ?? 0, mine.filter(isLost).length].map(String);
    }),
  );
  const head = ['connections', 'path', 'requests', 'blue', 'green', 'lost'];
  return `Who answered\n${table([head, ...rows.filter((row) => row[2] !== '0')])}`;
}

/** Whether no request was lost, and blue answered none after the action said that green is proven. */
export function verdict(answers: readonly Answer[], steps: readonly Step[], failures: number): Verdict {
  const promoted = steps.find(({ mode, outcome }) => mode === 'promote' && outcome.exitCode === 0);
  const lost = answers.filter(isLost);
  const late = answers.filter(
    ({ path, sent, who }) => path === LIVE && who !== 'green' && promoted !== undefined && sent > promoted.ended,
  );
  const ok = promoted !== undefined && lost.length === 0 && late.length === 0;
  const causes = Object.entries(countBy(lost, (answer) => answer.error ?? `status ${answer.status}`));
  const why = causes.length === 0 ? '' : ` (${causes.map(([cause, count]) => `${cause}: ${count}`).join(', ')})`;
  const way = failures === 0 ? '' : ` The port-forward itself broke ${failures} connections, which count as lost.`;
  return {
    ok,
    text: `${ok ? 'Released' : 'NOT as promised'}: ${lost.length} of ${answers.length} requests lost${why}, ${late.length} answers by blue after the proof.${way}`,
  };
}
