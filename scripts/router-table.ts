import { closedIn } from '../harness/routers/closed-by-chance.ts';
import { type ByHand, CLIENTS, type Released, type RouterResult, type Tally } from '../harness/routers/results.ts';

/** The tables of docs/routers.md, made of what `npm run test:routers` measured. */

/** The head of the column that says what was measured. */
const GREENPATH = 'Greenpath: commit, `dist/index.js`';
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
      GREENPATH,
      'date',
    ],
    results.flatMap((result) => result.released.map((one) => releasedRow(result, one))),
  );
}

function releasedRow(result: RouterResult, released: Released): string[] {
  const { title, route, date } = result;
  const { preview, switches, tallies, promote, reloads } = released;
  return [
    title,
    route,
    preview,
    `${switches}`,
    ...CLIENTS.map((client) => lostOf(tallies[client])),
    closedText({ closed: tallies['re-sending'].closed, reloads }),
    `${seconds(promote.median)}, ${seconds(promote.longest)}`,
    versionText(result),
    date,
  ];
}

/** What the same load loses at changes by hand. */
export function byHandTable(results: readonly RouterResult[]): string {
  return table(
    [
      'router',
      'route',
      'changes of another host',
      'lost',
      'asked again',
      'switches without parking',
      'lost',
      GREENPATH,
      'date',
    ],
    results.flatMap((result) => (result.beside === undefined ? [] : [byHandRow(result, result.beside)])),
  );
}

function byHandRow(result: RouterResult, beside: ByHand): string[] {
  const { title, route, date, unparked } = result;
  const bare = unparked === undefined ? ['not measured', ''] : [`${unparked.changes}`, lossText(unparked)];
  return [title, route, `${beside.changes}`, lossText(beside), closedText(beside), ...bare, versionText(result), date];
}

/** What reloads do to kept connections, for the routers that reload: in releases, beside them, and by hand. */
export function reloadsTable(results: readonly RouterResult[]): string {
  return table(
    ['router', 'route', 'reloads by', 'reloads', 'closed', 'closed at a host that nobody releases', GREENPATH, 'date'],
    results.flatMap((result) => reloadRows(result)),
  );
}

function reloadRows(result: RouterResult): string[][] {
  const { title, route, date, released, beside } = result;
  const row = (by: string, reloads: number, closed: readonly string[]) =>
    reloads === 0 ? [] : [[title, route, by, count(reloads), ...closed, versionText(result), date]];
  return [
    ...released.flatMap(({ preview, reloads, tallies, untouched }) => {
      const closed = [closedIn(tallies), untouched && closedIn(untouched)];
      return row(
        `releases, preview by ${preview}`,
        reloads,
        closed.map((one) => eachText(one, reloads)),
      );
    }),
    ...(beside === undefined ? [] : row('changes of another host by hand', beside.reloads, ['', besideText(beside)])),
  ];
}

function besideText({ closed, keptAlive, reloads }: ByHand): string {
  return eachText(keptAlive === undefined ? undefined : closed + keptAlive, reloads);
}

function eachText(closed: number | undefined, reloads: number): string {
  return closed === undefined ? 'not measured' : `${count(closed)}, ${(closed / reloads).toFixed(2)} a reload`;
}

function versionText({ version }: RouterResult): string {
  return version === undefined ? 'not recorded' : `${version.commit}, ${version.dist}`;
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
