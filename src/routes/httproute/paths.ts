import { hostText } from '../../core/base/hosts.ts';
import type { RoutePath } from '../../core/release/route.ts';
import {
  type BackendRef,
  type HttpRoute,
  type HttpRule,
  hostsOfRoute,
  isOwnService,
  type Match,
  matchesOf,
  pathOf,
} from './object.ts';

/** A rule of a route, and the position of one of its backends. */
export interface Backend {
  readonly rule: HttpRule;
  readonly ref: BackendRef;
  readonly at: { readonly rule: number; readonly ref: number };
}

/**
 * Every match of every rule on every host, once for each backend that gets visitors. One of weight 0 gets none, and only
 * stands by. Paths of one rule share a key, which does not say which of its backends has the visitors: that may change.
 */
export function pathsOf(route: HttpRoute): RoutePath[] {
  const { rules = [] } = route.spec;
  const { namespace } = route.metadata;
  const hosts = hostsOfRoute(route);
  return rules.flatMap((rule, index) => {
    const visited = visitedIn(rule);
    const standby = standbyOf(rule, namespace);
    const targets = visited.length > 0 ? visited : [{ ref: undefined, at: 0 }];
    return targets.flatMap(({ ref, at }) => {
      const isOwn = ref !== undefined && isOwnService(ref, namespace);
      const service = isOwn ? ref.name : undefined;
      const key = visited.length > 1 ? `${index}/${at}` : `${index}`;
      const target = { service, port: ref?.port, key, ...(!isOwn && { instead: insteadOf(ref) }) };
      const named = { ...target, ...(standby.length > 0 && { standby }) };
      return matchesOf(rule).flatMap((match) => hosts.map((host) => ({ ...placeOf(host, match), ...named })));
    });
  });
}

/** The backends of a rule that get visitors. */
export function visitedIn({ backendRefs = [] }: HttpRule): { readonly ref: BackendRef; readonly at: number }[] {
  return backendRefs.flatMap((ref, at) => (ref.weight === 0 ? [] : [{ ref, at }]));
}

/** The Services of weight 0 in a rule. */
function standbyOf({ backendRefs = [] }: HttpRule, namespace: string | undefined): string[] {
  return backendRefs.flatMap((ref) => (ref.weight === 0 && isOwnService(ref, namespace) ? ref.name : []));
}

/** A backend that is no Service of the route's namespace. */
function insteadOf(ref: BackendRef | undefined): string {
  if (ref === undefined) return 'no backend';
  const { kind = 'Service', namespace, name } = ref;
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

function placeOf(
  host: string | undefined,
  match: Match,
): Omit<RoutePath, 'service' | 'port' | 'key' | 'instead' | 'standby'> {
  const { type, value } = pathOf(match);
  const condition = conditionOf(match);
  const as = type === 'Exact' ? ('exact' as const) : type === 'PathPrefix' ? ('prefix' as const) : ('regex' as const);
  const text = `${hostText(host)}${value}${condition === undefined ? '' : ` (${condition.text})`}`;
  return { host, path: value, match: as, isFallback: false, text, ...(condition && { condition }) };
}

/** What a request needs besides host and path. Values may be secret, so only names are told. */
function conditionOf({ headers = [], queryParams = [], method }: Match): RoutePath['condition'] {
  const parts = [
    ...headers.map(({ name }) => `header ${name}`),
    ...queryParams.map(({ name }) => `parameter ${name}`),
    ...(method === undefined ? [] : [`method ${method}`]),
  ];
  if (parts.length === 0) return undefined;
  const exact = headers.filter(({ type = 'Exact' }) => type === 'Exact');
  return {
    text: parts.join(', '),
    headers: Object.fromEntries(exact.map(({ name, value }) => [name, value])),
    hasMethod: method !== undefined,
    isComplete: exact.length === headers.length && queryParams.length === 0 && (method ?? 'GET') === 'GET',
  };
}

/** The rule and backend that a path of `route` is of; undefined if the route has no such path. */
export function backendAt({ spec }: HttpRoute, key: string): Backend | undefined {
  const [, index, place] = /^(\d+)(?:\/(\d+))?$/.exec(key) ?? [];
  const rule = spec.rules?.[Number(index)];
  if (index === undefined || rule === undefined) return undefined;
  const visited = visitedIn(rule);
  const found = place === undefined ? visited[0] : visited.find(({ at }) => at === Number(place));
  if (found === undefined || (place === undefined && visited.length > 1)) return undefined;
  return { rule, ref: found.ref, at: { rule: Number(index), ref: found.at } };
}
