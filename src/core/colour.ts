import { isObject, type JsonObject, objectAt, textAt } from './json.ts';
import type { Manifest } from './manifests.ts';
import { type KubeObject, LABEL_APP, LABEL_NAME, LABEL_REVISION, nameOf } from './objects.ts';
import { referencesIn } from './references.ts';
import { colouredName } from './revision.ts';
import type { Identifiers } from './stack.ts';

/**
 * Gives every object of `manifests` the revision: name + slug, the revision label in pod labels and in the selectors
 * that mean these pods, and references to objects among them follow the new names. Colouring an object that carries the
 * labels of this revision already changes nothing. The arguments are not changed.
 */
export function colour(manifests: readonly Manifest[], ids: Identifiers): Manifest[] {
  const names = new Map(
    manifests.map(({ object }) => [
      nameOf(object),
      isColoured(object, ids) ? object.metadata.name : colouredName(object.metadata.name, ids.revision),
    ]),
  );
  return manifests.map(({ object, place }) => ({
    object: isColoured(object, ids) ? object : recolour(object, names, ids),
    place,
  }));
}

/** The labels by which Greenpath finds an object again; `base` is its name less the revision. */
export function track(object: KubeObject, base: string, ids: Identifiers): void {
  object.metadata.labels = {
    ...object.metadata.labels,
    [LABEL_APP]: ids.app,
    [LABEL_REVISION]: ids.revision,
    ...(base.length <= 63 ? { [LABEL_NAME]: base } : {}),
  };
}

function isColoured(object: KubeObject, ids: Identifiers): boolean {
  return object.metadata.labels?.[LABEL_REVISION] === ids.revision && object.metadata.labels[LABEL_APP] === ids.app;
}

function recolour(original: KubeObject, names: ReadonlyMap<string, string>, ids: Identifiers): KubeObject {
  const object = structuredClone(original);
  const base = object.metadata.name;
  object.metadata.name = names.get(nameOf(original)) ?? base;
  track(object, base, ids);
  const spec = objectAt(object, 'spec');
  const revision = { [ids.revisionLabel]: ids.revision };
  if (object.kind === 'Service') spec.selector = { ...objectAt(spec, 'selector'), ...revision };
  if (object.kind === 'PodDisruptionBudget') labelSelector(spec, revision);
  if (object.kind === 'HorizontalPodAutoscaler') retarget(objectAt(spec, 'scaleTargetRef'), names);
  if (object.kind === 'Deployment') recolourDeployment(spec, revision, names);
  return object;
}

function recolourDeployment(
  spec: JsonObject,
  revision: Record<string, string>,
  names: ReadonlyMap<string, string>,
): void {
  labelSelector(spec, revision);
  const template = objectAt(spec, 'template');
  const metadata = isObject(template.metadata) ? template.metadata : {};
  template.metadata = metadata;
  metadata.labels = { ...objectAt(metadata, 'labels'), ...revision };
  for (const reference of referencesIn(template.spec)) {
    const name = names.get(`${reference.kind} ${reference.name}`);
    if (name !== undefined) reference.rename(name);
  }
}

function labelSelector(spec: JsonObject, revision: Record<string, string>): void {
  const selector = objectAt(spec, 'selector');
  spec.selector = { ...selector, matchLabels: { ...objectAt(selector, 'matchLabels'), ...revision } };
}

function retarget(target: JsonObject, names: ReadonlyMap<string, string>): void {
  const name = names.get(`${textAt(target, 'kind')} ${textAt(target, 'name')}`);
  if (name !== undefined) target.name = name;
}
