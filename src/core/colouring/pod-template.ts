import { isObject, type Json, type JsonObject, objectAt, objectsAt } from '../base/json.ts';
import { slugOf } from '../base/revision.ts';
import { VARIABLE_SUFFIX } from '../kube/objects.ts';
import { containersIn, keyRead, referencesIn } from '../kube/references.ts';
import { podSelectorsIn } from './affinity.ts';
import type { Identifiers } from './identifiers.ts';

/** What a template needs to know of the other manifests. */
export interface ManifestContext {
  /** The new name of the object of the manifests with this key; undefined for other objects. */
  renamed(key: string): string | undefined;
  /** `selector` restricted to one revision's pods; undefined if it selects none of the manifests' pods. */
  narrowed(selector: Json | undefined): JsonObject | undefined;
}

/** Adds the revision to the pods of `template`: label, references, selectors of other pods, and the suffix. */
export function colourTemplate(template: JsonObject, context: ManifestContext, ids: Identifiers): void {
  const metadata = isObject(template.metadata) ? template.metadata : {};
  template.metadata = metadata;
  metadata.labels = { ...objectAt(metadata, 'labels'), [ids.revisionLabel]: ids.revision };
  for (const reference of referencesIn(template.spec)) {
    const name = context.renamed(keyRead(reference));
    if (name !== undefined) reference.rename(name);
  }
  for (const place of podSelectorsIn(template.spec, ids)) {
    const selector = context.narrowed(place.selector);
    if (selector !== undefined) place.rewrite(selector);
  }
  for (const container of containersIn(template.spec)) addSuffix(container, ids.revision);
}

/**
 * It is first in the list: `$(NAME)` is replaced only if NAME was defined before.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
function addSuffix(container: JsonObject, revision: string): void {
  const env = container.env ?? [];
  if (!Array.isArray(env) || objectsAt(container, 'env').some((variable) => variable.name === VARIABLE_SUFFIX)) return;
  container.env = [{ name: VARIABLE_SUFFIX, value: `-${slugOf(revision)}` }, ...env];
}
