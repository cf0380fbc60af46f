import type { Backend, Ingress } from './objects.ts';

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
  /** Where it stands: `rule` and `path` count from 0. */
  readonly at: { readonly rule: number; readonly path: number };
}

/** Every path of an Ingress, in order. */
export function rulesOf(ingress: Ingress): Rule[] {
  return (ingress.spec.rules ?? []).flatMap((rule, ruleIndex) =>
    (rule.http?.paths ?? []).map((path, pathIndex) => ({
      host: rule.host,
      path: path.path ?? '/',
      given: path.path,
      pathType: path.pathType ?? 'ImplementationSpecific',
      service: path.backend.service?.name,
      port: path.backend.service?.port?.number ?? path.backend.service?.port?.name,
      at: { rule: ruleIndex, path: pathIndex },
    })),
  );
}

/** `example.com/foo`, as it stands in messages. */
export function ruleText(rule: Rule): string {
  return `${rule.host ?? '*'}${rule.path}`;
}

/** A backend in the form of the Ingress API. */
export function backend(service: string, port: number | string): Backend {
  return { service: { name: service, port: typeof port === 'number' ? { number: port } : { name: port } } };
}

/** The hosts that `rules` stand for, without repetition. */
export function hostsOf(rules: readonly Rule[]): (string | undefined)[] {
  return [...new Set(rules.map((rule) => rule.host))];
}
