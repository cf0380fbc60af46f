import type { Config } from '../core/base/config.ts';
import { GreenpathError } from '../core/base/error.ts';
import { DEFAULT_KIND, type PreviewKind } from '../core/base/preview-kind.ts';
import type { Ways } from '../core/base/ways.ts';
import type { OfferedService } from '../core/kube/counterpart.ts';
import { ANNOTATION_ENTRY, annotation, LABEL_APP, label, type Service } from '../core/kube/objects.ts';
import { findLive } from '../core/release/live.ts';
import { type Reverted, refuseDriftedService, revertedOf } from '../core/release/route-facts.ts';
import { type SwitchNote, switchNoteOf } from '../core/release/switch-note.ts';
import { hasChoice } from '../routes/adapter.ts';
import type { PlannedFor } from '../routes/route-kind.ts';
import type { Router } from '../routes/router.ts';
import { type Chosen, unreadPrefix } from '../routes/router-hints.ts';
import { refuseOtherInside } from './inside-preview.ts';
import type { FoundRoute } from './namespace.ts';
import type { Classes } from './route-classes.ts';

/** One live route, and what it says about the app. */
export interface LiveRoute extends PlannedFor {
  /** The router that serves it. */
  readonly router: Router;
  /** What shows that. */
  readonly routerBy: Chosen<Router>['by'];
  /** Why no candidate may be deployed behind it. */
  readonly refusal: GreenpathError | undefined;
  readonly switchNote: SwitchNote | undefined;
  /** Set if somebody else undid the last switch. */
  readonly reverted: Reverted | undefined;
}

/** How live routes are read. */
export interface RouteSettings {
  /** How the config says that the candidate is reached; undefined if it leaves that open. */
  readonly preview: PreviewKind | undefined;
  readonly revisionLabel: string;
  readonly router: string | undefined;
  /** How the annotations begin that the router reads, if it was started with another prefix than the usual one. */
  readonly annotationsPrefix: string | undefined;
  readonly ways: Ways;
}

/** What the routes of one app are read with. */
interface RouteRequest {
  readonly app: string;
  readonly namespace: string;
  readonly services: readonly Service[];
  /** What the app's stack offers to them. */
  readonly counterparts: readonly OfferedService[];
  readonly settings: RouteSettings;
  /** A rollback refuses nothing that only matters to a candidate. */
  readonly isRollback: boolean;
}

/**
 * The router of each route: those of one kind have one, with one parking for all and one way to strip a prefix. Throws
 * `classic-form` or `route`.
 */
export function routersFor(
  found: readonly FoundRoute[],
  classes: Classes | undefined,
  { router: configured, annotationsPrefix }: Pick<RouteSettings, 'router' | 'annotationsPrefix'>,
): ReadonlyMap<FoundRoute, Chosen<Router>> {
  const mistakes = found.flatMap(({ adapter, object }) => adapter.mistakes(object));
  if (mistakes.length > 0) throw classicForm(mistakes.map((text) => ({ text })));
  const chosen = new Map(
    found.map((route) => {
      const alike = found.filter(({ adapter }) => adapter === route.adapter).map(({ object }) => object);
      const hints = { configured, prefix: annotationsPrefix, classes: classes?.get(route.adapter) };
      return [route, route.adapter.routerOf(alike, { ...hints, parents: route.parents })];
    }),
  );
  refuseUnreadPrefix(chosen, annotationsPrefix);
  return chosen;
}

/** Refuses a prefix that belongs to no live route: whoever set it expects that something reads it. */
function refuseUnreadPrefix(chosen: ReadonlyMap<FoundRoute, Chosen<Router>>, prefix: string | undefined): void {
  const [[, first] = []] = chosen;
  if (prefix === undefined || first === undefined || [...chosen.keys()].some(({ adapter }) => hasChoice(adapter)))
    return;
  throw unreadPrefix(first.router);
}

/** What one route of an app says, by the Services that were read with it. Throws `route`, `drifted` or `no-candidate`. */
export function liveRoute(
  found: FoundRoute,
  { router, by, refusal }: Chosen<Router>,
  request: RouteRequest,
): LiveRoute {
  const { app, namespace, services, counterparts, settings } = request;
  const { revisionLabel } = settings;
  const kind = settings.preview ?? DEFAULT_KIND;
  const { adapter, object, ref, paths, exists } = found;
  const switchNote = exists ? switchNoteOf(object, app) : undefined;
  const named = new Set(paths.map((path) => path.service));
  // A Service of another app may be in the same route; one that lost its app label still has its name from Greenpath.
  for (const service of services.filter(
    (one) => named.has(one.metadata.name) && (label(one, LABEL_APP) ?? app) === app,
  ))
    refuseDriftedService(service, app, revisionLabel, namespace);
  if (!request.isRollback) refuseOtherInside(found, router, { app, revisionLabel, services, kind });
  const live = findLive(
    { ref, namespace, paths, switchedTo: switchNote?.live, repair: (moves) => adapter.repair(object, moves) },
    exists ? services : [],
    counterparts,
    { app, revisionLabel, isPreview: (path) => kind.by === 'path' && router.isPreview(object, kind.path, path) },
  );
  const through = services.find(
    (one) => annotation(one, ANNOTATION_ENTRY) === app && live.rules.some((rule) => rule.service === one.metadata.name),
  );
  const reverted = revertedOf(found, switchNote, live.revision, through);
  return { ...found, ...live, router, routerBy: by, refusal, switchNote, reverted };
}

/** The refusal of a route or manifests with the faults of the classic example. */
export function classicForm(
  problems: readonly { text: string; place?: { file: string; line?: number } }[],
): GreenpathError {
  return new GreenpathError(
    'classic-form',
    'this is the classic blue/green example, which does not work on any cluster as printed',
    'Replace the lines as shown (docs/classic-form.md explains each), apply the live route again if the lines are in it, and run the step again.',
    { problems },
  );
}

/** The settings by which the live routes are read. */
export function routeSettings(config: Config): RouteSettings {
  const { preview, router, hosts, addresses = [], ca, requests } = config;
  return {
    preview: preview.kind,
    revisionLabel: config['revision-label'],
    router,
    annotationsPrefix: config['annotations-prefix'],
    ways: { hosts, addresses, ca, requests },
  };
}
