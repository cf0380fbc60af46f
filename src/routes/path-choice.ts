import { search } from '../core/base/pattern.ts';
import { headersFor, type RoutePath } from '../core/release/route.ts';

/** The headers of requests for these paths of a host: none if a GET without any gets to one of them. */
export function headersOf(paths: readonly RoutePath[]): Record<string, string> {
  const all = paths.map(headersFor).filter((headers) => headers !== undefined);
  const fewest = all.toSorted((one, other) => Object.keys(one).length - Object.keys(other).length)[0] ?? {};
  return inLowerCase(fewest);
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
 * A path to request that one of `paths` matches: a plain one, or the text that a regex begins with, if that is enough. Of
 * a group of texts, the first is taken.
 */
export function sampleOf(paths: readonly RoutePath[]): string | undefined {
  const starts = paths.map((one) => {
    const chosen = one.path.replaceAll(/\(([\w/.~-]+)(\|[\w/.~-]+)*\)/g, '$1');
    return { one, start: /^[\w/.~-]*/.exec(chosen)?.[0] ?? '' };
  });
  const plain = starts.find(({ one, start }) => start === one.path);
  return (plain ?? starts.find(({ one, start }) => matches(one, start)))?.start;
}

/**
 * The path that a router would choose for `asked`: an exact one, then the longest, then the one with most headers, and a
 * fallback last; of equal ones, the first of `paths`. A regex is tried as one.
 */
export function chosen<T extends RoutePath>(paths: readonly T[], asked: string): T | undefined {
  const [plain = asked] = asked.split('?');
  const ranks = (path: RoutePath) => [
    path.isFallback ? 0 : 1,
    path.match === 'exact' ? 1 : 0,
    path.path.length,
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
