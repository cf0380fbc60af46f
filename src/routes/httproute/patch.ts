import { GreenpathError } from '../../core/base/error.ts';
import { nameOf } from '../../core/kube/objects.ts';
import type { PatchOperation, PathMove, RoutePath } from '../../core/release/route.ts';
import { NO_MARK } from '../../core/release/router-mark.ts';
import { mark } from './mark.ts';
import { type HttpRoute, isOwnService } from './object.ts';
import { type Backend, backendAt, visitedIn } from './paths.ts';
import { refuseSplit } from './refusals.ts';

/**
 * Moves rules to other Services: in a rule of one reference its name changes, in one of two their weights. Tests that
 * hosts, matches and backends still are what was read, so that a rule that somebody moved, changed or removed makes the
 * server refuse the whole patch. `null` also accepts a member that is not there. Throws `route-changed` if a path is not
 * in the route.
 */
export function move(route: HttpRoute, moves: readonly PathMove[]): PatchOperation[] {
  const found = placed(route, moves, (path) => {
    throw pathGone(route, path);
  });
  if (found.length === 0) return [];
  return [
    { op: 'test', path: '/spec/hostnames', value: route.spec.hostnames ?? null },
    ...found.flatMap((one): PatchOperation[] => {
      refuseSplit(route, one.at.rule);
      return [...testsOf(one), ...(beside(one) === undefined ? [rename(one)] : weigh(one))];
    }),
  ];
}

/** Stops naming Services that get no visitors: the one that gets them is named twice, which changes nothing for them. */
export function forget(route: HttpRoute, services: readonly string[]): PatchOperation[] {
  return (route.spec.rules ?? []).flatMap((rule, index): PatchOperation[] => {
    const [visited, ...more] = visitedIn(rule);
    if (visited === undefined || more.length > 0) return [];
    const { ref } = visited;
    const gone = (rule.backendRefs ?? []).flatMap((one, at) =>
      one.weight === 0 && isOwnService(one, route.metadata.namespace) && services.includes(one.name) ? at : [],
    );
    if (gone.length === 0) return [];
    const found = { rule, ref, at: { rule: index, ref: visited.at } };
    return [...testsOf(found), ...gone.flatMap((at) => named(index, at, ref.name, ref.port))];
  });
}

/** Moves paths without a guard, and without a mark: that would name the version that they led to before. */
export function repair(route: HttpRoute, moves: readonly PathMove[]): PatchOperation[] {
  const unmarked = mark(
    route,
    moves.map(({ path }) => path),
    NO_MARK,
  );
  return [
    ...placed(route, moves, () => undefined).flatMap((one) =>
      one.rule.backendRefs?.some((ref, at) => at !== one.at.ref && ref.name === one.service)
        ? weigh(one)
        : [rename(one)],
    ),
    ...unmarked.filter(({ op }) => op !== 'test'),
  ];
}

/** A backend that visitors are moved away from, and the Service that they are moved to. */
interface Moved extends Backend {
  readonly service: string;
}

function placeOf({ at }: Backend): string {
  return `/spec/rules/${at.rule}`;
}

function testsOf(one: Backend): PatchOperation[] {
  return [
    { op: 'test', path: `${placeOf(one)}/matches`, value: one.rule.matches ?? null },
    { op: 'test', path: `${placeOf(one)}/backendRefs`, value: one.rule.backendRefs ?? null },
  ];
}

function rename(one: Moved): PatchOperation {
  return { op: 'replace', path: `${placeOf(one)}/backendRefs/${one.at.ref}/name`, value: one.service };
}

/** Where the reference stands that gets the visitors next: the one to that Service, else any other. */
function beside({ rule, at, service }: Moved): number | undefined {
  const others = (rule.backendRefs ?? []).flatMap((ref, index) => (index === at.ref ? [] : [{ ref, index }]));
  return (others.find(({ ref }) => ref.name === service) ?? others[0])?.index;
}

/** Both references stay: the other one gets the weight of the one that has the visitors, which gets 0. */
function weigh(one: Moved): PatchOperation[] {
  const { rule, ref, at, service } = one;
  const to = beside(one) ?? at.ref;
  const other = rule.backendRefs?.[to];
  const place = `${placeOf(one)}/backendRefs`;
  const isThere = other?.name === service && other.port === ref.port;
  const hasVisitors = other?.weight !== 0;
  return [
    ...(isThere ? [] : named(at.rule, to, service, ref.port)),
    ...(isThere && hasVisitors ? [] : [{ op: 'add' as const, path: `${place}/${to}/weight`, value: ref.weight ?? 1 }]),
    { op: 'add', path: `${place}/${at.ref}/weight`, value: 0 },
  ];
}

/** `add` also replaces a member that is there. */
function named(rule: number, ref: number, service: string, port: number | undefined): PatchOperation[] {
  const place = `/spec/rules/${rule}/backendRefs/${ref}`;
  return [
    { op: 'replace', path: `${place}/name`, value: service },
    ...(port === undefined ? [] : [{ op: 'add' as const, path: `${place}/port`, value: port }]),
  ];
}

/** The same route with other Services. */
export function renamed(route: HttpRoute, rename: (service: string) => string): HttpRoute {
  const now = structuredClone(route);
  for (const ref of (now.spec.rules ?? []).flatMap(({ backendRefs = [] }) => backendRefs))
    if (isOwnService(ref, now.metadata.namespace)) ref.name = rename(ref.name);
  return now;
}

/** The backends that paths are moved away from, each once: all paths of one rule share it. */
function placed(route: HttpRoute, moves: readonly PathMove[], missing: (path: RoutePath) => undefined): Moved[] {
  const byKey = new Map(moves.map((one) => [one.path.key, one]));
  return [...byKey.values()].flatMap(({ path, service }) => {
    const backend = backendAt(route, path.key) ?? missing(path);
    return backend === undefined ? [] : [{ ...backend, service }];
  });
}

function pathGone(route: HttpRoute, { text }: RoutePath): GreenpathError {
  return new GreenpathError(
    'route-changed',
    `${nameOf(route)} no longer has the path ${text} in the rule where this run read it`,
    'Find out who changes it (mode status names who wrote it last), then run the step again.',
  );
}
