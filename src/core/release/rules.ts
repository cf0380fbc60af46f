import { hostCovers, hostText } from '../base/hosts.ts';
import type { Backend, Ingress } from '../kube/objects.ts';

/** One path of a live route, in a form that does not depend on the kind of route. */
export interface Rule {
  /** Undefined: every host. */
  readonly host: string | undefined;
  readonly path: string;
  /** The path as the route gives it; undefined if it leaves it out, which means `/`. */
  readonly given: string | undefined;
  readonly pathType: string;
  /** The Service behind it; undefined if the backend is another resource. */
  readonly service: string | undefined;
  /** Number or name of that Service's port. */
  readonly port: number | string | undefined;
  /** Where it stands: `rule` and `path` count from 0; the `defaultBackend` is a rule for every path that has none. */
  readonly at: { readonly rule: number; readonly path: number } | 'default';
}

/** Every path of an Ingress, in order, and its `defaultBackend` after them. */
export function rulesOf(ingress: Ingress): Rule[] {
  const { rules = [], defaultBackend } = ingress.spec;
  const paths = rules.flatMap((rule, ruleIndex) =>
    (rule.http?.paths ?? []).map((path, pathIndex) => ({
      host: rule.host,
      path: path.path ?? '/',
      given: path.path,
      pathType: path.pathType ?? 'ImplementationSpecific',
      ...targetOf(path.backend),
      at: { rule: ruleIndex, path: pathIndex },
    })),
  );
  if (defaultBackend === undefined) return paths;
  const rest = { host: undefined, path: '/', given: undefined, pathType: 'Prefix' };
  return [...paths, { ...rest, ...targetOf(defaultBackend), at: 'default' }];
}

function targetOf({ service }: Backend): Pick<Rule, 'service' | 'port'> {
  return { service: service?.name, port: service?.port?.number ?? service?.port?.name };
}

/** `example.com/foo`, as it stands in messages. */
export function ruleText(rule: Rule): string {
  return rule.at === 'default' ? 'the defaultBackend' : `${hostText(rule.host)}${rule.path}`;
}

/** The JSON pointer of a rule's backend in its Ingress. */
export function backendPointer({ at }: Pick<Rule, 'at'>): string {
  return at === 'default' ? '/spec/defaultBackend' : `/spec/rules/${at.rule}/http/paths/${at.path}/backend`;
}

/**
 * Whether the TLS of an Ingress covers `host`; an entry without hosts is for whatever its certificate covers.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressTLS
 */
export function coversTls({ hosts = [] }: { readonly hosts?: readonly string[] }, host: string | undefined): boolean {
  return hosts.length === 0 || hosts.some((one) => hostCovers(one, host));
}

/** A backend in the form of the Ingress API. */
export function backend(service: string, port: number | string): Backend {
  return { service: { name: service, port: typeof port === 'number' ? { number: port } : { name: port } } };
}

/** The hosts that `rules` stand for, without repetition; a `defaultBackend` serves the hosts of the others, if there are any. */
export function hostsOf(rules: readonly Rule[]): (string | undefined)[] {
  const paths = rules.filter((rule) => rule.at !== 'default');
  return [...new Set((paths.length > 0 ? paths : rules).map((rule) => rule.host))];
}

/** Whether a path goes to one of `services`. */
export function leadsToOne(services: readonly string[]): (rule: Pick<Rule, 'service'>) => boolean {
  return ({ service }) => service !== undefined && services.includes(service);
}
