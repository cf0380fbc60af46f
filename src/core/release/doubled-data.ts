import type { Problem } from '../base/error.ts';
import { listed } from '../base/plural.ts';
import { singleText, WAYS_OUT, whySingle } from '../colouring/single-instance.ts';
import type { Stack } from '../colouring/stack.ts';
import {
  ANNOTATION_BACKING,
  ANNOTATION_ENTRY,
  annotation,
  isOwn,
  type KubeObject,
  LABEL_APP,
  LABEL_NAME,
  label,
  type Service,
  selects,
} from '../kube/objects.ts';
import { writtenNodePaths } from '../kube/volumes.ts';
import { podLabels } from '../kube/workload.ts';
import type { Manifest } from '../manifests/manifests.ts';
import { isWorker } from './worker-state.ts';
import { ANNOTATION_START, startsEarly } from './workers.ts';

/** The part of a stack whose workers wait (`lettingWait`) that this depends on. */
type Parts = Pick<Stack, 'own' | 'services'>;

/**
 * Deployments of a stack that must not run twice at once, as they would beside the live version. `routed`: the base
 * names of the Services that live routes name. `modesOf`: as in `whySingle`.
 */
export function doubledFaults(
  stack: Parts,
  routed: ReadonlySet<string>,
  modesOf: (claim: string) => readonly string[] | undefined,
): Problem[] {
  return besideLive(stack).flatMap(({ object, place, given }): Problem[] => {
    const why = whySingle(object, modesOf);
    return why === undefined ? [] : [{ text: singleText(given, why, wayOut(stack, routed, object)), place }];
  });
}

/**
 * Deployments that were backing when Greenpath created them, and of which each revision would have its own now: that
 * would start without their data. `present`: the Services of the namespace.
 */
export function forgottenFaults({ own, services }: Parts, present: readonly Service[]): Problem[] {
  const once = present.filter(isOnce).map(({ metadata }) => metadata.name);
  return own.flatMap(({ object, place, given }): Problem[] => {
    if (object.kind !== 'Deployment' || annotation(object, ANNOTATION_BACKING) === 'false') return [];
    const callers = services.filter((one) => selects(one.spec.selector ?? {}, podLabels(object)));
    const name = callers.flatMap((one) => label(one, LABEL_NAME) ?? []).find((base) => once.includes(base));
    if (name === undefined) return [];
    const text = `${given} was backing: Service ${name} was created to exist once with it. Now each revision would have its own, which starts empty: annotate it ${ANNOTATION_BACKING}: "true" to go on with the one that exists, or "false" if that one has no data`;
    return [{ text, place }];
  });
}

/** Whether Greenpath created a Service for pods that exist once: it is of no revision, and follows none. */
function isOnce(service: Service): boolean {
  const isOfRelease = label(service, LABEL_APP) !== undefined || annotation(service, ANNOTATION_ENTRY) !== undefined;
  return isOwn(service) && !isOfRelease && service.spec.selector !== undefined;
}

/** Deployments that write to their nodes. It may be state, but a cache or a log collector writes there in the same way. */
export function nodePathDoubts(stack: Parts, routed: ReadonlySet<string>): (Problem & Pick<Manifest, 'place'>)[] {
  return besideLive(stack).flatMap(({ object, place, given }) => {
    const paths = writtenNodePaths(object);
    if (paths.length === 0) return [];
    const text = `${given} writes to ${listed(paths, 'and')} of its node (hostPath), and two versions do so at once if their pods share a node. If this is state: ${wayOut(stack, routed, object)}`;
    return [{ text, place }];
  });
}

/** The Deployments that have pods beside those of the live version. */
function besideLive({ own }: Parts): Manifest[] {
  return own.filter(({ object }) => object.kind === 'Deployment' && !isWorker(object));
}

function wayOut({ services }: Parts, routed: ReadonlySet<string>, deployment: KubeObject): string {
  const callers = services.filter((one) => selects(one.spec.selector ?? {}, podLabels(deployment)));
  if (callers.some((one) => routed.has(label(one, LABEL_NAME) ?? one.metadata.name))) return WAYS_OUT;
  if (callers.length === 0 && startsEarly(deployment))
    return `remove its annotation ${ANNOTATION_START}: early, and it waits until the old one has ended`;
  return `annotate it ${ANNOTATION_BACKING}: "true", to have it exist once for all revisions; or leave it out of \`manifests\` and apply it with kubectl`;
}
