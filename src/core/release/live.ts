import { GreenpathError } from '../base/error.ts';
import { canonical } from '../base/json.ts';
import { ADOPTED } from '../base/revision.ts';
import type { OfferedService } from '../kube/counterpart.ts';
import { ANNOTATION_ENTRY, annotation, LABEL_APP, LABEL_REVISION, label, type Service } from '../kube/objects.ts';
import {
  baseNameOf,
  isAdopted,
  namesText,
  type RevisionServices,
  revisionOf,
  type ServiceReading,
  servicesOfRevision,
} from '../kube/revision-services.ts';
import { type PathMove, type RoutePath, type RouteRef, routeText, servicesOf } from './route.ts';
import { refuseStrangers } from './standby.ts';

/** A path of the app in a live route: it moves with each switch to the Service of the same base name. */
export interface LiveRule extends RoutePath {
  readonly service: string;
  readonly port: number | string;
  readonly baseName: string;
}

/** What one live route says about one app. */
export interface Live {
  /** The paths that visitors use and that a switch moves, all of them to Services of one revision. */
  readonly rules: readonly [LiveRule, ...LiveRule[]];
  /** Paths of the preview inside the live route (the classic form). */
  readonly preview: readonly RoutePath[];
  /** The revision that visitors get, `adopted` if its Services do not name one, or undefined if they do not exist. */
  readonly revision: string | undefined;
}

interface LiveOptions extends ServiceReading {
  /** Whether `path` is the preview of another path of its route. */
  isPreview(path: RoutePath): boolean;
}

/** A live route, as far as its paths of one app matter. */
interface LookedAt {
  readonly ref: RouteRef;
  readonly namespace: string;
  readonly paths: readonly RoutePath[];
  /** The revision that the last switch made live, if there was one. */
  readonly switchedTo?: string | undefined;
  /** The JSON patch with which a person moves paths. */
  repair(moves: readonly PathMove[]): readonly unknown[];
}

/**
 * Finds the paths of a live route that belong to the app: those whose Service has the base name and port of one of the
 * candidate's Services. Throws `route` if there is none or if a path of the app has no counterpart, `drifted` if they name
 * Services of more than one revision.
 */
export function findLive(
  route: LookedAt,
  services: readonly Service[],
  counterparts: readonly OfferedService[],
  options: LiveOptions,
): Live {
  const byName = new Map(services.map((service) => [service.metadata.name, service]));
  const previews = route.paths.filter((path) => options.isPreview(path));
  const others = route.paths.filter((path) => !previews.includes(path));
  const text = routeText(route.ref);
  const mine = others.flatMap((path) => liveRule(path, byName, counterparts, options, text) ?? []);
  const [first, ...rest] = mine;
  if (first === undefined) throw noRule(text, others, counterparts);
  const revisionAt = (rule: LiveRule) => {
    const service = byName.get(rule.service);
    return service && revisionBehind(service, services, options);
  };
  const revisions = [...new Set(mine.map(revisionAt))];
  if (revisions.length > 1) {
    const named = route.switchedTo !== undefined && revisions.includes(route.switchedTo);
    const known = named ? route.switchedTo : (revisionAt(first) ?? revisions.find((one) => one !== undefined));
    const side = servicesOfRevision(services, known ?? '', options);
    const joining = mine.find((rule) => revisionAt(rule) === undefined && side.services[rule.baseName] === undefined);
    if (joining !== undefined) throw joiningError(text, joining);
    throw dividedError(
      route,
      mine.filter((rule) => revisionAt(rule) !== known),
      mine,
      side,
    );
  }
  const hosts = new Set(mine.map((rule) => rule.host));
  return {
    rules: [first, ...rest],
    preview: previews.filter((rule) => hosts.has(rule.host)),
    revision: revisions[0],
  };
}

function joiningError(route: string, rule: LiveRule): GreenpathError {
  return new GreenpathError(
    'route',
    `${rule.text} of ${route} goes to Service ${rule.service}, which does not exist, while the other paths of this app are live`,
    'A path can be added only when the live version has a Service for it: remove it from the route, release, then add it again.',
  );
}

/**
 * The revision that visitors get through a Service which a route names. A plain Service that follows the live version
 * and names no revision selects what existed before Greenpath if a Service that keeps the old version says the same;
 * otherwise whatever matches.
 */
function revisionBehind(
  service: Service,
  services: readonly Service[],
  { app, revisionLabel }: ServiceReading,
): string | undefined {
  if (isAdopted(service, services, { app, revisionLabel })) return ADOPTED;
  const said = revisionOf(service, revisionLabel);
  if (said !== undefined || annotation(service, ANNOTATION_ENTRY) === undefined) return said ?? ADOPTED;
  const selector = canonical(service.spec.selector ?? {});
  const isKept = (other: Service) => label(other, LABEL_APP) === app && label(other, LABEL_REVISION) === ADOPTED;
  return services.some((other) => isKept(other) && canonical(other.spec.selector ?? {}) === selector)
    ? ADOPTED
    : undefined;
}

/** `rule` as one of the app's, or undefined if it is somebody else's. */
function liveRule(
  rule: RoutePath,
  byName: ReadonlyMap<string, Service>,
  counterparts: readonly OfferedService[],
  { app, revisionLabel }: LiveOptions,
  route: string,
): LiveRule | undefined {
  if (rule.service === undefined || rule.port === undefined) return undefined;
  const { service, port } = rule;
  const object = byName.get(service);
  const owner = object && label(object, LABEL_APP);
  if (owner !== undefined && owner !== app) return undefined;
  const baseName = baseNameOf(service, object, revisionLabel);
  const counterpart = counterparts.find((one) => one.baseName === baseName);
  if (counterpart === undefined && owner === undefined) return undefined;
  if (counterpart?.ports.some((one) => one.number === port || one.name === port)) {
    refuseStrangers({ path: rule, baseName }, byName, { app, revisionLabel }, route);
    return { ...rule, service, port, baseName };
  }
  const offers =
    counterpart === undefined ? 'have no Service of that base name' : `offer ${portsText(counterpart)} there`;
  throw new GreenpathError(
    'route',
    `${rule.text} of ${route} goes to ${service}:${port} of this app, and the manifests ${offers} (base name ${baseName}), so that path has no counterpart`,
    'Add a Service with that name and port to the manifests, or remove the path from the route first.',
  );
}

function portsText(counterpart: OfferedService): string {
  const ports = counterpart.ports.map((port) =>
    port.name === undefined ? `${port.number}` : `${port.number} (${port.name})`,
  );
  return `port ${ports.join(' or ')}`;
}

function noRule(route: string, others: readonly RoutePath[], counterparts: readonly OfferedService[]): GreenpathError {
  const wanted = counterparts.map(
    (counterpart) => `${counterpart.baseName} or ${counterpart.baseName}-<revision>, ${portsText(counterpart)}`,
  );
  const found = others.map(
    ({ text, service, port, instead = 'a resource backend' }) =>
      `${text} → ${service === undefined ? instead : `${service}:${port}`}`,
  );
  return new GreenpathError(
    'route',
    `${route} has no path of this app. It needs a path whose Service is called ${wanted.slice(0, 5).join('; or ')}. It has: ${found.slice(0, 20).join(', ') || 'no paths'}`,
    'Check the inputs route and app, and the name and port of the Service in the manifests.',
  );
}

/** The refusal of a route whose paths of one app name Services of several revisions; `wrong` are those not of `side`. */
function dividedError(
  { ref, namespace, repair }: LookedAt,
  wrong: readonly LiveRule[],
  rules: readonly LiveRule[],
  side: RevisionServices,
): GreenpathError {
  const named = servicesOf(rules);
  const moves = wrong.flatMap((path) => {
    const service =
      side.services[path.baseName] ??
      rules.find((one) => one.baseName === path.baseName && !wrong.includes(one))?.service;
    return service === undefined ? [] : [{ path, service }];
  });
  return new GreenpathError(
    'drifted',
    `${routeText(ref)} sends this app's paths to ${named.length} Services of different revisions (${namesText(named)}), so no one revision is live`,
    moves.length === wrong.length
      ? `Let all of them name one revision, for example: kubectl -n ${namespace} patch ${ref.kind} ${ref.name} --type=json -p '${JSON.stringify(repair(moves))}'. Then run the step again.`
      : 'Let all of them name Services of one revision, then run the step again; or release the parts as separate apps.',
  );
}
