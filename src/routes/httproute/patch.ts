import { GreenpathError } from '../../core/base/error.ts';
import { nameOf } from '../../core/kube/objects.ts';
import type { PatchOperation, PathMove, RoutePath } from '../../core/release/route.ts';
import { type HttpRoute, isOwnService } from './object.ts';
import { type Backend, backendAt } from './paths.ts';
import { refuseShared } from './refusals.ts';

/**
 * Moves rules to other Services: only the name in the one reference changes. Tests that hosts, matches and backends
 * still are what was read, so that a rule that somebody moved, changed or removed makes the server refuse the whole
 * patch. `null` also accepts a member that is not there. Throws `route-changed` if a path is not in the route.
 */
export function move(route: HttpRoute, moves: readonly PathMove[]): PatchOperation[] {
  const found = placed(route, moves, (path) => {
    throw pathGone(route, path);
  });
  if (found.length === 0) return [];
  return [
    { op: 'test', path: '/spec/hostnames', value: route.spec.hostnames ?? null },
    ...found.flatMap(({ rule, ref, at, service }): PatchOperation[] => {
      refuseShared(route, at.rule);
      const place = `/spec/rules/${at.rule}`;
      return [
        { op: 'test', path: `${place}/matches`, value: rule.matches ?? null },
        { op: 'test', path: `${place}/backendRefs`, value: [ref] },
        { op: 'replace', path: `${place}/backendRefs/${at.ref}/name`, value: service },
      ];
    }),
  ];
}

/** Names other Services, without a guard. */
export function repair(route: HttpRoute, moves: readonly PathMove[]): PatchOperation[] {
  return placed(route, moves, () => undefined).map(({ at, service }) => ({
    op: 'replace' as const,
    path: `/spec/rules/${at.rule}/backendRefs/${at.ref}/name`,
    value: service,
  }));
}

/** The same route with other Services. */
export function renamed(route: HttpRoute, rename: (service: string) => string): HttpRoute {
  const now = structuredClone(route);
  for (const ref of (now.spec.rules ?? []).flatMap(({ backendRefs = [] }) => backendRefs))
    if (isOwnService(ref, now.metadata.namespace)) ref.name = rename(ref.name);
  return now;
}

/** The backends that paths are moved away from, each once: all paths of one rule share it. */
function placed(
  route: HttpRoute,
  moves: readonly PathMove[],
  missing: (path: RoutePath) => undefined,
): (Backend & { readonly service: string })[] {
  const byKey = new Map(moves.map((one) => [one.path.key, one]));
  return [...byKey.values()].flatMap(({ path, service }) => {
    const backend = backendAt(route, path.key) ?? missing(path);
    return backend === undefined ? [] : [{ ...backend, service }];
  });
}

function pathGone(route: HttpRoute, { text }: RoutePath): GreenpathError {
  return new GreenpathError(
    'route-changed',
    `${nameOf(route)} has no longer the path ${text} in the rule where this run read it`,
    'Find out who changes it (mode status names who wrote it last), then run the step again.',
  );
}
