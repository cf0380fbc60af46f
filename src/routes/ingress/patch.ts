import { GreenpathError } from '../../core/base/error.ts';
import { nameOf } from '../../core/kube/objects.ts';
import type { PatchOperation, PathMove, RoutePath } from '../../core/release/route.ts';
import { backend, type Ingress } from './object.ts';
import { backendPointer, type IngressPath, placed } from './paths.ts';

/**
 * Tests that a path still is what was read: host, path and backend. `null` also accepts a member that is not there
 * (evanphx/json-patch v4, which API servers use; seen on 1.37).
 */
export function guard(path: IngressPath): PatchOperation[] {
  const { at, service, port } = path;
  const known = service === undefined || port === undefined ? undefined : backend(service, port);
  const place: PatchOperation[] =
    at === 'default'
      ? []
      : [
          { op: 'test', path: `/spec/rules/${at.rule}/host`, value: path.host ?? null },
          { op: 'test', path: `/spec/rules/${at.rule}/http/paths/${at.path}/path`, value: path.given ?? null },
        ];
  return [
    ...place,
    ...(known === undefined ? [] : [{ op: 'test' as const, path: backendPointer(path), value: known }]),
  ];
}

/** Moves paths to other Services, each of them guarded. Throws `route-changed` if a path is not in the route. */
export function move(route: Ingress, moves: readonly PathMove[]): PatchOperation[] {
  return moves.flatMap(({ path, service }): PatchOperation[] => {
    const [one] = placed(route, [path]);
    // Without it, the rest of the patch would note a switch that moved nobody.
    if (one === undefined) throw pathGone(route, path);
    return [...guard(one), { op: 'replace', path: backendPointer(one), value: backend(service, one.port ?? '') }];
  });
}

function pathGone(route: Ingress, { text }: RoutePath): GreenpathError {
  return new GreenpathError(
    'route-changed',
    `${nameOf(route)} no longer has the path ${text} at the place where this run read it`,
    'Find out who changes it (mode status names who wrote it last), then run the step again.',
  );
}

/** Removes paths, each of them guarded. */
export function drop(route: Ingress, paths: readonly RoutePath[]): PatchOperation[] {
  const places = placed(route, paths).flatMap((path) => (path.at === 'default' ? [] : [{ path, at: path.at }]));
  const gone = new Map<number, number>();
  return places
    .toSorted((a, b) => b.at.rule - a.at.rule || b.at.path - a.at.path)
    .flatMap(({ path, at }): PatchOperation[] => {
      const dropped = (gone.get(at.rule) ?? 0) + 1;
      gone.set(at.rule, dropped);
      // A rule without paths is invalid, so the last of its paths removes the rule.
      const last = route.spec.rules?.[at.rule]?.http?.paths.length === dropped;
      return [...guard(path), { op: 'remove', path: `/spec/rules/${at.rule}${last ? '' : `/http/paths/${at.path}`}` }];
    });
}

/** Names other Services, without a guard. */
export function repair(route: Ingress, moves: readonly PathMove[]): PatchOperation[] {
  return moves.flatMap(({ path, service }) =>
    placed(route, [path]).map((one) => ({
      op: 'replace' as const,
      path: `${backendPointer(one)}/service/name`,
      value: service,
    })),
  );
}

/** The same Ingress with other Services. */
export function renamed(route: Ingress, rename: (service: string) => string): Ingress {
  const ingress = structuredClone(route);
  const { rules = [], defaultBackend } = ingress.spec;
  const backends = rules.flatMap((rule) => rule.http?.paths ?? []).map((path) => path.backend);
  for (const { service } of [...backends, ...(defaultBackend ? [defaultBackend] : [])]) {
    if (service) service.name = rename(service.name);
  }
  return ingress;
}
