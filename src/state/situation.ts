import type { Ways } from '../core/base/ways.ts';
import { type EndpointSlice, type Ingress, readyPods, type Service } from '../core/kube/objects.ts';
import { type Side, sideOf } from '../core/kube/side.ts';
import { type Drift, driftedEntries, type Inside } from '../core/release/followers.ts';
import type { LiveRule, Twin } from '../core/release/live.ts';
import type { Phase } from '../core/release/phase.ts';
import type { Rule } from '../core/release/rules.ts';
import { handMadeStacks } from '../core/release/stack-role.ts';
import { agree, type Reverted } from '../core/release/standing.ts';
import { newestOf } from '../core/release/unfinished.ts';
import type { Dialect } from '../routes/dialects.ts';
import { dialectFor, type LiveRoute, liveRoute, type RouteSettings } from './live-route.ts';
import type { Namespace, Routes } from './namespace.ts';
import { sceneOf } from './preview-state.ts';
import type { Run } from './run.ts';
import { noteLive } from './tell-live.ts';

/** The namespace's routes and Services as they were read once, and what they say about the app. */
export interface Situation {
  readonly routes: readonly [LiveRoute, ...LiveRoute[]];
  readonly ingresses: readonly Ingress[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly dialect: Dialect;
  readonly ways: Ways;
  /** The paths of all routes that a switch moves, and those of the preview inside of them. */
  readonly rules: readonly [LiveRule, ...LiveRule[]];
  readonly preview: readonly Rule[];
  /** The side that visitors get; undefined if there is none, since routes or Services do not exist. */
  readonly revision: string | undefined;
  /** The newest of what the routes' annotations say. */
  readonly phase: Phase | undefined;
  readonly reverted: Reverted | undefined;
  /** The revision to which an earlier run moved some of the routes before it ended; `revision` is that of the others. */
  readonly halfway: string | undefined;
  /** Plain Services that somebody else changed, so that they do not lead to the live side any more. */
  readonly drifted: readonly Drift[];
  /** Whether the version that was live before the last switch still has a Service for each path. */
  readonly wayBack: boolean;
  /** The Services of stacks that somebody made by hand, by revision. */
  readonly handMade: ReadonlyMap<string, readonly Service[]>;
}

/** Finds the app in what was read; throws `classic-form`, `route` or `drifted` if the live routes cannot be switched. */
export function situate(
  run: Run,
  read: Namespace & Routes,
  twins: readonly Twin[],
  settings: RouteSettings,
): Situation {
  const dialect = dialectFor(read.found, settings.router);
  const { app } = run.inputs;
  const request = { app, namespace: run.api.namespace, services: read.services, twins, settings, dialect };
  const routes = read.found.map((found) => liveRoute(found, request));
  const [first, ...rest] = routes;
  if (first === undefined) throw new Error('there is always a route');
  const { revision, halfway } = agree(routes);
  const rules = [...first.rules, ...rest.flatMap((route) => route.rules)] as [LiveRule, ...LiveRule[]];
  const phase = newestOf(routes.flatMap((route) => route.phase ?? []));
  const before = sideOf(read.services, phase?.previous ?? '', { ...settings, app });
  const known: Omit<Situation, 'drifted'> = {
    ingresses: read.ingresses,
    services: read.services,
    slices: read.slices,
    dialect,
    ways: waysOf(run, settings),
    routes: [first, ...rest],
    rules,
    preview: routes.flatMap((route) => route.preview),
    revision,
    phase,
    reverted: routes.find((route) => route.reverted !== undefined)?.reverted,
    halfway,
    wayBack: rules.every((rule) => before.services[rule.base] !== undefined),
    handMade: handMadeStacks(
      read.services,
      new Set([...rules, ...twins].map(({ base }) => base)),
      settings.revisionLabel,
    ),
  };
  const inside = insideOf(run, known, settings.revisionLabel);
  const situation = { ...known, drifted: inside === undefined ? [] : driftedEntries(inside) };
  noteLive(run, situation);
  run.report.scene(sceneOf(run, situation, run.known.outputs.liveUrl, settings.prefix));
  return situation;
}

/** The addresses that this step is given count instead of those of the config. */
function waysOf({ inputs }: Run, { ways }: RouteSettings): Ways {
  const addresses = inputs.addresses.map((address) => ({ of: undefined, address }));
  return addresses.length > 0 ? { ...ways, addresses } : ways;
}

/** What visitors get now, by Service: those of the live revision, else those that the routes name. */
export function liveSide(run: Run, situation: Omit<Situation, 'drifted'>, revisionLabel: string): Side {
  const { rules, services, revision } = situation;
  const named = Object.fromEntries(rules.map((rule) => [rule.base, rule.service]));
  const own = revision === undefined ? {} : sideOf(services, revision, { app: run.inputs.app, revisionLabel }).services;
  return { revision: revision ?? '', services: { ...named, ...own } };
}

/** Where things inside have to lead; undefined where the routes themselves are in between and have to be settled first. */
export function insideOf(run: Run, known: Omit<Situation, 'drifted'>, revisionLabel: string): Inside | undefined {
  const { app } = run.inputs;
  const { services, revision, phase, reverted, halfway } = known;
  if (revision === undefined || reverted !== undefined || halfway !== undefined) return undefined;
  const isUnproven = phase?.phase === 'switched' && phase.live === revision;
  const left = isUnproven ? sideOf(services, phase.left ?? phase.previous, { app, revisionLabel }) : undefined;
  return { app, services, live: liveSide(run, known, revisionLabel), left };
}

/** Whether visitors get anything at all now: each path's Service has a ready pod. */
export function isServed({ routes, rules, slices }: Situation): boolean {
  return routes.every((route) => route.exists) && rules.every((rule) => readyPods(slices, rule.service).length > 0);
}
