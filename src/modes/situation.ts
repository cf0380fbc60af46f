import { type Front, frontsOf, urlOf } from '../checks/probe.ts';
import { KIND } from '../cluster/kinds.ts';
import { routeFaults } from '../core/classic-faults.ts';
import { GreenpathError } from '../core/error.ts';
import { findLive, type Live, type Twin } from '../core/live.ts';
import { type EndpointSlice, type Ingress, LABEL_APP, label, type Service } from '../core/objects.ts';
import { rulesOf } from '../core/rules.ts';
import { type Reverted, refuseDriftedService, revertedError, revertedOf } from '../core/standing.ts';
import { classOf, type Dialect, dialectOf } from '../routes/dialects.ts';
import { type Phase, phaseOf } from '../routes/patch.ts';
import type { Run } from './run.ts';
import { sceneOf } from './shown.ts';

/** The namespace's routes and Services as they were read once, and what they say about the app. */
export interface Situation {
  readonly route: Ingress;
  readonly ingresses: readonly Ingress[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly dialect: Dialect;
  readonly live: Live;
  readonly phase: Phase | undefined;
  /** Set if somebody else undid the last switch. */
  readonly reverted: Reverted | undefined;
}

/** What was read of the namespace; the route is undefined if it does not exist. */
export interface Namespace {
  readonly route: Ingress | undefined;
  readonly ingresses: readonly Ingress[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
}

/** Reads the Ingresses, Services and EndpointSlices of the namespace: three requests, however many there are. */
export async function readNamespace(run: Run): Promise<Namespace> {
  const [ingresses, services, slices] = await Promise.all([
    run.api.list<Ingress>(KIND.Ingress),
    run.api.list<Service>(KIND.Service),
    run.api.list<EndpointSlice>(KIND.EndpointSlice),
  ]);
  return {
    route: ingresses.find((ingress) => ingress.metadata.name === run.inputs.route),
    ingresses,
    services,
    slices,
  };
}

/** The same with its route; throws `route` if it does not exist. */
export function requireRoute(run: Run, namespace: Namespace): Namespace & { readonly route: Ingress } {
  const { route, ingresses } = namespace;
  if (route !== undefined) return { ...namespace, route };
  const names = ingresses.map((ingress) => ingress.metadata.name).join(', ');
  throw new GreenpathError(
    'route',
    `Ingress ${run.inputs.route} does not exist in namespace ${run.api.namespace} (there: ${names || 'none'})`,
    'Check the inputs route and namespace; create the Ingress with the version that is live now behind it.',
  );
}

/** Finds the app in what was read; throws `classic-form` or `route` if the live route cannot be switched. */
export function situate(
  run: Run,
  read: Namespace & { readonly route: Ingress },
  twin: Twin,
  settings: { prefix: string; revisionLabel: string; router: string | undefined },
): Situation {
  const { route, services } = read;
  const faults = routeFaults(route);
  if (faults.length > 0) throw classicForm(faults.map((text) => ({ text })));
  const dialect = dialectOf(route, settings.router);
  if (dialect === undefined) {
    throw new GreenpathError(
      'route',
      `Ingress ${route.metadata.name} has the class ${classOf(route) ?? '(none)'}, and Greenpath does not know how its router strips a prefix`,
      'If that router understands the annotations of ingress-nginx (ingress-nginx itself, Traefik 3.7 or newer), say `router: nginx` in the config.',
    );
  }
  const rules = rulesOf(route);
  const phase = phaseOf(route, run.inputs.app);
  const named = new Set(rules.map((rule) => rule.service));
  for (const service of services.filter((one) => named.has(one.metadata.name) && isWrittenFor(one, run.inputs.app)))
    refuseDriftedService(service, run.inputs.app, settings.revisionLabel, run.api.namespace);
  const live = findLive(
    {
      name: route.metadata.name,
      namespace: run.api.namespace,
      switchedTo: phase?.live,
      rules,
      onlyDefaultBackend: rules.length === 0 && route.spec.defaultBackend !== undefined,
    },
    services,
    twin,
    {
      revisionLabel: settings.revisionLabel,
      isPreview: (path) => path === dialect.strippedPath(settings.prefix),
    },
  );
  if (route.spec.defaultBackend?.service?.name === live.service) {
    throw new GreenpathError(
      'route',
      `Ingress ${route.metadata.name} names ${live.service} as its defaultBackend too, which is not moved yet`,
      'Give it a rule without a host instead of the defaultBackend.',
    );
  }
  noteLive(run, liveUrlOf(route, live), live);
  run.report.scene(sceneOf(run, read, live, run.known.outputs.liveUrl, settings.prefix));
  return { ...read, dialect, live, phase, reverted: revertedOf(route, phase?.live, live.revision) };
}

/** What the route says now; before this run moved anybody, it is also what there was before. */
function noteLive(run: Run, url: string, { service, revision }: Live): void {
  const { outputs } = run.known;
  const untouched = outputs.state === 'unchanged' || outputs.state === 'candidate' || outputs.state === 'verified';
  const tail = untouched ? '; this run has not changed that.' : ', as the route says now.';
  run.known.visitors = `${url} is served by ${service} (revision ${revision ?? 'unknown'})${tail}`;
  outputs.liveUrl = url;
  if (untouched) outputs.previousRevision = revision ?? '';
}

/** Every mode but `promote` (which repairs it), `rollback` and `status` refuses a route that somebody else reverted. */
export function refuseReverted({ route, reverted, live }: Situation): void {
  if (reverted !== undefined) throw revertedError(route, reverted, live.revision);
}

/** A Service of another app may stand in the same Ingress; one that lost its app label still has its name from Greenpath. */
function isWrittenFor(service: Service, app: string): boolean {
  return (label(service, LABEL_APP) ?? app) === app;
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

/** Every way to every host of the live route. */
export function frontsFor(run: Run, { route, live }: Pick<Situation, 'route' | 'live'>): Promise<Front[]> {
  const status = (route.status?.loadBalancer?.ingress ?? []).flatMap((entry) => entry.ip ?? entry.hostname ?? []);
  return frontsOf(
    hostsFor(route, live, status[0] ?? run.inputs.addresses[0]?.host ?? 'localhost'),
    run.inputs.addresses,
    status,
  );
}

/** Where visitors are: the first host of the live route. */
export function liveUrlOf(route: Ingress, live: Live): string {
  const [first] = hostsFor(route, live, '*');
  return first ? urlOf(first, '/') : '';
}

/** Hosts that can be asked for: a wildcard host stands for one name below it, no host for the address itself. */
function hostsFor(route: Ingress, live: Live, anyHost: string): { host: string; tls: boolean }[] {
  const hosts = [...new Set(live.rules.map((rule) => rule.host))];
  return hosts.map((host) => ({
    host: host === undefined ? anyHost : host.replace(/^\*\./, 'greenpath-probe.'),
    tls: (route.spec.tls ?? []).some((entry) => host !== undefined && (entry.hosts ?? []).includes(host)),
  }));
}

/** Whether an earlier run switched the route to this run's revision and did not live to prove it. */
export function isUnproven(run: Run, { phase }: Situation): boolean {
  return phase?.phase === 'switched' && phase.live === run.inputs.revision;
}

/** The route names the revision of this run already: says so, and whether a proof is outstanding. */
export function tellLive(run: Run, situation: Situation): void {
  const { phase } = situation;
  const { revision } = run.inputs;
  const unproven = isUnproven(run, situation);
  run.known.outputs.previousRevision = phase?.live === revision ? phase.previous : '';
  run.known.outputs.state = unproven ? 'switched' : 'live';
  run.report.verdict(
    unproven
      ? `Visitors were switched to revision ${revision}, and that is not proven; promote finishes it.`
      : `Revision ${revision} is live already: nothing to do.`,
  );
}
