import { routeFaults } from '../core/classic-faults.ts';
import { GreenpathError } from '../core/error.ts';
import { type Drift, driftedEntries, type Inside } from '../core/inside.ts';
import { findLive, type Live, type LiveRule, servicesOf, type Twin } from '../core/live.ts';
import {
  ANNOTATION_ENTRY,
  annotation,
  type EndpointSlice,
  type Ingress,
  LABEL_APP,
  label,
  readyPods,
  type Service,
} from '../core/objects.ts';
import { type Phase, phaseOf } from '../core/phase.ts';
import { type Rule, rulesOf } from '../core/rules.ts';
import { namesText, type Side, sideOf } from '../core/side.ts';
import { agree, type Reverted, refuseDriftedService, revertedOf } from '../core/standing.ts';
import { newestOf } from '../core/unfinished.ts';
import { classOf, type Dialect, dialectOf } from '../routes/dialects.ts';
import { isPreviewRule } from '../routes/preview.ts';
import { liveUrl } from './fronts.ts';
import type { Namespace, Routes } from './namespace.ts';
import type { Run } from './run.ts';
import { sceneOf } from './shown.ts';

/** One live route, and what it says about the app. */
export interface LiveRoute extends Live {
  /** As it was read; of one that does not exist, as the manifests have it. */
  readonly ingress: Ingress;
  readonly exists: boolean;
  readonly phase: Phase | undefined;
  /** Set if somebody else undid the last switch. */
  readonly reverted: Reverted | undefined;
}

/** The namespace's routes and Services as they were read once, and what they say about the app. */
export interface Situation {
  readonly routes: readonly [LiveRoute, ...LiveRoute[]];
  readonly ingresses: readonly Ingress[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly dialect: Dialect;
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
}

/** By what the live routes are read. */
export interface RouteSettings {
  readonly prefix: string;
  readonly revisionLabel: string;
  readonly router: string | undefined;
}

/** Finds the app in what was read; throws `classic-form`, `route` or `drifted` if the live routes cannot be switched. */
export function situate(
  run: Run,
  read: Namespace & Routes,
  twins: readonly Twin[],
  settings: RouteSettings,
): Situation {
  const dialect = dialectFor(read.found, settings.router);
  const routes = read.found.map(({ ingress, exists }) =>
    liveRoute(run, read, ingress, exists, twins, settings, dialect),
  );
  const [first, ...rest] = routes;
  if (first === undefined) throw new Error('there is always a route');
  const { revision, halfway } = agree(routes);
  const rules = [...first.rules, ...rest.flatMap((route) => route.rules)] as [LiveRule, ...LiveRule[]];
  const phase = newestOf(routes.flatMap((route) => route.phase ?? []));
  const before = sideOf(read.services, phase?.previous ?? '', { ...settings, app: run.inputs.app });
  const known: Omit<Situation, 'drifted'> = {
    ingresses: read.ingresses,
    services: read.services,
    slices: read.slices,
    dialect,
    routes: [first, ...rest],
    rules,
    preview: routes.flatMap((route) => route.preview),
    revision,
    phase,
    reverted: routes.find((route) => route.reverted !== undefined)?.reverted,
    halfway,
    wayBack: rules.every((rule) => before.services[rule.base] !== undefined),
  };
  const inside = insideOf(run, known, settings.revisionLabel);
  const situation = { ...known, drifted: inside === undefined ? [] : driftedEntries(inside) };
  noteLive(run, situation);
  run.report.scene(sceneOf(run, situation, run.known.outputs.liveUrl, settings.prefix));
  return situation;
}

/** All routes have one router: one parking for all, one way to strip a prefix. */
function dialectFor(found: Routes['found'], router: string | undefined): Dialect {
  const classes = new Set(found.map(({ ingress }) => classOf(ingress)));
  const [first] = found;
  if (classes.size > 1)
    throw new GreenpathError(
      'route',
      `the live routes have different classes (${[...classes].map((name) => name ?? 'none').join(', ')})`,
      'Release what stands behind different routers as apps of their own.',
    );
  for (const { ingress } of found) {
    const faults = routeFaults(ingress);
    if (faults.length > 0) throw classicForm(faults.map((text) => ({ text })));
  }
  const dialect = first && dialectOf(first.ingress, router);
  if (dialect !== undefined) return dialect;
  throw new GreenpathError(
    'route',
    `Ingress ${first?.ingress.metadata.name} has the class ${[...classes][0] ?? '(none)'}, and Greenpath does not know how its router strips a prefix`,
    'If that router understands the annotations of ingress-nginx (ingress-nginx itself, Traefik 3.7 or newer), say `router: nginx` in the config.',
  );
}

function liveRoute(
  run: Run,
  { services }: Namespace,
  ingress: Ingress,
  exists: boolean,
  twins: readonly Twin[],
  { prefix, revisionLabel }: RouteSettings,
  dialect: Dialect,
): LiveRoute {
  const { app } = run.inputs;
  const { namespace } = run.api;
  const rules = rulesOf(ingress);
  const phase = exists ? phaseOf(ingress, app) : undefined;
  const named = new Set(rules.map((rule) => rule.service));
  // A Service of another app may stand in the same Ingress; one that lost its app label still has its name from Greenpath.
  for (const service of services.filter(
    (one) => named.has(one.metadata.name) && (label(one, LABEL_APP) ?? app) === app,
  ))
    refuseDriftedService(service, app, revisionLabel, namespace);
  const live = findLive(
    { name: ingress.metadata.name, namespace, rules, switchedTo: phase?.live },
    exists ? services : [],
    twins,
    { app, revisionLabel, isPreview: (rule, all) => isPreviewRule(ingress, dialect, prefix, rule, all) },
  );
  const through = services.find(
    (one) => annotation(one, ANNOTATION_ENTRY) === app && live.rules.some((rule) => rule.service === one.metadata.name),
  );
  return { ...live, ingress, exists, phase, reverted: revertedOf(ingress, phase, live.revision, through) };
}

/** What the routes say now; before this run moved anybody, it is also what there was before. */
function noteLive(run: Run, situation: Situation): void {
  const { outputs } = run.known;
  const url = liveUrl(situation);
  const untouched = outputs.state === 'unchanged' || outputs.state === 'candidate' || outputs.state === 'verified';
  const tail = untouched ? '; this run has not changed that.' : ', as the route says now.';
  run.known.visitors = `${url} is served by ${liveText(situation)}${tail}`;
  outputs.liveUrl = url;
  if (untouched) outputs.previousRevision = situation.revision ?? '';
}

function liveText({ routes, rules, revision, halfway }: Situation): string {
  const [missing] = routes.filter((route) => !route.exists);
  if (missing !== undefined) return `nobody: Ingress ${missing.ingress.metadata.name} does not exist yet`;
  const services = namesText(servicesOf(rules));
  if (halfway === undefined) return `${services} (revision ${revision ?? 'unknown'})`;
  return `${services}: an earlier run switched only some of the routes from ${revision ?? 'unknown'} to ${halfway}`;
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

/** Whether the run that ended between two routes was taking visitors back. */
export function isHalfwayBack({ phase, halfway }: Situation): boolean {
  return halfway !== undefined && phase?.live === halfway && phase.left !== undefined;
}

/** The refusal of a route or manifests in the form in which the pattern was first printed. */
export function classicForm(
  problems: readonly { text: string; place?: { file: string; line?: number } }[],
): GreenpathError {
  return new GreenpathError(
    'classic-form',
    'this is the blue/green example as it was first printed, which no cluster runs as it stands',
    'Replace the lines as shown (docs/classic-form.md explains each), apply the Ingress again if it is the Ingress, and run the step again.',
    { problems },
  );
}

/** Whether an earlier run switched the routes to this run's revision and did not live to prove it. */
export function isUnproven(run: Run, { phase }: Situation): boolean {
  return phase?.phase === 'switched' && phase.live === run.inputs.revision;
}

/** Notes for the outputs that the routes name the revision of this run already; whether a proof is outstanding. */
export function noteStanding(run: Run, situation: Situation): boolean {
  const { phase } = situation;
  const unproven = isUnproven(run, situation);
  run.known.outputs.previousRevision = phase?.live === run.inputs.revision ? phase.previous : '';
  run.known.outputs.state = unproven ? 'switched' : 'live';
  return unproven;
}

/** The routes name the revision of this run already: says so, and whether a proof is outstanding. */
export function tellLive(run: Run, situation: Situation): void {
  const { revision } = run.inputs;
  run.report.verdict(
    noteStanding(run, situation)
      ? `Visitors were switched to revision ${revision}, and that is not proven; promote finishes it.`
      : `Revision ${revision} is live already: nothing to do.`,
  );
}
