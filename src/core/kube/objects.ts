import { type Json, objectAt, objectsAt, textAt } from '../base/json.ts';

/** Label and annotation keys on the objects of a stack and in manifests. */
export const LABEL_APP = 'greenpath.dev/app';
export const LABEL_REVISION = 'greenpath.dev/revision';
export const LABEL_NAME = 'greenpath.dev/name';
/** The digest of a stack's manifests, on its Service: the content must be comparable even if the record was deleted. */
export const ANNOTATION_CONTENT = 'greenpath.dev/content';
/** On a stack's Services: the label of its pods whose value is the revision, according to the stack's own config. */
export const ANNOTATION_REVISION_LABEL = 'greenpath.dev/revision-label';
/** On the plain Service whose selector follows the live stack; the value is the app. */
export const ANNOTATION_ENTRY = 'greenpath.dev/entry';
/** On pod templates: a digest of what their pods read of the stack's ConfigMaps and Secrets. */
export const ANNOTATION_READS = 'greenpath.dev/reads';
/** Whether a CronJob is suspended, or a ScaledObject paused, while its revision is live; otherwise it always is. */
export const ANNOTATION_SUSPEND = 'greenpath.dev/suspend';
/** On a stack's Services: the kinds of the stack that not every cluster has. */
export const ANNOTATION_KINDS = 'greenpath.dev/kinds';
/** On the preview's objects, how they are reached, if not by a path. */
export const ANNOTATION_PREVIEW = 'greenpath.dev/preview';
export const ANNOTATION_SHARED = 'greenpath.dev/shared';
/** `true`: a workload exists once for all revisions, with all that belongs to it. `false`: each revision has its own. */
export const ANNOTATION_BACKING = 'greenpath.dev/backing';
export const ANNOTATION_HOOK = 'greenpath.dev/hook';
export const ANNOTATION_CHECK = 'greenpath.dev/check';

/** The variable of containers that names a coloured object in texts: `http://api$(GREENPATH_SUFFIX)`. */
export const VARIABLE_SUFFIX = 'GREENPATH_SUFFIX';

/** The field manager of everything that Greenpath writes. */
export const FIELD_MANAGER = 'greenpath';

/** The annotation on the live route that holds phase, live and previous of one app. */
export function switchNoteKey(app: string): string {
  return `greenpath.dev/${app}`;
}

export interface Metadata {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  [key: string]: Json | undefined;
}

/** Any Kubernetes object: the common fields, and the rest unchanged. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  [key: string]: unknown;
}

export interface ServicePort {
  name?: string;
  port: number;
  protocol?: string;
  nodePort?: number;
}
export interface Service extends KubeObject {
  spec: { selector?: Record<string, string>; ports?: ServicePort[]; type?: string; [field: string]: unknown };
}

export interface SliceEndpoint {
  addresses: string[];
  conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
  targetRef?: { kind?: string; name?: string; uid?: string };
}
export interface EndpointSlice extends KubeObject {
  endpoints?: SliceEndpoint[] | null;
}

/** `Deployment web` for messages. */
export function nameOf(object: { kind: string; metadata: { name: string } }): string {
  return `${object.kind} ${object.metadata.name}`;
}

/** The same, with its namespace if that is another one than `namespace`. */
export function nameFrom(namespace: string | undefined, object: KubeObject): string {
  const own = object.metadata.namespace;
  return own === undefined || own === namespace ? nameOf(object) : `${nameOf(object)} in namespace ${own}`;
}

/** The annotation `key` of `object`, or undefined. */
export function annotation(object: KubeObject, key: string): string | undefined {
  return object.metadata.annotations?.[key];
}

/** The label `key` of `object`, or undefined. */
export function label(object: KubeObject, key: string): string | undefined {
  return object.metadata.labels?.[key];
}

/** A Service's ports without the node ports, which only one Service can have, so that any counterpart can have them. */
export function plainPorts({ spec }: Service): ServicePort[] {
  return (spec.ports ?? []).map(({ nodePort: _, ...port }) => port);
}

/** Whether a non-empty label selector matches `labels`; an empty one selects nothing here, as it does for a Service. */
export function selects(selector: Record<string, string>, labels: Record<string, string>): boolean {
  let isEmpty = true;
  // This runs for each pair of hundreds of selectors and pods at each evaluation, so it creates no list of the entries.
  for (const key in selector) {
    if (labels[key] !== selector[key]) return false;
    isEmpty = false;
  }
  return !isEmpty;
}

/** The part that all of these selectors share: a query with it finds at least what each of them selects. */
export function commonSelector(selectors: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first = {}, ...rest] = selectors;
  return Object.fromEntries(Object.entries(first).filter(([key, value]) => rest.every((one) => one[key] === value)));
}

/** A label selector in the form of a query. */
export function selectorText(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** Whether only Greenpath (and controllers that report) ever wrote to an object: then Greenpath created it. */
export function isOwn(object: KubeObject): boolean {
  const entries = objectsAt(object.metadata, 'managedFields').filter((entry) => entry.subresource === undefined);
  const others = entries.filter(
    (entry) => entry.manager !== FIELD_MANAGER && entry.manager !== 'kube-controller-manager',
  );
  return others.length === 0 && entries.some((entry) => entry.manager === FIELD_MANAGER);
}

/** Who other than Greenpath last wrote `field` of an object's spec, and when, according to its managed fields. */
export function lastEditor(object: KubeObject, field: string): { manager: string; time: string } | undefined {
  const entries = objectsAt(object.metadata, 'managedFields').filter(
    (entry) => entry.manager !== FIELD_MANAGER && Object.hasOwn(objectAt(entry, 'fieldsV1', 'f:spec'), `f:${field}`),
  );
  const newest = entries.toSorted((a, b) => (String(a.time) < String(b.time) ? 1 : -1))[0];
  return newest && { manager: String(newest.manager), time: String(newest.time) };
}

/** The pods of all endpoints, ready or not, in `slices` of the Service `name`, without repetition. */
export function podsBehind(slices: readonly EndpointSlice[], name: string): string[] {
  return podNames(endpointsOf(slices, name).filter((endpoint) => endpoint.conditions?.terminating !== true));
}

/** Names of the ready pods in `slices` of the Service `name`, without repetition. */
export function readyPods(slices: readonly EndpointSlice[], name: string): string[] {
  return podNames(endpointsOf(slices, name).filter((endpoint) => endpoint.conditions?.ready !== false));
}

/** Whether each of these Services has pods with an address, and all of those are ready. */
export function areReady(slices: readonly EndpointSlice[], services: readonly string[]): boolean {
  return services.every((name) => {
    const ready = readyPods(slices, name).length;
    return ready > 0 && ready === podsBehind(slices, name).length;
  });
}

function endpointsOf(slices: readonly EndpointSlice[], name: string): SliceEndpoint[] {
  const own = slices.filter((slice) => label(slice, 'kubernetes.io/service-name') === name);
  return own.flatMap((slice) => slice.endpoints ?? []);
}

function podNames(endpoints: readonly SliceEndpoint[]): string[] {
  return [...new Set(endpoints.map((endpoint) => endpoint.targetRef?.name ?? endpoint.addresses[0] ?? ''))];
}

/**
 * Whether no container of a pod runs or ever will again. Such a pod stays for people to inspect, for example one that
 * was evicted, and does not count.
 * Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase
 */
export function hasEnded(pod: KubeObject): boolean {
  return ['Failed', 'Succeeded'].includes(textAt(pod, 'status', 'phase') ?? '');
}

/** Compares objects by when they were created, for a list with the newest first. */
export function newestFirst({ metadata: one }: KubeObject, { metadata: other }: KubeObject): number {
  return (other.creationTimestamp ?? '').localeCompare(one.creationTimestamp ?? '');
}

/** The JSON pointer of an annotation. */
export function annotationPointer(key: string): string {
  return `/metadata/annotations/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Selects what Greenpath created of one revision of an app. */
export function stackSelector(app: string, revision: string): string {
  return `${LABEL_APP}=${app},${LABEL_REVISION}=${revision}`;
}

/** Whether `stackSelector` selects an object. */
export function isOfRevision(object: KubeObject, app: string, revision: string | undefined): boolean {
  return label(object, LABEL_APP) === app && label(object, LABEL_REVISION) === revision;
}
