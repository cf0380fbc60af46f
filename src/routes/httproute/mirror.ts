import type { PreviewKind } from '../../core/base/preview-kind.ts';
import { NO_MARK, type RouterMark } from '../../core/release/router-mark.ts';
import { markedFilters } from './mark.ts';
import type { Filter, HttpRule, Match, PathRewrite } from './object.ts';
import { matchesOf, pathOf } from './object.ts';
import type { Backend } from './paths.ts';

/**
 * The rules that mirror a live one, for `service`: what matches a path P there matches here, by a path, `prefix` + P; at
 * a host of its own, P; by a header, P with that header. The application gets what it gets there. A rule that replaces a
 * prefix may have only one match, so each match has its own.
 */
export function mirrorsOf(
  { rule, ref }: Pick<Backend, 'rule' | 'ref'>,
  kind: PreviewKind,
  service: string,
  mark: RouterMark = NO_MARK,
): HttpRule[] {
  const { timeouts, retry, sessionPersistence } = rule;
  // The mark of the live rule names the live version.
  const filters = withoutMirrors(markedFilters(rule.filters ?? [], mark));
  // A cookie of the preview must not take the place of the live one.
  const { sessionName: _name, ...persistence } = sessionPersistence ?? {};
  const { weight: _, filters: ofBackend = [], ...backend } = ref;
  const copied = withoutMirrors(ofBackend);
  return matchesOf(rule).map((match) => ({
    ...mirrored(match, filters, kind),
    backendRefs: [{ ...backend, name: service, ...(copied.length > 0 && { filters: copied }) }],
    ...(timeouts && { timeouts }),
    ...(retry && { retry }),
    ...(sessionPersistence && { sessionPersistence: persistence }),
  }));
}

/** How requests of the preview are matched, and what is done with them. */
function mirrored(match: Match, filters: Filter[], kind: PreviewKind): Pick<HttpRule, 'matches' | 'filters'> {
  if (kind.by === 'path')
    return {
      matches: [{ ...match, path: mirroredPath(kind.path, match) }],
      filters: stripped(filters, match),
    };
  const header = kind.by === 'header' ? [{ type: 'Exact', name: kind.name, value: kind.value }] : [];
  return {
    matches: [
      { ...match, path: pathOf(match), ...(header.length > 0 && { headers: [...(match.headers ?? []), ...header] }) },
    ],
    ...(filters.length > 0 && { filters }),
  };
}

function mirroredPath(prefix: string, match: Match): { type: string; value: string } {
  const { type, value } = pathOf(match);
  // A prefix matches with and without the slash at its end, and /green without it is what people type.
  return { type, value: type === 'PathPrefix' ? prefix + value.replace(/\/$/, '') : prefix + value };
}

/**
 * The filters of the live rule or of its backend apply to the preview too, since they may protect it. What mirrors requests
 * of visitors elsewhere must not get those of tests.
 */
function withoutMirrors(filters: readonly Filter[]): Filter[] {
  return filters.filter(({ type }) => type !== 'RequestMirror');
}

/**
 * Filters that take the prefix away, and do what those of the live rule do. Some routers, such as Traefik, run them in the
 * written order. So the prefix goes first, and the others see the paths that they were written for. A rule may have one
 * rewrite: that of the live rule stays where it stands, since a filter before it may need the host that visitors asked for,
 * and strips the prefix too.
 */
function stripped(filters: readonly Filter[], match: Match): Filter[] {
  const at = filters.findIndex(({ type }) => type === 'URLRewrite');
  const { hostname, path = toLivePath(match) } = filters[at]?.urlRewrite ?? {};
  const rewrite: Filter = { type: 'URLRewrite', urlRewrite: { ...(hostname !== undefined && { hostname }), path } };
  return at < 0 ? [rewrite, ...filters] : filters.with(at, rewrite);
}

function toLivePath(match: Match): PathRewrite {
  const { type, value } = pathOf(match);
  return type === 'PathPrefix'
    ? { type: 'ReplacePrefixMatch', replacePrefixMatch: value.replace(/(?<=.)\/$/, '') }
    : { type: 'ReplaceFullPath', replaceFullPath: value };
}
