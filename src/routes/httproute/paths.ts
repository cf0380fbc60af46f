import { hostText } from '../../core/base/hosts.ts';
import type { RoutePath } from '../../core/release/route.ts';
import {
  type BackendRef,
  type HttpRoute,
  type HttpRule,
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
 * Every match of every rule on every host, once for each backend that gets visitors. One of weight 0 gets none. Paths
 * of one rule and backend share a key.
 */
export function pathsOf(route: HttpRoute): RoutePath[] {
  const { hostnames = [], rules = [] } = route.spec;
  const hosts = hostnames.length > 0 ? hostnames : [undefined];
  return rules.flatMap((rule, index) => {
    const refs = rule.backendRefs ?? [];
    const visited = refs.flatMap((ref, at) => (ref.weight === 0 ? [] : [{ ref, at }]));
    const targets = visited.length > 0 ? visited : [{ ref: undefined, at: 0 }];
    return targets.flatMap(({ ref, at }) => {
      const isOwn = ref !== undefined && isOwnService(ref, route.metadata.namespace);
      const service = isOwn ? ref.name : undefined;
      const target = { service, port: ref?.port, key: `${index}/${at}`, ...(!isOwn && { instead: insteadOf(ref) }) };
      return matchesOf(rule).flatMap((match) => hosts.map((host) => ({ ...placeOf(host, match), ...target })));
    });
  });
}

/** A backend that is no Service of the route's namespace. */
function insteadOf(ref: BackendRef | undefined): string {
  if (ref === undefined) return 'no backend';
  const { kind = 'Service', namespace, name } = ref;
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

function placeOf(host: string | undefined, match: Match): Omit<RoutePath, 'service' | 'port' | 'key' | 'instead'> {
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
    isComplete: exact.length === headers.length && queryParams.length === 0 && (method ?? 'GET') === 'GET',
  };
}

/** The rule and backend that a path of `route` is of; undefined if the route has no such path. */
export function backendAt({ spec }: HttpRoute, key: string): Backend | undefined {
  const [, rule, ref] = /^(\d+)\/(\d+)$/.exec(key) ?? [];
  const at = { rule: Number(rule), ref: Number(ref) };
  const found = spec.rules?.[at.rule];
  const backend = found?.backendRefs?.[at.ref];
  return found && backend && { rule: found, ref: backend, at };
}
