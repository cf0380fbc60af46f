import { GreenpathError } from '../base/error.ts';
import { ADOPTED } from '../base/revision.ts';
import { kindOf } from '../kube/identity.ts';
import {
  ANNOTATION_ENTRY,
  annotation,
  type KubeObject,
  LABEL_APP,
  LABEL_REVISION,
  label,
  lastEditor,
  nameOf,
  type Service,
  selectorText,
} from '../kube/objects.ts';
import type { RevisionServices } from '../kube/revision-services.ts';
import { entryTarget, isSameWay, leadsTo } from './entry.ts';
import { cureFor } from './route-facts.ts';
import { isScaling, isScheduled } from './worker-state.ts';
import { callerOf, planWorkers } from './workers.ts';

/** A plain Service or a worker that is not where the visitors are, and no switch explains it. */
export interface Drift {
  readonly object: KubeObject;
  /** What is wrong with it, as a sentence without a full stop. */
  readonly text: string;
}

/** What there is inside, and where it has to lead. */
export interface Inside {
  readonly app: string;
  readonly services: readonly Service[];
  readonly live: RevisionServices;
  /** The side that an unproven switch left: what leads there still has to follow, and did not drift. */
  readonly left: RevisionServices | undefined;
}

/** The entry Services whose selector or ports are not those of the live side's Service. */
export function driftedEntries({ app, services, live, left }: Inside): Drift[] {
  return entriesOf(services, app).flatMap((entry) => {
    const target = entryTarget(entry.metadata.name, live, services, app);
    const before = left && entryTarget(entry.metadata.name, left, services, app);
    if (target === undefined || target === entry || isSameWay(entry, target)) return [];
    if (before !== undefined && isSameWay(entry, before)) return [];
    return [{ object: entry, text: driftText(entry, target, live.revision) }];
  });
}

/**
 * The plain Services of the live side that somebody deleted, or replaced by one that leads to its pods and to others; only
 * where its record says that there are such.
 */
export function missingEntries(services: readonly Service[], live: RevisionServices): Drift[] {
  const byName = new Map(services.map((service) => [service.metadata.name, service]));
  return Object.entries(live.services).flatMap(([baseName, name]) => {
    const [present, target] = [byName.get(baseName), byName.get(name)];
    if (target === undefined) return [];
    const isReplaced = present !== undefined && annotation(present, ANNOTATION_ENTRY) === undefined;
    if (isReplaced && leadsTo(present, target) && !isSameWay(present, target))
      return [{ object: present, text: driftText(present, target, live.revision) }];
    if (present !== undefined) return [];
    const object = { ...target, metadata: { name: baseName } };
    return [{ object, text: `${nameOf(object)} was deleted, so callers inside the cluster cannot reach ${name}` }];
  });
}

/** Workers that work although their revision is not live, and those of the live one that do not. */
export function driftedWorkers(workloads: readonly KubeObject[], { app, services, live, left }: Inside): Drift[] {
  if (left !== undefined) return [];
  const { stop, start } = planWorkers(workloads, services, app, '', live.revision);
  return [
    ...stop.map((object) => ({
      object,
      text: isScheduled(object)
        ? `${nameOf(object)} creates Jobs, but ${live.revision} is live`
        : isScaling(object)
          ? `${nameOf(object)} scales a worker, but ${live.revision} is live`
          : `${nameOf(object)} is a worker and runs beside those of ${live.revision}, which is live`,
    })),
    ...start.map((object) => ({
      object,
      text: isScheduled(object)
        ? `${nameOf(object)} is suspended, and ${live.revision}, its revision, is live`
        : isScaling(object)
          ? `${nameOf(object)} is paused, and ${live.revision}, its revision, is live`
          : `${nameOf(object)} is a worker of ${live.revision}, which is live, and has no pods`,
    })),
  ];
}

/** Whether a Service is an entry of the app and leads exactly where a Service of one of its revisions does. */
export function isFaithfulEntry(service: Service, services: readonly Service[], app: string): boolean {
  if (annotation(service, ANNOTATION_ENTRY) !== app) return false;
  return services.some((other) => label(other, LABEL_APP) === app && isSameWay(service, other));
}

/**
 * The Service, of no stack or of another one, that would lose its last pods with the Deployments of `revision`: it selects
 * pods of theirs and none of the live version. `deployments` are those of the app.
 */
export function lastLedTo(
  deployments: readonly KubeObject[],
  services: readonly Service[],
  revision: string,
  live: string,
): Service | undefined {
  const of = (wanted: string) => deployments.filter((one) => label(one, LABEL_REVISION) === wanted);
  const others = services.filter((service) => label(service, LABEL_REVISION) !== revision);
  const needed = others.filter((service) => !of(live).some((one) => callerOf(one, [service]) !== undefined));
  return of(revision).flatMap((one) => callerOf(one, needed) ?? [])[0];
}

/** The refusal of a mode that must not start or remove pods while something inside leads elsewhere. */
export function driftError([first, ...rest]: readonly [Drift, ...Drift[]], revision: string): GreenpathError {
  const more = rest.map(({ object }) => nameOf(object)).join(', ');
  return new GreenpathError(
    'drifted',
    `${first.text}${more === '' ? '' : `; the same applies to ${more}`}`,
    `${repairStep(revision)} Then: ${cureFor(first.object, steeredField(first.object))}`,
  );
}

/** The field of the spec by which an object follows what is live. */
function steeredField(object: KubeObject): string {
  return kindOf(object)?.steered ?? 'selector';
}

/** What a person does so that everything inside follows `revision`, which is live, again. */
export function repairStep(revision: string): string {
  const step = revision === ADOPTED ? `rollback with to: ${ADOPTED}` : `promote for revision ${revision}`;
  return `Run ${step}: it is live already, and this repairs what has drifted.`;
}

/** The Services of the plain names that follow the live side of the app. */
export function entriesOf(services: readonly Service[], app: string): Service[] {
  return services.filter((service) => annotation(service, ANNOTATION_ENTRY) === app);
}

function driftText(entry: Service, target: Service, revision: string): string {
  const by = lastEditor(entry, 'selector');
  const who = by === undefined ? '' : ` (${by.manager} wrote it at ${by.time})`;
  const [asks, should] = [entry, target].map(({ spec }) => selectorText(spec.selector ?? {}) || 'nothing');
  const what =
    asks === should
      ? `offers other ports than ${target.metadata.name}`
      : `selects pods with ${asks}, not with ${should}`;
  return `${nameOf(entry)} ${what}${who}, so not all callers inside the cluster reach ${revision}, the live revision`;
}
