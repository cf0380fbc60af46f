import { type ByHand, CLIENTS, type Released, type RouterResult, type Tally } from '../harness/routers/results.ts';

/** The tables of docs/routers.md, made of what `npm run test:routers` measured. */

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
const count = (number: number) => number.toLocaleString('en');
const lostOf = ({ lost, requests }: Pick<Tally, 'lost' | 'requests'>) => `${count(lost)} of ${count(requests)}`;

/** Releases through each router: a row for each kind of route and of preview. */
export function releasedTable(results: readonly RouterResult[]): string {
  return table(
    [
      'router',
      'route',
      'preview',
      'switches',
      'lost: new connections',
      'kept-alive',
      'asking again',
      'slow',
      'asked again',
      '`promote`: median, longest',
      'date',
    ],
    results.flatMap((result) => result.released.map((one) => releasedRow(result, one))),
  );
}

function releasedRow({ title, route, date }: RouterResult, released: Released): string[] {
  const { preview, switches, tallies, promote, reloads } = released;
  return [
    title,
    route,
    preview,
    `${switches}`,
    ...CLIENTS.map((client) => lostOf(tallies[client])),
    closedText({ closed: tallies['re-sending'].closed, reloads }),
    `${seconds(promote.median)}, ${seconds(promote.longest)}`,
    date,
  ];
}

/** What the same load loses at changes by hand. */
export function byHandTable(results: readonly RouterResult[]): string {
  return table(
    ['router', 'route', 'changes of another host', 'lost', 'asked again', 'switches without parking', 'lost', 'date'],
    results.flatMap((result) => (result.beside === undefined ? [] : [byHandRow(result, result.beside)])),
  );
}

function byHandRow({ title, route, date, unparked }: RouterResult, beside: ByHand): string[] {
  const bare = unparked === undefined ? ['not measured', ''] : [`${unparked.changes}`, lossText(unparked)];
  return [title, route, `${beside.changes}`, lossText(beside), closedText(beside), ...bare, date];
}

function lossText(measured: ByHand): string {
  const { lost, lossy, changes } = measured;
  return lost === 0 ? lostOf(measured) : `**${lostOf(measured)}, in ${lossy} of ${changes}**`;
}

function closedText({ closed, reloads }: Pick<ByHand, 'closed' | 'reloads'>): string {
  return reloads === 0 ? count(closed) : `${count(closed)} in ${count(reloads)} reloads`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
