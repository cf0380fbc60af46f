import { objectsAt, textAt } from '../core/base/json.ts';
import type { Ways } from '../core/base/ways.ts';
import type { Counterpart } from '../core/kube/counterpart.ts';
import { servicesOfRevision } from '../core/kube/revision-services.ts';
import { driftedEntries } from '../core/release/followers.ts';
import type { LiveRule } from '../core/release/live.ts';
import { agree } from '../core/release/route-facts.ts';
import { handMadeStacks } from '../core/release/stack-role.ts';
import { newestOf } from '../core/release/unfinished-switch.ts';
import { insideOf, type Situation } from './app-state.ts';
import { dialectFor, liveRoute, type RouteSettings } from './live-route.ts';
import type { Namespace, Routes } from './namespace.ts';
import { sceneOf } from './preview-state.ts';
import type { Run } from './run.ts';
import { noteLive } from './tell-live.ts';

/** Finds the app in what was read; throws `classic-form`, `route` or `drifted` if the live routes cannot be switched. */
export function readAppState(
  run: Run,
  read: Namespace & Routes,
  counterparts: readonly Counterpart[],
  settings: RouteSettings,
): Situation {
  const dialect = dialectFor(read.found, settings.router);
  allowNames(run, read, settings);
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
  const situation = { ...known, drifted: inside === undefined ? [] : driftedEntries(inside) };
  noteLive(run, situation);
  run.report.scene(sceneOf(run, situation, run.known.outputs.liveUrl, settings.prefix));
  return situation;
}

/** What the namespace and the config call things and hosts is in the clear, whatever a Secret holds. */
function allowNames(
  { report }: Run,
  { ingresses, services, found }: Namespace & Routes,
  { ways }: RouteSettings,
): void {
  const names = [...ingresses, ...services].map((one) => one.metadata.name);
  const hosts = [...ingresses, ...found.map((one) => one.ingress)].flatMap(({ spec }) =>
    objectsAt(spec, 'rules').flatMap((rule) => textAt(rule, 'host') ?? []),
  );
  const addresses = ways.addresses.map(({ address }) => address.host);
  report.allow([...names, ...hosts, ...ways.hosts, ...addresses].join('\n'));
}

/** The addresses that this step is given count instead of those of the config. */
function waysOf({ inputs }: Run, { ways }: RouteSettings): Ways {
  const addresses = inputs.addresses.map((address) => ({ of: undefined, address }));
  return addresses.length > 0 ? { ...ways, addresses } : ways;
}
