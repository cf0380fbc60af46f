import { isObject, type JsonObject, objectAt, textAt } from '../base/json.ts';
import { colouredName } from '../base/revision.ts';
import { keyAt, keyOf } from '../kube/identity.ts';
import { type KubeObject, LABEL_APP, LABEL_NAME, LABEL_REVISION } from '../kube/objects.ts';
import { selectorMatches, selectsAll, withLabel } from '../kube/selectors.ts';
import { stackKindOf } from '../kube/turns.ts';
import { podLabels, podTemplateOf } from '../kube/workload.ts';
import type { Manifest } from '../manifests/manifests.ts';
import type { Identifiers } from './identifiers.ts';
import { namingsIn } from './naming.ts';
import { colourTemplate, type ManifestContext } from './pod-template.ts';

/**
 * Adds the revision to every object of `manifests`: name + slug, and the revision label in pod labels and in the
 * selectors of these pods (of Services, PodDisruptionBudgets, affinity and spread). References between the objects use
 * the new names. Anything that selects or names nothing of the manifests stays unchanged. A Job gets no selector, since
 * Kubernetes writes one. Colouring an object that already has the labels of this revision changes nothing. The
 * arguments are not changed.
 */
export function colour(manifests: readonly Manifest[], ids: Identifiers): Manifest[] {
  const context = neighboursIn(manifests, ids);
  return manifests.map((manifest) => {
    const { object } = manifest;
    return { ...manifest, object: isColoured(object, ids) ? object : recolour(object, context, ids) };
  });
}

/** The labels by which Greenpath finds an object again; `base` is its name without the revision. */
export function track(object: KubeObject, baseName: string, ids: Identifiers): void {
  object.metadata.labels = {
    ...object.metadata.labels,
    [LABEL_APP]: ids.app,
    [LABEL_REVISION]: ids.revision,
    ...(baseName.length <= 63 ? { [LABEL_NAME]: baseName } : {}),
  };
}

function isColoured(object: KubeObject, ids: Identifiers): boolean {
  return object.metadata.labels?.[LABEL_REVISION] === ids.revision && object.metadata.labels[LABEL_APP] === ids.app;
}

function neighboursIn(manifests: readonly Manifest[], ids: Identifiers): ManifestContext {
  const objects = manifests.map(({ object }) => object);
  const names = new Map(
    objects
      .filter((object) => !isColoured(object, ids))
      .map((object) => [keyOf(object), newName(object, objects, ids)]),
  );
  const pods = objects
    .filter((object) => stackKindOf(object).makesPods)
    .map(podLabels)
    // A selector with the revision label already selects these pods as they will be.
    .flatMap((labels) => [labels, { ...labels, [ids.revisionLabel]: ids.revision }]);
  return {
    renamed: (key) => names.get(key),
    narrowed(selector) {
      if (!isObject(selector) || selectsAll(selector)) return undefined;
      const own = pods.some((labels) => selectorMatches(selector, labels));
      return own ? withLabel(selector, ids.revisionLabel, ids.revision) : undefined;
    },
  };
}

function newName(named: KubeObject, objects: readonly KubeObject[], ids: Identifiers): string {
  const { kind, metadata } = named;
  const others = objects.filter((object) => object.kind === kind).map((object) => object.metadata.name);
  return colouredName(metadata.name, ids.revision, others, stackKindOf(named).nameLimit);
}

function recolour(original: KubeObject, context: ManifestContext, ids: Identifiers): KubeObject {
  const object = structuredClone(original);
  const baseName = object.metadata.name;
  object.metadata.name = context.renamed(keyOf(object)) ?? baseName;
  track(object, baseName, ids);
  const spec = objectAt(object, 'spec');
  if (object.kind === 'Service') narrowService(spec, context);
  if (object.kind === 'PodDisruptionBudget') narrowBudget(spec, context, ids);
  if (NAMING.has(object.kind)) retarget(object, context, ids);
  if (object.kind === 'Deployment') {
    spec.selector = withLabel(objectAt(spec, 'selector'), ids.revisionLabel, ids.revision);
  }
  if (stackKindOf(object).makesPods) colourTemplate(podTemplateOf(object), context, ids);
  return object;
}

/** A Service's selector is a plain `matchLabels` map; without a selector its endpoints are written by hand. */
function narrowService(spec: JsonObject, context: ManifestContext): void {
  const selector = context.narrowed({ matchLabels: objectAt(spec, 'selector') });
  if (selector !== undefined) spec.selector = objectAt(selector, 'matchLabels');
}

/**
 * An empty selector is narrowed here as well: a pod that two budgets select cannot be evicted at all.
 * https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors
 */
function narrowBudget(spec: JsonObject, context: ManifestContext, ids: Identifiers): void {
  const selector = selectsAll(spec.selector)
    ? withLabel({}, ids.revisionLabel, ids.revision)
    : context.narrowed(spec.selector);
  if (selector !== undefined) spec.selector = selector;
}

/** Kinds whose objects name others of the stack outside of pod templates. */
const NAMING = new Set(['HorizontalPodAutoscaler', 'ScaledObject', 'TriggerAuthentication', 'VerticalPodAutoscaler']);

/** Lets an autoscaler, or what its triggers log in with, name the objects of its revision. */
function retarget(object: KubeObject, context: ManifestContext, ids: Identifiers): void {
  for (const naming of namingsIn(object)) {
    const name = context.renamed(keyAt(naming.kind, naming.name));
    if (name !== undefined) naming.rename(name);
  }
  // KEDA makes an HPA of this name, which two revisions cannot have.
  const hpa = objectAt(object, 'spec', 'advanced', 'horizontalPodAutoscalerConfig');
  const name = textAt(hpa, 'name');
  if (object.kind === 'ScaledObject' && name !== undefined && name !== '') hpa.name = colouredName(name, ids.revision);
}
