import type { Problem } from './error.ts';
import { type JsonObject, objectAt, objectsAt, textAt, textsOf } from './json.ts';
import { treatmentOf } from './kinds.ts';
import type { Manifest } from './manifests.ts';
import { type KubeObject, nameOf, selects } from './objects.ts';
import { referencesIn } from './references.ts';
import { selectorMatches } from './selectors.ts';
import { type Identifiers, podLabels } from './stack.ts';
import { scales } from './strength.ts';

/**
 * Secrets that a route or a ServiceAccount names: those are not coloured, so the Secrets keep the names. A route names
 * them for TLS and in annotations such as `nginx.ingress.kubernetes.io/auth-secret`, as `name` or `namespace/name`.
 */
export function namedByShared(manifests: readonly Manifest[], { namespace }: Identifiers): string[] {
  const here = `${namespace}/`;
  const names = manifests.flatMap(({ object }) => {
    if (object.kind === 'Ingress') {
      const annotated = Object.entries(object.metadata.annotations ?? {}).filter(([key]) => key.endsWith('-secret'));
      const tls = objectsAt(object, 'spec', 'tls').map((entry) => textAt(entry, 'secretName'));
      return [...tls, ...annotated.map(([, value]) => (value.startsWith(here) ? value.slice(here.length) : value))];
    }
    if (object.kind !== 'ServiceAccount') return [];
    return [...objectsAt(object, 'imagePullSecrets'), ...objectsAt(object, 'secrets')].map((one) =>
      textAt(one, 'name'),
    );
  });
  return names.flatMap((name) => (name === undefined ? [] : [nameOf({ kind: 'Secret', metadata: { name } })]));
}

/** HPAs and PDBs of what is no Deployment of the manifests: one a revision would be several for one target. */
export function withoutTarget(manifests: readonly Manifest[], { revisionLabel }: Identifiers): string[] {
  const deployments = manifests.flatMap(({ object }) =>
    object.kind === 'Deployment' && treatmentOf(object) === 'coloured' ? [object] : [],
  );
  return manifests.flatMap(({ object }) => {
    const isBudget = object.kind === 'PodDisruptionBudget';
    if (!isBudget && object.kind !== 'HorizontalPodAutoscaler') return [];
    if (revisionLabel in objectAt(object, 'spec', 'selector', 'matchLabels')) return [];
    const isTarget = (deployment: KubeObject) =>
      isBudget
        ? selectorMatches(objectAt(object, 'spec', 'selector'), podLabels(deployment))
        : scales(object, deployment);
    return deployments.some(isTarget) ? [] : [nameOf(object)];
  });
}

/** What is shared keeps its names, so it cannot read or select what gets the revision in its names and labels. */
export function sharedFaults(shared: readonly Manifest[], coloured: readonly Manifest[]): Problem[] {
  const own = new Set(coloured.map(({ object }) => nameOf(object)));
  return shared.flatMap(({ object, place }) => {
    const read = referencesIn(sharedPodSpec(object)).filter(
      ({ kind, name, optional }) => !optional && own.has(`${kind} ${name}`),
    );
    const texts = read.map(
      ({ kind, name }) =>
        `${nameOf(object)} is shared and reads ${kind} ${name}, of which each revision has its own: give it one of its own, or share that one too`,
    );
    const selected = coloured.find(
      (one) =>
        object.kind === 'Service' &&
        one.object.kind === 'Deployment' &&
        selects(textsOf(objectAt(object, 'spec').selector), podLabels(one.object)),
    );
    if (selected !== undefined)
      texts.push(
        `${nameOf(object)} is shared and selects the pods of ${nameOf(selected.object)}, of which each revision has its own: it would send requests to pods that nobody verified`,
      );
    return texts.map((text) => ({ text, place }));
  });
}

/** The pod spec in whatever makes pods: a Pod, a workload, a CronJob. */
function sharedPodSpec({ kind, spec }: KubeObject): JsonObject {
  if (kind === 'Pod') return objectAt(spec);
  const template = kind === 'CronJob' ? objectAt(spec, 'jobTemplate', 'spec') : objectAt(spec);
  return objectAt(template, 'template', 'spec');
}
