import { type Json, type JsonObject, objectAt, objectsAt } from '../base/json.ts';
import type { Identifiers } from './identifiers.ts';

/** A place in a pod spec that selects other pods by their labels. */
export interface PodSelector {
  readonly selector: Json | undefined;
  /** Makes the place use another selector. */
  rewrite(selector: JsonObject): void;
}

/**
 * Every label selector in a pod spec that concerns only pods in the namespace of the release, and that may get the
 * revision label: `podAffinity` and `podAntiAffinity`, required and preferred, and `topologySpreadConstraints`.
 * `rewrite` changes the spec in place.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
 * https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
 */
export function podSelectorsIn(podSpec: Json | undefined, ids: Identifiers): PodSelector[] {
  const terms = [...affinityTerms(podSpec).filter((term) => staysIn(term, ids.namespace)), ...spreadTerms(podSpec)];
  return terms
    .filter((term) => !hasOwnKey(term, ids.revisionLabel))
    .map((term) => ({
      selector: term.labelSelector,
      rewrite(selector) {
        term.labelSelector = selector;
      },
    }));
}

function affinityTerms(podSpec: Json | undefined): JsonObject[] {
  return ['podAffinity', 'podAntiAffinity'].flatMap((way) => {
    const rules = objectAt(podSpec, 'affinity', way);
    return [
      ...objectsAt(rules, 'requiredDuringSchedulingIgnoredDuringExecution'),
      ...objectsAt(rules, 'preferredDuringSchedulingIgnoredDuringExecution').map((one) =>
        objectAt(one, 'podAffinityTerm'),
      ),
    ];
  });
}

function spreadTerms(podSpec: Json | undefined): JsonObject[] {
  return objectsAt(podSpec, 'topologySpreadConstraints');
}

/** Without namespaces and namespaceSelector, a term concerns the namespace of its pod. */
function staysIn(term: JsonObject, namespace: string): boolean {
  const listed = Array.isArray(term.namespaces) ? term.namespaces : [];
  return (term.namespaceSelector ?? null) === null && listed.every((one) => one === namespace);
}

/**
 * The API server refuses a key in both the selector and these lists, which restrict the term to one revision already.
 */
function hasOwnKey(term: JsonObject, key: string): boolean {
  return [term.matchLabelKeys, term.mismatchLabelKeys].some((keys) => Array.isArray(keys) && keys.includes(key));
}
