import { plainForm } from './exposure.ts';
import { canonical } from './json.ts';
import {
  ANNOTATION_ENTRY,
  annotation,
  annotationPointer,
  plainPorts,
  type Service,
  type ServicePort,
} from './objects.ts';

/** What has to be done so that the Service of a plain name leads to the side that is live. */
export type EntryStep =
  | { readonly step: 'none' }
  | { readonly step: 'create'; readonly object: Service }
  | { readonly step: 'move'; readonly operations: readonly EntryOperation[] }
  /** Somebody else's: it leads neither to the side that was left nor was it moved by Greenpath before. */
  | { readonly step: 'leave'; readonly why: string };

export type EntryOperation = {
  readonly op: 'test' | 'add';
  readonly path: string;
  readonly value: unknown;
};

/**
 * The step for the Service `name`, which exists as `present` or not: it gets selector and ports of `to`, its twin in the
 * side that is live. It is taken over only if it leads to `from`, the side that was left, or if it was taken over before.
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
  const selector = present.spec.selector ?? {};
  const isThere = canonical(selector) === canonical(to.spec.selector);
  if (isSameWay(present, to)) return { step: 'none' };
  const ledToFrom = from !== undefined && canonical(selector) === canonical(from.spec.selector);
  if (owner === undefined && !ledToFrom && !isThere)
    return { step: 'leave', why: 'its selector is not that of the version which was left' };
  return { step: 'move', operations: moveOperations(present, to, app) };
}

/** Whether two Services lead to the same pods by the same ports. */
export function isSameWay(one: Service, other: Service): boolean {
  return (
    canonical(one.spec.selector ?? {}) === canonical(other.spec.selector ?? {}) &&
    canonical(plainPorts(one)) === canonical(plainPorts(other))
  );
}

/** One guarded patch: the selector that was read, the new one, and ports that lead to the new pods. */
function moveOperations(present: Service, to: Service, app: string): EntryOperation[] {
  const { annotations } = present.metadata;
  const mark: EntryOperation =
    annotations === undefined
      ? { op: 'add', path: '/metadata/annotations', value: { [ANNOTATION_ENTRY]: app } }
      : { op: 'add', path: annotationPointer(ANNOTATION_ENTRY), value: app };
  const isSamePorts = canonical(plainPorts(present)) === canonical(plainPorts(to));
  return [
    { op: 'test', path: '/metadata/uid', value: present.metadata.uid ?? '' },
    ...(annotations === undefined
      ? [{ op: 'test' as const, path: '/metadata/resourceVersion', value: present.metadata.resourceVersion ?? '' }]
      : []),
    { op: 'test', path: '/spec/selector', value: present.spec.selector ?? null },
    mark,
    { op: 'add', path: '/spec/selector', value: to.spec.selector },
    ...(isSamePorts ? [] : [{ op: 'add' as const, path: '/spec/ports', value: mergedPorts(present, to) }]),
  ];
}

function entryOf(name: string, to: Service, app: string): Service {
  const plain = plainForm(name, to);
  plain.metadata.annotations = { ...plain.metadata.annotations, [ANNOTATION_ENTRY]: app };
  return plain;
}

/** The new ports; one that existed keeps its node port. */
function mergedPorts(present: Service, to: Service): ServicePort[] {
  const before = present.spec.ports ?? [];
  return plainPorts(to).map((port) => {
    const nodePort = before.find((one) => one.port === port.port)?.nodePort;
    return nodePort === undefined ? port : { ...port, nodePort };
  });
}
