import { GreenpathError } from './error.ts';
import { LABEL_NAME, LABEL_REVISION, label, type Service } from './objects.ts';
import { baseNameIn } from './revision.ts';
import type { Rule } from './rules.ts';
import { ruleText } from './rules.ts';
import { dividedError } from './standing.ts';

/** What a stack offers to a live route: the Service, the name its twins share, its ports by number and name. */
export interface Twin {
  readonly service: string;
  readonly base: string;
  readonly ports: readonly { readonly number: number; readonly name?: string }[];
}

/** What the live route says about one app. */
export interface Live {
  /** The paths that visitors use and that a switch moves, all of them to one Service. */
  readonly rules: readonly [Rule, ...Rule[]];
  /** Paths of the preview inside the live route (the classic form). */
  readonly preview: readonly Rule[];
  /** The Service that visitors get now. */
  readonly service: string;
  /** Its revision, or undefined if the Service does not say. */
  readonly revision: string | undefined;
}

/**
 * Finds the paths of the live route that belong to the app: those whose Service has the candidate's base name and port.
 * `isPreview` tells the preview's own path. Throws `route` if there is none, `drifted` if they name more than one Service.
 */
export function findLive(
  route: {
    readonly name: string;
    readonly namespace: string;
    readonly rules: readonly Rule[];
    readonly onlyDefaultBackend: boolean;
    /** The revision that the last switch made live, if there was one. */
    readonly switchedTo?: string | undefined;
  },
  services: readonly Service[],
  twin: Twin,
  options: { readonly revisionLabel: string; isPreview(path: string): boolean },
): Live {
  const others = route.rules.filter((rule) => !options.isPreview(rule.path));
  const byName = new Map(services.map((service) => [service.metadata.name, service]));
  const mine = others.filter(
    (rule) =>
      rule.service !== undefined &&
      baseNameOf(rule.service, byName.get(rule.service), options.revisionLabel) === twin.base &&
      twin.ports.some((port) => port.number === rule.port || port.name === rule.port),
  );
  const [first, ...rest] = mine;
  if (first?.service === undefined) throw noRule(route, others, twin);
  const named = [...new Set(mine.flatMap((rule) => rule.service ?? []))];
  if (named.length > 1) {
    const ofRevision = (name: string) => {
      const service = byName.get(name);
      return service !== undefined && revisionOf(service, options.revisionLabel) === route.switchedTo;
    };
    throw dividedError(route.name, route.namespace, mine, named.find(ofRevision));
  }
  const preview = route.rules.filter(
    (rule) => options.isPreview(rule.path) && mine.some((own) => own.host === rule.host),
  );
  const live = byName.get(first.service);
  const revision = live ? revisionOf(live, options.revisionLabel) : undefined;
  return { rules: [first, ...rest], preview, service: first.service, revision };
}

/** The revision that a Service stands for: by Greenpath's label, else by what its selector asks of pods. */
export function revisionOf(service: Service, revisionLabel: string): string | undefined {
  return label(service, LABEL_REVISION) ?? service.spec.selector?.[revisionLabel];
}

/** The name that a Service shares with its twins; `service` is undefined if the object does not exist. */
export function baseNameOf(name: string, service: Service | undefined, revisionLabel: string): string {
  if (service === undefined) return name;
  const labelled = label(service, LABEL_NAME);
  const revision = revisionOf(service, revisionLabel);
  return labelled ?? (revision === undefined ? undefined : baseNameIn(name, revision)) ?? name;
}

function noRule(
  route: { readonly name: string; readonly rules: readonly Rule[]; readonly onlyDefaultBackend: boolean },
  others: readonly Rule[],
  twin: Twin,
): GreenpathError {
  const ports = twin.ports.map((port) =>
    port.name === undefined ? `${port.number}` : `${port.number} (${port.name})`,
  );
  const wanted = `a path whose Service is a twin of ${twin.service}: base name ${twin.base}, port ${ports.join(' or ')}`;
  if (route.onlyDefaultBackend) {
    return new GreenpathError(
      'route',
      `Ingress ${route.name} has only a defaultBackend, and Greenpath moves paths: it needs ${wanted}`,
      'Give the Ingress a rule with path / and that backend.',
    );
  }
  const found = others.map(
    (rule) =>
      `${ruleText(rule)} → ${rule.service === undefined ? 'a resource backend' : `${rule.service}:${rule.port}`}`,
  );
  return new GreenpathError(
    'route',
    `Ingress ${route.name} has no path of this app. It needs ${wanted}. It has: ${found.join(', ') || 'no paths'}`,
    'Check the inputs route and app, and the name and port of the Service in the manifests.',
  );
}
