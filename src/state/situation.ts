import type { Config } from '../core/base/config.ts';
import { objectsAt, textAt } from '../core/base/json.ts';
import type { Ways } from '../core/base/ways.ts';
import type { Counterpart } from '../core/kube/counterpart.ts';
import type { Ingress } from '../core/kube/objects.ts';
import { servicesOfRevision } from '../core/kube/revision-services.ts';
import { driftedEntries } from '../core/release/followers.ts';
import type { LiveRule } from '../core/release/live.ts';
import { agree } from '../core/release/route-facts.ts';
import { handMadeStacks } from '../core/release/stack-role.ts';
import { newestOf } from '../core/release/unfinished-switch.ts';
import { insideOf, type Situation } from './app-state.ts';
import { dialectFor, liveRoute, type RouteSettings, routeSettings } from './live-route.ts';
import { type Namespace, type Routes, requireRoutes } from './namespace.ts';
import type { Run } from './run.ts';

/** By what the live routes of an app are read. */
export interface Basis {
  /** What the stack offers to them. */
  readonly counterparts: readonly Counterpart[];
  readonly config: Config;
  /** Stand in for live routes that do not exist yet. */
  readonly planned?: readonly Ingress[];
}

/**
 * Finds the app in what was just read of the namespace; throws `classic-form`, `route` or `drifted` if the live routes
 * cannot be switched. Nobody is told where visitors are: that is for `observeLive`.
 */
export function readAppState(run: Run, namespace: Namespace, basis: Basis): Situation {
  const read = requireRoutes(run, namespace, basis.planned);
  run.report.allow(namesIn(read, routeSettings(basis.config).ways).join('\n'));
  return appStateIn(run, read, basis);
}

/** What the namespace and the config call things and hosts is in the clear, whatever a Secret holds. */
function namesIn({ ingresses, services, found }: Namespace & Routes, ways: Ways): string[] {
  const names = [...ingresses, ...services].map((one) => one.metadata.name);
  const hosts = [...ingresses, ...found.map((one) => one.ingress)].flatMap(({ spec }) =>
    objectsAt(spec, 'rules').flatMap((rule) => textAt(rule, 'host') ?? []),
  );
  return [...names, ...hosts, ...ways.hosts, ...ways.addresses.map(({ address }) => address.host)];
}

/** What the routes and Services that were read say about the app. */
function appStateIn(run: Run, read: Namespace & Routes, { counterparts, config }: Basis): Situation {
  const settings = routeSettings(config);
  const dialect = dialectFor(read.found, settings.router);
  const { app } = run.inputs;
  const request = { app, namespace: run.api.namespace, services: read.services, counterparts, settings, dialect };
  const routes = read.found.map((found) => liveRoute(found, request));
  const [first, ...rest] = routes;
  if (first === undefined) throw new Error('there is always a route');
  const { revision, halfway } = agree(routes);
  const rules = [...first.rules, ...rest.flatMap((route) => route.rules)] as [LiveRule, ...LiveRule[]];
  const switchNote = newestOf(routes.flatMap((route) => route.switchNote ?? []));
  const before = servicesOfRevision(read.services, switchNote?.previous ?? '', { ...settings, app });
  const known: Omit<Situation, 'drifted'> = {
    ingresses: read.ingresses,
    services: read.services,
    slices: read.slices,
    dialect,
    ways: waysOf(run, settings),
    prefix: settings.prefix,
    routes: [first, ...rest],
    rules,
    preview: routes.flatMap((route) => route.preview),
    revision,
    switchNote,
    reverted: routes.find((route) => route.reverted !== undefined)?.reverted,
    halfway,
    wayBack: rules.every((rule) => before.services[rule.baseName] !== undefined),
    handMade: handMadeStacks(
      read.services,
      new Set([...rules, ...counterparts].map(({ baseName }) => baseName)),
      settings.revisionLabel,
    ),
  };
  const inside = insideOf(run, known, settings.revisionLabel);
  return { ...known, drifted: inside === undefined ? [] : driftedEntries(inside) };
}

/** The addresses that this step is given count instead of those of the config. */
function waysOf({ inputs }: Run, { ways }: RouteSettings): Ways {
  const addresses = inputs.addresses.map((address) => ({ of: undefined, address }));
  return addresses.length > 0 ? { ...ways, addresses } : ways;
}
