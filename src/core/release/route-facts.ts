import { GreenpathError } from '../base/error.ts';
import { objectsAt } from '../base/json.ts';
import { ADOPTED, baseNameIn } from '../base/revision.ts';
import {
  ANNOTATION_ENTRY,
  annotation,
  FIELD_MANAGER,
  type KubeObject,
  LABEL_APP,
  LABEL_NAME,
  LABEL_REVISION,
  label,
  lastEditor,
  nameOf,
  type Service,
} from '../kube/objects.ts';
import { revisionKey } from '../kube/revision-services.ts';
import { type RouteRef, routeText } from './route.ts';
import { isUnproven, type SwitchNote } from './switch-note.ts';

/**
 * Somebody else restored or changed the route's backends after a switch: the annotation says one thing, they another.
 */
export interface Reverted {
  /** The revision that the last switch made live. */
  readonly switchedTo: string;
  /** The revision that was rolled back from, if that switch was a restore or rollback. */
  readonly left?: string | undefined;
  readonly by: { readonly manager: string; readonly time: string } | undefined;
  /** The plain Service that the route names, if its selector was changed. */
  readonly through?: Service | undefined;
}

/** A route, and the field of its spec that a switch writes. */
interface ContestedRoute {
  readonly object: KubeObject;
  readonly adapter: { readonly field: string };
}

/** Whether the backends are still what the last switch made them; `through` is a plain Service among them. */
export function revertedOf(
  { object, adapter: { field } }: ContestedRoute,
  switchNote: Pick<SwitchNote, 'live' | 'left'> | undefined,
  live: string | undefined,
  through?: Service,
): Reverted | undefined {
  if (switchNote === undefined || (live ?? '') === switchNote.live) return undefined;
  const by = through === undefined ? lastEditor(object, field) : lastEditor(through, 'selector');
  return { switchedTo: switchNote.live, left: switchNote.left, by, through };
}

/** The refusal of a mode that cannot work on a reverted route. */
export function revertedError(
  { object, adapter: { field } }: ContestedRoute,
  reverted: Reverted,
  live: string | undefined,
): GreenpathError {
  const { switchedTo, left, by, through } = reverted;
  const who = by ? `${by.manager} at ${by.time}` : 'somebody';
  const again = left === undefined ? `promote for revision ${switchedTo}` : `rollback with to: ${switchedTo}`;
  const keep = live === undefined ? '' : `, or rollback with to: ${live} to keep the present state`;
  const how =
    through === undefined
      ? `${who} pointed its paths at ${live ?? 'an unknown revision'}`
      : `names Service ${through.metadata.name} now, which ${who} pointed at ${live ?? 'pods of any revision'}`;
  return new GreenpathError(
    'reverted',
    `${nameOf(object)} was switched to revision ${switchedTo}, and ${how}`,
    `Run ${again} to switch again${keep}. ${through === undefined ? cureFor(object, field) : cureFor(through, 'selector')}`,
  );
}

/** How to keep the tool that also manages an object from undoing what Greenpath wrote to `field` of its spec. */
export function cureFor({ kind, metadata }: KubeObject, field: string): string {
  const managers = objectsAt(metadata, 'managedFields').map((entry) => String(entry.manager));
  const keys = [...Object.keys(metadata.annotations ?? {}), ...Object.keys(metadata.labels ?? {}), ...managers];
  const marks = (pattern: RegExp) => keys.some((key) => pattern.test(key));
  if (marks(/argocd/)) {
    return `Argo CD: add ignoreDifferences for jsonPointers /spec/${field} of this ${kind}, with the sync option RespectIgnoreDifferences=true.`;
  }
  if (marks(/kustomize-controller|fluxcd/)) {
    return `Flux: annotate the ${kind} in git with kustomize.toolkit.fluxcd.io/ssa: IfNotPresent.`;
  }
  if (marks(/^meta\.helm\.sh|^helm$/))
    return `Helm: remove the ${kind} from the chart, since every upgrade writes its ${field}.`;
  return `kubectl apply: remove the ${kind} from what is applied repeatedly, since each apply writes its ${field}.`;
}

/**
 * Refuses a Service of Greenpath's that no longer names its revision in its label or its selector, since it may send
 * visitors to pods of two versions. For a Service that Greenpath never wrote, either is enough.
 */
export function refuseDriftedService(service: Service, app: string, current: string, namespace: string): void {
  const says = annotation(service, ANNOTATION_ENTRY) === undefined && label(service, LABEL_REVISION) !== ADOPTED;
  if (!says) return;
  const written = objectsAt(service.metadata, 'managedFields').some((entry) => entry.manager === FIELD_MANAGER);
  const said = label(service, LABEL_REVISION);
  const revisionLabel = revisionKey(service, current);
  const selected = service.spec.selector?.[revisionLabel];
  const { name } = service.metadata;
  if (!written || (said !== undefined && said === selected && label(service, LABEL_APP) === app)) return;
  const revision = said ?? selected;
  const baseName = label(service, LABEL_NAME) ?? (revision && baseNameIn(name, revision)) ?? name;
  const value = revision ?? 'REVISION';
  throw new GreenpathError(
    'drifted',
    `Service ${name} no longer says which revision it belongs to: label ${LABEL_REVISION} is ${said ?? 'missing'}, its selector's ${revisionLabel} is ${selected ?? 'missing'}`,
    `Restore both: kubectl -n ${namespace} label --overwrite service ${name} ${LABEL_APP}=${app} ${LABEL_NAME}=${baseName} ${LABEL_REVISION}=${value} && kubectl -n ${namespace} patch service ${name} -p '{"spec":{"selector":{"${revisionLabel}":"${value}"}}}'. Then run the step again.`,
  );
}

/** One of several live routes, as far as it shows what is live. */
interface RouteFacts {
  readonly exists: boolean;
  readonly revision: string | undefined;
  readonly reverted: Reverted | undefined;
  readonly switchNote: Pick<SwitchNote, 'live' | 'previous' | 'left' | 'phase'> | undefined;
  readonly ref: RouteRef;
}

/**
 * The revision of all of the app's routes together, and whether a switch of several ended between two of them
 * (`halfway`: where it was going). Throws `drifted` if they differ and no switch explains it.
 */
export function agree(routes: readonly RouteFacts[]): { revision: string | undefined; halfway: string | undefined } {
  const revisions = [...new Set(routes.map((route) => route.revision))];
  if (revisions.length <= 1) return { revision: revisions[0], halfway: undefined };
  const undone = routes.find((route) => route.reverted !== undefined);
  const target = undone?.reverted?.switchedTo;
  if (undone && routes.every((route) => route.revision === (route.reverted === undefined ? target : undone.revision)))
    return { revision: undone.revision, halfway: undefined };
  for (const { switchNote, revision } of routes) {
    if (!isUnproven(switchNote, revision)) continue;
    const from = switchNote.left ?? switchNote.previous;
    const others = routes.filter((route) => route.revision !== revision);
    if (others.every((route) => (route.revision ?? '') === from))
      return { revision: from || undefined, halfway: revision };
  }
  const named = routes.map((route) => `${routeText(route.ref)} to ${route.revision ?? 'an unknown revision'}`);
  const missing = routes.find((route) => !route.exists);
  if (missing !== undefined && routes.some((route) => route.exists)) {
    const text = routeText(missing.ref);
    throw new GreenpathError(
      'route',
      `${text} does not exist, while the other live routes do`,
      `A route that is added to an application must first go to the live version: create ${text} with that version's Services, then run the step again.`,
    );
  }
  throw new GreenpathError(
    'drifted',
    `the live routes send visitors to different revisions (${named.join(', ')}), so no one of them is live`,
    'Let all of them name the Services of one revision, then run the step again.',
  );
}
