import type { Problem } from '../base/error.ts';
import { objectAt, objectsAt, textAt, textsOf } from '../base/json.ts';
import { keyAt, keyOf } from '../kube/identity.ts';
import { KIND } from '../kube/kinds.ts';
import { type KubeObject, nameOf, selects } from '../kube/objects.ts';
import { keyRead, referencesIn } from '../kube/references.ts';
import { selectorMatches } from '../kube/selectors.ts';
import { scales } from '../kube/strength.ts';
import { podLabels, podSpecOf } from '../kube/workload.ts';
import type { Manifest } from '../manifests/manifests.ts';
import type { Identifiers } from './identifiers.ts';

/**
 * The keys of Secrets that a ServiceAccount names. ServiceAccounts are not coloured, so these objects keep their names.
 */
export function namedByShared(manifests: readonly Manifest[]): string[] {
  const secret = (name: string | undefined) => (name === undefined ? [] : [keyAt(KIND.Secret, name)]);
  return manifests.flatMap(({ object }) => {
    if (object.kind !== 'ServiceAccount') return [];
    const named = [...objectsAt(object, 'imagePullSecrets'), ...objectsAt(object, 'secrets')];
    return named.flatMap((one) => secret(textAt(one, 'name')));
  });
}

/**
 * The keys of HPAs and PDBs for something other than `deployments`, of which each revision has its own: with one for
 * each revision, one target would have several.
 */
export function withoutTarget(
  objects: readonly KubeObject[],
  deployments: readonly KubeObject[],
  { revisionLabel }: Identifiers,
): string[] {
  return objects.flatMap((object) => {
    const isBudget = object.kind === 'PodDisruptionBudget';
    if (!isBudget && object.kind !== 'HorizontalPodAutoscaler') return [];
    if (revisionLabel in objectAt(object, 'spec', 'selector', 'matchLabels')) return [];
    const isTarget = (deployment: KubeObject) =>
      isBudget
        ? selectorMatches(objectAt(object, 'spec', 'selector'), podLabels(deployment))
        : scales(object, deployment);
    return deployments.some(isTarget) ? [] : [keyOf(object)];
  });
}

/**
 * Shared objects keep their names, so they cannot read or select anything that gets the revision in its names and
 * labels.
 */
export function sharedFaults(shared: readonly Manifest[], coloured: readonly Manifest[]): Problem[] {
  const own = new Set(coloured.map(({ object }) => keyOf(object)));
  return shared.flatMap(({ object, place }) => {
    const read = referencesIn(podSpecOf(object)).filter((one) => !one.optional && own.has(keyRead(one)));
    const texts = read.map(
      ({ kind, name }) =>
        `${nameOf(object)} is shared and reads ${kind} ${name}, of which each revision has its own copy: give it a separate one, or share that one too`,
    );
    const selected = coloured.find(
      (one) =>
        object.kind === 'Service' &&
        one.object.kind === 'Deployment' &&
        selects(textsOf(objectAt(object, 'spec').selector), podLabels(one.object)),
    );
    if (selected !== undefined)
      texts.push(
        `${nameOf(object)} is shared and selects the pods of ${nameOf(selected.object)}, of which each revision has its own copy: it would send requests to pods that nobody verified`,
      );
    return texts.map((text) => ({ text, place }));
  });
}
