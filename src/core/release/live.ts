import { GreenpathError } from '../base/error.ts';
import { canonical } from '../base/json.ts';
import { ADOPTED } from '../base/revision.ts';
import type { Counterpart } from '../kube/counterpart.ts';
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
import { backendPointer, type Rule, ruleText } from './rules.ts';

/** A path of the app in a live route: it moves with each switch to the Service of the same base name. */
export interface LiveRule extends Rule {
  readonly service: string;
  readonly port: number | string;
  readonly baseName: string;
}

/** What one live route says about one app. */
export interface Live {
  /** The paths that visitors use and that a switch moves, all of them to Services of one revision. */
  readonly rules: readonly [LiveRule, ...LiveRule[]];
  /** Paths of the preview inside the live route (the classic form). */
  readonly preview: readonly Rule[];
  /** The revision that visitors get, `adopted` if its Services do not say, or undefined if they do not exist. */
  readonly revision: string | undefined;
}

interface LiveOptions extends ServiceReading {
  /** Whether `rule` is the preview of one of `all`, the rules of its route. */
  isPreview(rule: Rule, all: readonly Rule[]): boolean;
}

/**
 * Finds the paths of a live route that belong to the app: those whose Service has the base name and port of one of the
 * candidate's Services. Throws `route` if there is none or if a path of the app has no counterpart, `drifted` if they name
 * Services of more than one revision.
 */
export function findLive(
  route: {
    readonly name: string;
    readonly namespace: string;
    readonly rules: readonly Rule[];
    /** The revision that the last switch made live, if there was one. */
    readonly switchedTo?: string | undefined;
  },
  services: readonly Service[],
  counterparts: readonly Counterpart[],
  options: LiveOptions,
): Live {
  const byName = new Map(services.map((service) => [service.metadata.name, service]));
  const previews = route.rules.filter((rule) => options.isPreview(rule, route.rules));
  const others = route.rules.filter((rule) => !previews.includes(rule));
  const mine = others.flatMap((rule) => liveRule(rule, byName, counterparts, options, route.name) ?? []);
  const [first, ...rest] = mine;
  if (first === undefined) throw noRule(route.name, others, counterparts);
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
    if (joining !== undefined) throw joiningError(route.name, joining);
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
    `${ruleText(rule)} of Ingress ${route} goes to Service ${rule.service}, which does not exist, while the other paths of this app are live`,
    'A path joins an application when the live version has a Service for it: take it out of the Ingress, release, and add it then.',
  );
}

/** Names of the Services that `rules` name, without repetition. */
export function servicesOf(rules: readonly Rule[]): string[] {
  return [...new Set(rules.flatMap((rule) => rule.service ?? []))];
}

/**
 * The revision that visitors get of a Service which a route names. A plain one that follows the live version, and that
 * says none, leads to what was there before Greenpath if a Service that keeps the way there says the same; else to
 * whatever matches.
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
  rule: Rule,
  byName: ReadonlyMap<string, Service>,
  counterparts: readonly Counterpart[],
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
  if (counterpart?.ports.some((one) => one.number === port || one.name === port))
    return { ...rule, service, port, baseName };
  const offers =
    counterpart === undefined ? 'have no Service of that base name' : `offer ${portsText(counterpart)} there`;
  throw new GreenpathError(
    'route',
    `${ruleText(rule)} of Ingress ${route} goes to ${service}:${port} of this app, and the manifests ${offers} (base name ${baseName}), so that path has no counterpart to move to`,
    'Put a Service of that name and port into the manifests, or take the path out of the Ingress first.',
  );
}

function portsText(counterpart: Counterpart): string {
  const ports = counterpart.ports.map((port) =>
    port.name === undefined ? `${port.number}` : `${port.number} (${port.name})`,
  );
  return `port ${ports.join(' or ')}`;
}

function noRule(route: string, others: readonly Rule[], counterparts: readonly Counterpart[]): GreenpathError {
  const wanted = counterparts.map(
    (counterpart) => `${counterpart.baseName} or ${counterpart.baseName}-<revision>, ${portsText(counterpart)}`,
  );
  const found = others.map(
    (rule) =>
      `${ruleText(rule)} → ${rule.service === undefined ? 'a resource backend' : `${rule.service}:${rule.port}`}`,
  );
  return new GreenpathError(
    'route',
    `Ingress ${route} has no path of this app. It needs a path whose Service is called ${wanted.slice(0, 5).join('; or ')}. It has: ${found.slice(0, 20).join(', ') || 'no paths'}`,
    'Check the inputs route and app, and the name and port of the Service in the manifests.',
  );
}

/** The refusal of a route whose paths of one app name Services of several revisions; `wrong` are those not of `side`. */
function dividedError(
  { name, namespace }: { readonly name: string; readonly namespace: string },
  wrong: readonly LiveRule[],
  rules: readonly LiveRule[],
  side: RevisionServices,
): GreenpathError {
  const named = servicesOf(rules);
  const operations = wrong.flatMap((rule) => {
    const target =
      side.services[rule.baseName] ??
      rules.find((one) => one.baseName === rule.baseName && !wrong.includes(one))?.service;
    return target === undefined ? [] : [{ op: 'replace', path: `${backendPointer(rule)}/service/name`, value: target }];
  });
  return new GreenpathError(
    'drifted',
    `Ingress ${name} sends this app's paths to ${named.length} Services of different revisions (${namesText(named)}), so no one revision is live`,
    operations.length === wrong.length
      ? `Let all of them name one revision, for example: kubectl -n ${namespace} patch ingress ${name} --type=json -p '${JSON.stringify(operations)}'. Then run the step again.`
      : 'Let all of them name Services of one revision, then run the step again; or release the parts as apps of their own.',
  );
}
