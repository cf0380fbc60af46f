import type { Address } from '../core/base/addresses.ts';
import type { Config } from '../core/base/config.ts';
import { DEFAULT_KIND, type PreviewKind } from '../core/base/preview-kind.ts';
import type { Ways } from '../core/base/ways.ts';
import type { OfferedService } from '../core/kube/counterpart.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { servicesOfRevision } from '../core/kube/revision-services.ts';
import { driftedEntries } from '../core/release/followers.ts';
import type { LiveRule } from '../core/release/live.ts';
import { agree } from '../core/release/route-facts.ts';
import { handMadeStacks } from '../core/release/stack-role.ts';
import { newestOf } from '../core/release/unfinished-switch.ts';
import { deployedKind } from '../routes/deployed-kind.ts';
import { acceptOtherInside } from './inside-preview.ts';
import { liveRoute, type RouteSettings, routersFor, routeSettings } from './live-route.ts';
import { type Namespace, type Routes, requireRoutes } from './namespace.ts';
import type { Run } from './run.ts';
import { insideOf, type Situation } from './situation.ts';

/** How the live routes of an app are read. */
export interface Basis {
  /** What the stack offers to them. */
  readonly counterparts: readonly OfferedService[];
  readonly config: Config;
  /** Used instead of live routes that do not exist yet. */
  readonly planned?: readonly KubeObject[];
}

/**
 * Finds the app in what was just read of the namespace; throws `classic-form`, `route`, `drifted` or `no-candidate` if the
 * live routes cannot be switched. It does not report where visitors are: `observeLive` does.
 */
export function readSituation(run: Run, namespace: Namespace, basis: Basis): Situation {
  const read = requireRoutes(run, namespace, basis.planned);
  run.report.allow(namesIn(read, routeSettings(basis.config).ways).join('\n'));
  const { app, addresses, mode } = run.inputs;
  const rollbackWarning = mode === 'rollback' ? (text: string) => run.report.warning(text) : undefined;
  return situationIn(read, basis, { app, namespace: run.api.namespace, addresses, rollbackWarning });
}

/** The names and hosts of the namespace and the config are public, even if a Secret contains them. */
function namesIn({ allRoutes, services, found, parents = [] }: Namespace & Routes, ways: Ways): string[] {
  const names = [...allRoutes.map(({ object }) => object), ...services, ...parents].map((one) => one.metadata.name);
  const hosts = [...allRoutes, ...found].flatMap(({ paths }) => paths.flatMap(({ host }) => host ?? []));
  return [...names, ...hosts, ...ways.hosts, ...ways.addresses.map(({ address }) => address.host)];
}

/** Which app it is, and where this step reaches its hosts. */
interface AppReading {
  readonly app: string;
  readonly namespace: string;
  readonly addresses: readonly Address[];
  /** In a rollback, which goes on where only a candidate would suffer: is told what is wrong. */
  readonly rollbackWarning?: ((text: string) => void) | undefined;
}

/** What the routes and Services that were read say about the app. */
export function situationIn(
  read: Namespace & Routes,
  { counterparts, config }: Basis,
  { app, namespace, addresses, rollbackWarning: warn }: AppReading,
): Situation {
  const configured = routeSettings(config);
  const { revisionLabel, preview: kind = DEFAULT_KIND } = configured;
  const routers = routersFor(read.found, read.classes, configured);
  const reading = { app, revisionLabel, services: read.services, kind };
  const inside = warn && acceptOtherInside(routers, reading, warn);
  const settings = { ...configured, preview: inside ?? configured.preview };
  const isRollback = warn !== undefined;
  const request = { app, namespace, services: read.services, counterparts, settings, isRollback };
  const routes = [...routers].map(([found, chosen]) => liveRoute(found, chosen, request));
  const [first, ...rest] = routes;
  if (first === undefined) throw new Error('there is always a route');
  const { revision, halfway } = agree(routes);
  const rules = [...first.rules, ...rest.flatMap((route) => route.rules)] as [LiveRule, ...LiveRule[]];
  const switchNote = newestOf(routes.flatMap((route) => route.switchNote ?? []));
  const before = servicesOfRevision(read.services, switchNote?.previous ?? '', { app, revisionLabel });
  const deployed = deployedKind({ app, routes, allRoutes: read.allRoutes }, settings.preview);
  const known: Omit<Situation, 'drifted'> = {
    app,
    revisionLabel,
    allRoutes: read.allRoutes,
    otherRoutes: read.otherRoutes,
    services: read.services,
    slices: read.slices,
    ways: waysOf(addresses, settings),
    previewKind: kindOr(deployed, settings.preview ?? DEFAULT_KIND),
    deployedKind: deployed,
    routes: [first, ...rest],
    rules,
    preview: routes.flatMap((route) => route.preview),
    revision,
    switchNote,
    reverted: routes.find((route) => route.reverted !== undefined)?.reverted,
    halfway,
    canRollBack: rules.every((rule) => before.services[rule.baseName] !== undefined),
    handMade: handMadeStacks(
      read.services,
      new Set([...rules, ...counterparts].map(({ baseName }) => baseName)),
      revisionLabel,
    ),
  };
  const entries = insideOf(known);
  return { ...known, drifted: entries === undefined ? [] : driftedEntries(entries) };
}

function kindOr(deployed: Situation['deployedKind'], other: PreviewKind): PreviewKind {
  return deployed === undefined || deployed === 'unknown' ? other : deployed;
}

/** The addresses given to this step override those of the config. */
function waysOf(given: readonly Address[], { ways }: RouteSettings): Ways {
  const addresses = given.map((address) => ({ of: undefined, address }));
  return addresses.length > 0 ? { ...ways, addresses } : ways;
}
