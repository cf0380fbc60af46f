import { GreenpathError } from './error.ts';
import { objectsAt } from './json.ts';
import { type Ingress, LABEL_APP, LABEL_NAME, LABEL_REVISION, label, lastEditor, type Service } from './objects.ts';
import { baseNameIn } from './revision.ts';
import type { Rule } from './rules.ts';

/** Somebody else put the route's backends back (or elsewhere) after a switch: the annotation says one thing, they another. */
export interface Reverted {
  /** The revision that the last switch made live. */
  readonly switchedTo: string;
  readonly by: { readonly manager: string; readonly time: string } | undefined;
}

/** Whether the backends still are what the last switch made them. */
export function revertedOf(
  route: Ingress,
  switchedTo: string | undefined,
  live: string | undefined,
): Reverted | undefined {
  // A version that does not say its revision is noted as the empty one.
  if (switchedTo === undefined || (live ?? '') === switchedTo) return undefined;
  return { switchedTo, by: lastEditor(route) };
}

/** The refusal of a mode that cannot work on a reverted route. */
export function revertedError(route: Ingress, reverted: Reverted, live: string | undefined): GreenpathError {
  const { switchedTo, by } = reverted;
  const who = by ? `${by.manager} at ${by.time}` : 'somebody';
  return new GreenpathError(
    'reverted',
    `Ingress ${route.metadata.name} was switched to revision ${switchedTo}, and ${who} put its paths to ${live ?? 'an unknown revision'}`,
    `Run promote for revision ${switchedTo} to switch again, or rollback with to: ${live ?? 'the revision that is there'} to keep what is there now. ${cureFor(route)}`,
  );
}

/** How the tool that manages an Ingress besides Greenpath is kept from undoing switches. */
export function cureFor(route: Ingress): string {
  const managers = objectsAt(route.metadata, 'managedFields').map((entry) => String(entry.manager));
  const keys = [
    ...Object.keys(route.metadata.annotations ?? {}),
    ...Object.keys(route.metadata.labels ?? {}),
    ...managers,
  ];
  const marks = (pattern: RegExp) => keys.some((key) => pattern.test(key));
  if (marks(/argocd/)) {
    return 'Argo CD: add ignoreDifferences for jsonPointers /spec/rules of this Ingress, with the sync option RespectIgnoreDifferences=true.';
  }
  if (marks(/kustomize-controller|fluxcd/)) {
    return 'Flux: annotate the Ingress in git with kustomize.toolkit.fluxcd.io/ssa: IfNotPresent.';
  }
  if (marks(/^meta\.helm\.sh|^helm$/))
    return 'Helm: take the Ingress out of the chart, since every upgrade writes its backends.';
  return 'kubectl apply: take the Ingress out of what is applied again and again, since each apply writes its backends.';
}

/** The Services that the last `kubectl apply` of an Ingress named: the next apply names them again. */
export function lastAppliedServices(ingress: Ingress): string[] {
  const text = ingress.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '';
  return [...text.matchAll(/"service":\{"name":"([^"\\]+)"/g)].map(([, name = '']) => name);
}

/**
 * Refuses a Service of Greenpath's that no longer says which revision it is, in its label or in its selector: it may
 * send visitors to pods of two versions. A Service that Greenpath never wrote may say it as it likes.
 */
export function refuseDriftedService(service: Service, app: string, revisionLabel: string, namespace: string): void {
  const written = objectsAt(service.metadata, 'managedFields').some((entry) => entry.manager === 'greenpath');
  const said = label(service, LABEL_REVISION);
  const selected = service.spec.selector?.[revisionLabel];
  const { name } = service.metadata;
  if (!written || (said !== undefined && said === selected && label(service, LABEL_APP) === app)) return;
  const revision = said ?? selected;
  const base = label(service, LABEL_NAME) ?? (revision && baseNameIn(name, revision)) ?? name;
  const value = revision ?? 'REVISION';
  throw new GreenpathError(
    'drifted',
    `Service ${name} does not say which revision it is any more: label ${LABEL_REVISION} is ${said ?? 'missing'}, its selector's ${revisionLabel} is ${selected ?? 'missing'}`,
    `Give both back: kubectl -n ${namespace} label --overwrite service ${name} ${LABEL_APP}=${app} ${LABEL_NAME}=${base} ${LABEL_REVISION}=${value} && kubectl -n ${namespace} patch service ${name} -p '{"spec":{"selector":{"${revisionLabel}":"${value}"}}}'. Then run the step again.`,
  );
}

/** The refusal of a route whose paths of one app name several Services. */
export function dividedError(
  route: string,
  namespace: string,
  rules: readonly Rule[],
  live: string | undefined,
): GreenpathError {
  const named = [...new Set(rules.flatMap((rule) => rule.service ?? []))];
  const target = live ?? named[0] ?? '';
  const operations = rules
    .filter((rule) => rule.service !== target)
    .map((rule) => ({
      op: 'replace',
      path: `/spec/rules/${rule.at.rule}/http/paths/${rule.at.path}/backend/service/name`,
      value: target,
    }));
  return new GreenpathError(
    'drifted',
    `Ingress ${route} sends this app's paths to ${named.length} Services (${named.join(', ')}), so no one of them is live`,
    `Let all of them name one Service, for example: kubectl -n ${namespace} patch ingress ${route} --type=json -p '${JSON.stringify(operations)}'. Then run the step again.`,
  );
}
