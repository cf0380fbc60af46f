import { canonical } from '../../core/base/json.ts';
import type { PatchOperation, RoutePath } from '../../core/release/route.ts';
import type { RouterMark } from '../../core/release/router-mark.ts';
import type { Filter, HeaderChanges, HttpRoute } from './object.ts';
import { backendAt } from './paths.ts';

/** The filter that changes headers of answers; a rule may have one. */
const TYPE = 'ResponseHeaderModifier';

/**
 * The filters of a rule that is marked, or no longer is. The user's own filters stay, and their headers too: the standard
 * allows one filter of this type in a rule, so that the mark joins theirs.
 */
export function markedFilters(filters: readonly Filter[], { name, value }: RouterMark): Filter[] {
  const left = filters.flatMap((filter) => withoutHeader(filter, name));
  if (value === undefined) return left;
  const at = left.findIndex(({ type }) => type === TYPE);
  const own = left[at];
  const changes: HeaderChanges = own?.responseHeaderModifier ?? {};
  const marked = {
    ...own,
    type: TYPE,
    responseHeaderModifier: { ...changes, set: [...(changes.set ?? []), { name, value }] },
  };
  return own === undefined ? [...left, marked] : left.with(at, marked);
}

/** A filter that does not set a header; nothing, if it did nothing else. */
function withoutHeader(filter: Filter, name: string): Filter[] {
  const { set, ...rest } = filter.responseHeaderModifier ?? {};
  const others = set?.filter((header) => header.name.toLowerCase() !== name.toLowerCase()) ?? [];
  if (filter.type !== TYPE || set === undefined || others.length === set.length) return [filter];
  if (others.length === 0 && Object.keys(rest).length === 0) return [];
  return [{ ...filter, responseHeaderModifier: { ...rest, ...(others.length > 0 && { set: others }) } }];
}

/** The part of a switch that marks the rules of moved paths, guarded by the filters that were read. */
export function mark(route: HttpRoute, paths: readonly RoutePath[], by: RouterMark): PatchOperation[] {
  return rulesOf(route, paths).flatMap((index) => {
    const { filters } = route.spec.rules?.[index] ?? {};
    const now = markedFilters(filters ?? [], by);
    if (canonical(now) === canonical(filters ?? [])) return [];
    const path = `/spec/rules/${index}/filters`;
    const guard: PatchOperation = { op: 'test', path, value: filters ?? null };
    return [guard, now.length === 0 ? { op: 'remove', path } : { op: 'add', path, value: now }];
  });
}

/** What the rules of these paths name by the header `name`, each once; undefined for a rule without it. */
export function marksOf(route: HttpRoute, paths: readonly RoutePath[], name: string): (string | undefined)[] {
  const found = rulesOf(route, paths).map((index) => {
    const headers = (route.spec.rules?.[index]?.filters ?? []).flatMap(
      ({ responseHeaderModifier: changes }) => changes?.set ?? [],
    );
    return headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value;
  });
  return [...new Set(found)];
}

/** A route as it is created, with the rules of the app's paths marked. */
export function marked(route: HttpRoute, paths: readonly RoutePath[], by: RouterMark): HttpRoute {
  const now = structuredClone(route);
  for (const index of rulesOf(route, paths)) {
    const rule = now.spec.rules?.[index];
    if (rule === undefined) continue;
    const filters = markedFilters(rule.filters ?? [], by);
    if (filters.length > 0) rule.filters = filters;
    else delete rule.filters;
  }
  return now;
}

function rulesOf(route: HttpRoute, paths: readonly RoutePath[]): number[] {
  return [...new Set(paths.flatMap(({ key }) => backendAt(route, key)?.at.rule ?? []))];
}
