import type { Filter, HttpRule, Match, PathRewrite } from './object.ts';
import { matchesOf, pathOf } from './object.ts';
import type { Backend } from './paths.ts';

/**
 * The rules that mirror a live one below `prefix`, for `service`: what matches a path P there matches `prefix` + P
 * here, and the application gets what it gets there. A rule that replaces a prefix may have only one match, so each
 * match has its own.
 */
export function mirrorsOf({ rule, ref }: Pick<Backend, 'rule' | 'ref'>, prefix: string, service: string): HttpRule[] {
  const { filters = [], timeouts, retry, sessionPersistence } = rule;
  // A cookie of the preview must not take the place of the live one.
  const { sessionName: _name, ...persistence } = sessionPersistence ?? {};
  const { weight: _, ...backend } = ref;
  return matchesOf(rule).map((match) => ({
    matches: [{ ...match, path: mirroredPath(prefix, match) }],
    filters: [...filters.filter(isKept), stripping(filters, match)],
    backendRefs: [{ ...backend, name: service }],
    ...(timeouts && { timeouts }),
    ...(retry && { retry }),
    ...(sessionPersistence && { sessionPersistence: persistence }),
  }));
}

function mirroredPath(prefix: string, match: Match): { type: string; value: string } {
  const { type, value } = pathOf(match);
  // A prefix matches with and without the slash at its end, and /green without it is what people type.
  return { type, value: type === 'PathPrefix' ? prefix + value.replace(/\/$/, '') : prefix + value };
}

/**
 * The filters of the live rule apply to the preview too, since they may protect it. Its rewrite is part of the preview's
 * own, and what mirrors requests of visitors elsewhere must not get those of tests.
 */
function isKept({ type }: Filter): boolean {
  return type !== 'URLRewrite' && type !== 'RequestMirror';
}

/** The filter that takes the prefix away, and does what the live rule's own rewrite does. */
function stripping(filters: readonly Filter[], match: Match): Filter {
  const { hostname, path } = filters.find(({ type }) => type === 'URLRewrite')?.urlRewrite ?? {};
  return {
    type: 'URLRewrite',
    urlRewrite: { ...(hostname === undefined ? {} : { hostname }), path: path ?? toLivePath(match) },
  };
}

function toLivePath(match: Match): PathRewrite {
  const { type, value } = pathOf(match);
  return type === 'PathPrefix'
    ? { type: 'ReplacePrefixMatch', replacePrefixMatch: value.replace(/(?<=.)\/$/, '') }
    : { type: 'ReplaceFullPath', replaceFullPath: value };
}
