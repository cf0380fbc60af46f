import { objectAt, textsOf } from '../base/json.ts';
import { keyOf, kindOf } from '../kube/identity.ts';
import { KIND } from '../kube/kinds.ts';
import {
  ANNOTATION_BACKING,
  ANNOTATION_SHARED,
  annotation,
  type KubeObject,
  nameOf,
  type Service,
  selects,
} from '../kube/objects.ts';
import { keyRead, referencesIn } from '../kube/references.ts';
import { isScaler, scales } from '../kube/scalers.ts';
import { selectorMatches } from '../kube/selectors.ts';
import { storeSign } from '../kube/store-signs.ts';
import { writtenClaims, writtenDisk } from '../kube/volumes.ts';
import { podLabels, podSpecOf } from '../kube/workload.ts';
import { isRecreated } from './single-instance.ts';

/** What the other objects say about a workload. */
export interface WorkloadFacts {
  /** The Services that select its pods, in the manifests and in the namespace. */
  readonly callers: readonly Service[];
  /** Whether a live route names one of them, so that visitors reach it. */
  readonly isRouted: boolean;
  /** Whether its pods carry a revision in the manifests. */
  readonly isOfRevision: boolean;
  /** Claims that several pods may write, and that a part behind the route mounts too. */
  readonly together: ReadonlySet<string>;
}

/**
 * Why a workload exists once for all revisions, as a predicate: it has state, so a second one beside it would be wrong.
 * Undefined if each revision has its own. Without a caller it is a worker, which waits until the old one has ended.
 */
export function whyBacking(workload: KubeObject, facts: WorkloadFacts): string | undefined {
  const kind = kindOf(workload);
  const said = annotation(workload, ANNOTATION_BACKING);
  if (kind === KIND.StatefulSet) return 'is a StatefulSet, whose pods have volumes of their own';
  if (kind === KIND.DaemonSet) return 'is a DaemonSet, which runs on every node';
  if (kind !== KIND.Deployment) return undefined;
  if (said === 'true') return `is annotated ${ANNOTATION_BACKING}`;
  if (annotation(workload, ANNOTATION_SHARED) === 'true') return `is annotated ${ANNOTATION_SHARED}`;
  if (said === 'false' || facts.isOfRevision || facts.isRouted) return undefined;
  const sign = storeSign(workload, facts.callers);
  if (sign?.isCertain) return sign.why;
  return facts.callers.length === 0 ? undefined : whyStateful(workload, facts);
}

/**
 * The refusal of a workload that is not backing and may be a data store, as a predicate: its copy might start without
 * data, and without a copy an application might not be released. Undefined if there is no doubt.
 */
export function unclearText(workload: KubeObject, facts: WorkloadFacts): string | undefined {
  const isDecided = annotation(workload, ANNOTATION_BACKING) === 'false' || facts.isOfRevision || facts.isRouted;
  if (kindOf(workload) !== KIND.Deployment || isDecided) return undefined;
  const sign = storeSign(workload, facts.callers);
  if (sign === undefined) return undefined;
  return `${sign.why}, so it may be a data store, or an application that has one for itself. Annotate it ${ANNOTATION_BACKING}: "true" if it holds data: it then exists once, and no release changes it. Annotate it "false" if not: each revision has its own`;
}

function whyStateful(workload: KubeObject, { together }: WorkloadFacts): string | undefined {
  const claim = writtenClaims(workload).find((name) => !together.has(name));
  if (claim !== undefined) return `writes to PersistentVolumeClaim ${claim}`;
  const disk = writtenDisk(workload);
  if (disk !== undefined) return `writes to the disk of its volume ${disk}`;
  return isRecreated(workload) ? 'says strategy: Recreate' : undefined;
}

/** The workloads of the manifests: those that exist once, and those of which each revision has its own. */
export interface Workloads {
  readonly backing: readonly KubeObject[];
  readonly coloured: readonly KubeObject[];
}

/** To which backing workload an object belongs, and how: `StatefulSet db reads it`. Undefined if to none. */
export function belonging(object: KubeObject, { backing, coloured }: Workloads): string | undefined {
  const key = keyOf(object);
  const reader = backing.find((one) => referencesIn(podSpecOf(one)).some((reference) => keyRead(reference) === key));
  if (reader !== undefined) return `${nameOf(reader)} ${READING[object.kind] ?? 'reads'} it`;
  const verb = VERBS[object.kind];
  if (verb === undefined) return undefined;
  const owner = backing.find((one) => acts(object, one));
  return owner === undefined || coloured.some((one) => acts(object, one)) ? undefined : `it ${verb} ${nameOf(owner)}`;
}

/** What a workload does with what its pods name. */
const READING: Readonly<Record<string, string>> = { PersistentVolumeClaim: 'mounts', ServiceAccount: 'runs as' };

const VERBS: Readonly<Record<string, string>> = {
  Service: 'selects the pods of',
  PodDisruptionBudget: 'protects',
  NetworkPolicy: 'selects the pods of',
  HorizontalPodAutoscaler: 'scales',
  ScaledObject: 'scales',
  VerticalPodAutoscaler: 'sizes the pods of',
};

/** Whether an object selects the pods of a workload, or scales it. */
function acts(object: KubeObject, workload: KubeObject): boolean {
  const spec = objectAt(object, 'spec');
  switch (kindOf(object)) {
    case KIND.Service:
      return selects(textsOf(spec.selector), podLabels(workload));
    case KIND.PodDisruptionBudget:
      return selectorMatches(spec.selector, podLabels(workload));
    case KIND.NetworkPolicy:
      return selectorMatches(spec.podSelector, podLabels(workload));
    default:
      return isScaler(object) && scales(object, workload);
  }
}
