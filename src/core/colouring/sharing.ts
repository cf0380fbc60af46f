import type { Problem } from '../base/error.ts';
import { objectAt, objectsAt, textAt, textsOf } from '../base/json.ts';
import { keyAt, keyOf, kindOf } from '../kube/identity.ts';
import { KIND } from '../kube/kinds.ts';
import { type KubeObject, nameOf, selects } from '../kube/objects.ts';
import { keyRead, referencesIn } from '../kube/references.ts';
import { isScaler, scales } from '../kube/scalers.ts';
import { selectorMatches } from '../kube/selectors.ts';
import { podLabels, podSpecOf } from '../kube/workload.ts';
import type { Manifest } from '../manifests/manifests.ts';
import type { Identifiers } from './identifiers.ts';
import { namingsIn } from './naming.ts';

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

/** Objects that act on others: whose they are, by their keys. */
interface Acting {
  /**
   * Autoscalers and PDBs for something other than what each revision has its own of: with one for each revision, one
   * target would have several. And what the triggers of such autoscalers log in with.
   */
  readonly once: ReadonlySet<string>;
  /** What no autoscaler of the manifests logs in with. */
  readonly unused: ReadonlySet<string>;
}

/** How the objects that act on others belong to `targets`, of which each revision has its own. */
export function actingIn(
  objects: readonly KubeObject[],
  targets: readonly KubeObject[],
  { revisionLabel }: Identifiers,
): Acting {
  const isApart = (object: KubeObject) => {
    const isBudget = object.kind === 'PodDisruptionBudget';
    if (!isBudget && !isScaler(object)) return false;
    const selector = objectAt(object, 'spec', 'selector');
    if (revisionLabel in objectAt(selector, 'matchLabels')) return false;
    const isTarget = (one: KubeObject) =>
      isBudget ? one.kind === 'Deployment' && selectorMatches(selector, podLabels(one)) : scales(object, one);
    return !targets.some(isTarget);
  };
  const apart = objects.filter(isApart);
  const logins = objects.filter((object) => kindOf(object) === KIND.TriggerAuthentication).map(keyOf);
  const named = keysNamed(objects.filter(isScaler));
  const namedApart = keysNamed(apart);
  return {
    once: new Set([...apart.map(keyOf), ...logins.filter((key) => namedApart.has(key))]),
    unused: new Set(logins.filter((key) => !named.has(key))),
  };
}

/** The keys of what objects name outside of pod templates. */
function keysNamed(objects: readonly KubeObject[]): Set<string> {
  return new Set(objects.flatMap((object) => namingsIn(object).map(({ kind, name }) => keyAt(kind, name))));
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
