import { canonical } from '../base/json.ts';
import { ADOPTED } from '../base/revision.ts';
import type { OfferedService } from '../kube/counterpart.ts';
import { exposedType, isHeadless, plainForm, portKey } from '../kube/exposure.ts';
import {
  ANNOTATION_ENTRY,
  ANNOTATION_REVISION_LABEL,
  annotation,
  annotationPointer,
  type KubeObject,
  LABEL_APP,
  LABEL_NAME,
  LABEL_REVISION,
  label,
  plainPorts,
  type Service,
  type ServicePort,
  selects,
} from '../kube/objects.ts';
import { notedKey, type RevisionServices } from '../kube/revision-services.ts';

/** What to do so that the plain Service points at the live side. */
export type EntryStep =
  | { readonly step: 'none' }
  | { readonly step: 'create'; readonly object: Service }
  | { readonly step: 'move'; readonly operations: readonly EntryOperation[] }
  /** Not Greenpath's: it neither points at the side that was switched off nor was it moved by Greenpath before. */
  | { readonly step: 'leave'; readonly why: string };

export type EntryOperation = {
  readonly op: 'test' | 'add';
  readonly path: string;
  readonly value: unknown;
};

/**
 * The Service that the plain Service `base` must point at while `side` is live: that of the side or, if the side has
 * none of that name, the one that keeps what existed before Greenpath.
 */
export function entryTarget(
  baseName: string,
  side: RevisionServices,
  services: readonly Service[],
  app: string,
): Service | undefined {
  const name = side.services[baseName];
  return services.find((service) =>
    name === undefined
      ? label(service, LABEL_APP) === app &&
        label(service, LABEL_NAME) === baseName &&
        label(service, LABEL_REVISION) === ADOPTED
      : service.metadata.name === name,
  );
}

/**
 * What to do with the Service `name`, which exists as `present` or not: it gets selector and ports of `to`, its
 * counterpart in the live side. It is taken over only if it points at `from`, its counterpart in the side that was
 * switched off, or if it was taken over before.
 */
export function planEntry(
  name: string,
  present: Service | undefined,
  to: Service,
  from: Service | undefined,
  app: string,
): EntryStep {
  if (present === undefined) return { step: 'create', object: entryOf(name, to, app) };
  const owner = annotation(present, ANNOTATION_ENTRY);
  if (owner !== undefined && owner !== app) return { step: 'leave', why: `it belongs to app ${owner}` };
  if (isSameWay(present, to)) return { step: 'none' };
  if (owner === undefined && !leadsTo(present, to) && !(from !== undefined && leadsTo(present, from)))
    return { step: 'leave', why: 'it does not select the version that visitors had before' };
  return { step: 'move', operations: moveOperations(present, to, app) };
}

/** Whether Greenpath keeps a Service pointed at what is live of the app. */
export function isEntryOf(service: KubeObject, app: string): boolean {
  return annotation(service, ANNOTATION_ENTRY) === app;
}

/** How a plain Service differs from the manifests of `to` in what no patch can change safely. */
export function otherForm(present: Service, to: Service): string | undefined {
  const form = (service: Service, type: string | undefined) =>
    isHeadless(service) ? 'headless' : (type ?? 'ClusterIP');
  const [is, meant] = [form(present, present.spec.type), form(to, exposedType(to))];
  return is === meant ? undefined : `it is ${is}, but the manifests of ${to.metadata.name} define it as ${meant}`;
}

/**
 * The plain Services that the first promotion will create with something that exists only once: a node port, an
 * address.
 */
export function exposedEntries(
  counterparts: readonly OfferedService[],
  own: readonly Service[],
  all: readonly Service[],
  app: string,
): Service[] {
  const names = new Set(all.map((service) => service.metadata.name));
  return counterparts.flatMap(({ service, baseName }) => {
    const coloured = own.find((one) => one.metadata.name === service);
    if (coloured === undefined || names.has(baseName) || exposedType(coloured) === 'ClusterIP') return [];
    return [entryOf(baseName, coloured, app)];
  });
}

/** Whether two Services select the same pods with the same ports. */
export function isSameWay(one: Service, other: Service): boolean {
  return (
    canonical(one.spec.selector ?? {}) === canonical(other.spec.selector ?? {}) &&
    canonical(plainPorts(one)) === canonical(plainPorts(other))
  );
}

/** Whether a Service selects the pods of `other`, and perhaps more. */
export function leadsTo(service: Service, other: Service): boolean {
  return selects(service.spec.selector ?? {}, other.spec.selector ?? {});
}

/** One guarded patch: the selector that was read, the new one, and the ports of the new pods. */
function moveOperations(present: Service, to: Service, app: string): EntryOperation[] {
  const { annotations, uid, resourceVersion } = present.metadata;
  const { selector } = present.spec;
  const marks = marksOf(to, app);
  const isSamePorts = canonical(plainPorts(present)) === canonical(plainPorts(to));
  // A missing map cannot be tested, so the version is.
  const isBare = annotations === undefined || selector === undefined;
  return [
    { op: 'test', path: '/metadata/uid', value: uid ?? '' },
    ...(isBare ? [{ op: 'test' as const, path: '/metadata/resourceVersion', value: resourceVersion ?? '' }] : []),
    ...(selector === undefined ? [] : [{ op: 'test' as const, path: '/spec/selector', value: selector }]),
    ...(annotations === undefined
      ? [{ op: 'add' as const, path: '/metadata/annotations', value: marks }]
      : Object.entries(marks).map(([key, value]) => ({ op: 'add' as const, path: annotationPointer(key), value }))),
    { op: 'add', path: '/spec/selector', value: to.spec.selector },
    ...(isSamePorts ? [] : [{ op: 'add' as const, path: '/spec/ports', value: mergedPorts(present, to) }]),
  ];
}

/** What identifies an entry Service, and the label with which it selects the revision while it points at `to`. */
function marksOf(to: Service, app: string): Record<string, string> {
  const key = notedKey(to);
  return { [ANNOTATION_ENTRY]: app, ...(key === undefined ? {} : { [ANNOTATION_REVISION_LABEL]: key }) };
}

function entryOf(name: string, to: Service, app: string): Service {
  const plain = plainForm(name, to);
  plain.metadata.annotations = { ...plain.metadata.annotations, ...marksOf(to, app) };
  return plain;
}

/** The new ports; a port that existed keeps its node port. */
function mergedPorts(present: Service, to: Service): ServicePort[] {
  const before = present.spec.ports ?? [];
  return plainPorts(to).map((port) => {
    const nodePort = before.find((one) => portKey(one) === portKey(port))?.nodePort;
    return nodePort === undefined ? port : { ...port, nodePort };
  });
}
