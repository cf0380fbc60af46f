import { canonical } from '../core/base/json.ts';
import { search } from '../core/base/pattern.ts';
import { headersFor, type RoutePath } from '../core/release/route.ts';

/** How a GET gets to a path of the app at a host. */
export interface Reach {
  /** What it carries, names in lower case: nothing if a GET without headers gets to a path. */
  readonly headers: Readonly<Record<string, string>>;
  /** A path to request. */
  readonly path: string;
  /** Whether it gets there, as far as that is known: a path may be a regex of which no text is known that it matches. */
  readonly isSure: boolean;
}

/**
 * How requests get to `own`, paths of the app at a host: with the fewest headers that suffice. `competing` are all paths
 * there, and `app` those at which it is the app that answers.
 */
export function reachOf(
  own: readonly RoutePath[],
  competing: readonly RoutePath[],
  app: readonly RoutePath[] = own,
): Reach {
  const all = own.map(headersFor).filter((headers) => headers !== undefined);
  const each = [...new Map(all.map(inLowerCase).map((headers) => [canonical(headers), headers])).values()];
  const fewestFirst = each.toSorted((one, other) => Object.keys(one).length - Object.keys(other).length);
  const reaches = fewestFirst.map((headers): Reach => {
    const met = own.filter((path) => isMet(path, headers));
    const rivals = competing.filter((path) => isMet(path, headers));
    const samples = samplesOf(met);
    const won = samples.find((asked) => app.some((path) => path === chosen(rivals, asked)));
    const isUnknown = met.some((path) => samplesOf([path]).length === 0);
    return { headers, path: won ?? samples[0] ?? '/', isSure: won !== undefined || isUnknown };
  });
  return reaches.find(({ isSure }) => isSure) ?? reaches[0] ?? { headers: {}, path: '/', isSure: false };
}

/** Whether a GET with these headers meets the condition of a path. */
export function isMet(path: RoutePath, headers: Readonly<Record<string, string>>): boolean {
  const needed = headersFor(path);
  return needed !== undefined && Object.entries(inLowerCase(needed)).every(([name, value]) => headers[name] === value);
}

function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/**
 * Paths to request that one of `paths` matches, the best first: a plain one, the text that a regex begins with, if that is
 * enough, and one below a prefix, where another application may have the prefix itself. Of a group of texts, the first is
 * taken.
 */
function samplesOf(paths: readonly RoutePath[]): string[] {
  const starts = paths.map((one) => {
    const chosen = one.path.replaceAll(/\(([\w/.~-]+)(\|[\w/.~-]+)*\)/g, '$1');
    return { one, start: /^[\w/.~-]*/.exec(chosen)?.[0] ?? '' };
  });
  const plain = starts.filter(({ one, start }) => start === one.path);
  const begun = starts.filter(({ one, start }) => start !== one.path && matches(one, start));
  const prefixes = plain.filter(({ one }) => one.match === 'prefix');
  const below = prefixes.map(({ start }) => `${start.replace(/\/$/, '')}/${BELOW}`);
  return [...[...plain, ...begun].map(({ start }) => start), ...below];
}

/** What no application has a path of its own for. */
const BELOW = 'greenpath-probe';

/**
 * The path that a router would choose for `asked`: an exact one, then the longest, then one with a method, then the one
 * with most headers, and a fallback last; of equal ones, the first of `paths`. A regex is tried as one.
 */
export function chosen<T extends RoutePath>(paths: readonly T[], asked: string): T | undefined {
  const [plain = asked] = asked.split('?');
  const ranks = (path: RoutePath) => [
    path.isFallback ? 0 : 1,
    path.match === 'exact' ? 1 : 0,
    path.path.length,
    path.condition?.hasMethod === true ? 1 : 0,
    Object.keys(path.condition?.headers ?? {}).length,
  ];
  const matching = paths.filter((path) => matches(path, plain)).map((path) => ({ path, ranks: ranks(path) }));
  return matching.toSorted((a, b) => differenceOf(b.ranks, a.ranks))[0]?.path;
}

/** The first difference between two lists, as a comparison of them. */
function differenceOf(one: readonly number[], other: readonly number[]): number {
  return one.map((rank, index) => rank - (other[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

function matches({ path, match }: RoutePath, asked: string): boolean {
  if (match === 'exact') return asked === path;
  const start = path.replace(/\/$/, '');
  if (asked === start || asked.startsWith(`${start}/`)) return true;
  if (match === 'prefix') return false;
  try {
    return search(`^${path}`, asked, 'i') === 'yes';
  } catch {
    return false;
  }
}
