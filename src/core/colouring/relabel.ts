import { isObject, type Json, type JsonObject, objectAt, objectsAt, textsOf } from '../base/json.ts';
import { colouredName } from '../base/revision.ts';
import { type KubeObject, nameOf, type Service, selects } from '../kube/objects.ts';
import { selectorMatches } from '../kube/selectors.ts';
import { stackKindOf } from '../kube/turns.ts';
import { podLabels, podSpecOf, podTemplateOf } from '../kube/workload.ts';
import type { Manifest } from '../manifests/manifests.ts';
import { podSelectorsIn } from './affinity.ts';
import type { Identifiers } from './identifiers.ts';

/** The one label whose value a stack changes, so that no Service of the earlier version selects its pods. */
export interface Relabelled {
  readonly own: readonly Manifest[];
  /** `app: web → web-v2`; undefined if nothing had to change. */
  readonly change: string | undefined;
}

/** Labels that say which application a pod belongs to; they are tried first. */
const USUAL = ['app', 'app.kubernetes.io/name', 'app.kubernetes.io/instance', 'k8s-app', 'name'];

/**
 * Changes the value of one label of the stack's pods, and of the stack's selectors with that label, so that none of
 * `services` selects them. `policies` are the NetworkPolicies that apply to the pods: a label is chosen only if each
 * policy that selected the pods before still selects them. A refusal names the obstacle.
 */
export function relabel(
  own: readonly Manifest[],
  services: readonly Service[],
  policies: readonly KubeObject[],
  ids: Identifiers,
): Relabelled | { refusal: string } {
  const pods = own.filter(({ object }) => stackKindOf(object).makesPods);
  const collisions = pods.flatMap(({ object }) =>
    services.filter((one) => catches(one, object)).map((one) => ({ one, object })),
  );
  const [first] = collisions;
  if (first === undefined) return { own, change: undefined };
  const keys = Object.keys(first.one.spec.selector ?? {}).filter((key) =>
    collisions.every(({ one }) => one.spec.selector?.[key] !== undefined),
  );
  let refusal = `Service ${first.one.metadata.name} and others select the pods of ${nameOf(first.object)}, and have no label in common`;
  for (const key of keys.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))) {
    const values = new Set(collisions.map(({ one }) => one.spec.selector?.[key] ?? ''));
    const renamed = own.map((one) => ({ ...one, object: withValues(one.object, key, values, ids) }));
    const lost = policies.find((policy) => lose(policySelectors(policy), own, renamed));
    if (lost === undefined) return { own: renamed, change: changeText(key, values, ids.revision) };
    refusal = `${nameOf(lost)} selects the live version's pods by label ${key}, and would not select those of ${ids.revision}, whose ${key} must differ`;
  }
  return { refusal };
}

/**
 * The labels that a revision's Deployments have already, if it was relabelled at its first deployment: a selector
 * cannot change. Undefined if none of `present` was relabelled.
 */
export function asPresent(
  own: readonly Manifest[],
  present: readonly KubeObject[],
  ids: Identifiers,
): readonly Manifest[] | undefined {
  const changes = new Map<string, Set<string>>();
  for (const { object } of own.filter((one) => one.object.kind === 'Deployment')) {
    const before = present.find((one) => one.metadata.name === object.metadata.name);
    const labels = textsOf(objectAt(before, 'spec', 'selector').matchLabels);
    for (const [key, value] of Object.entries(textsOf(objectAt(object, 'spec', 'selector').matchLabels)))
      if (labels[key] !== value && labels[key] === colouredName(value, ids.revision))
        changes.set(key, (changes.get(key) ?? new Set()).add(value));
  }
  if (changes.size === 0) return undefined;
  return own.map((one) => ({
    ...one,
    object: [...changes].reduce((now, [key, values]) => withValues(now, key, values, ids), one.object),
  }));
}

function rank(key: string): number {
  const index = USUAL.indexOf(key);
  return index < 0 ? USUAL.length : index;
}

function catches(service: Service, workload: KubeObject): boolean {
  return selects(service.spec.selector ?? {}, podLabels(workload));
}

function changeText(key: string, values: ReadonlySet<string>, revision: string): string {
  return [...values].map((value) => `${key}: ${value} → ${colouredName(value, revision)}`).join(', ');
}

/** The object with the new values in its pods' labels and in its selectors; texts are not changed. */
function withValues(object: KubeObject, key: string, values: ReadonlySet<string>, ids: Identifiers): KubeObject {
  const copy = structuredClone(object);
  const renew = (value: unknown) =>
    typeof value === 'string' && values.has(value) ? colouredName(value, ids.revision) : value;
  const renewIn = (labels: JsonObject) => {
    if (labels[key] !== undefined) labels[key] = renew(labels[key]) as string;
  };
  const renewSelector = (selector: JsonObject) => {
    renewIn(objectAt(selector, 'matchLabels'));
    for (const expression of objectsAt(selector, 'matchExpressions'))
      if (expression.key === key && Array.isArray(expression.values))
        expression.values = expression.values.map(renew) as string[];
  };
  const spec = objectAt(copy, 'spec');
  if (copy.kind === 'Service') renewIn(objectAt(spec, 'selector'));
  else if (copy.kind === 'PodDisruptionBudget') renewSelector(objectAt(spec, 'selector'));
  else if (stackKindOf(copy).makesPods) {
    renewSelector(objectAt(spec, 'selector'));
    renewIn(objectAt(podTemplateOf(copy), 'metadata', 'labels'));
    for (const { selector } of podSelectorsIn(podSpecOf(copy), ids)) if (isObject(selector)) renewSelector(selector);
  }
  return copy;
}

/**
 * Shared custom resources that select pods of the stack by their labels in the manifests (a PodMonitor, a policy of the
 * network or of a mesh), but not by the changed ones.
 */
export function unselected(
  shared: readonly Manifest[],
  before: readonly Manifest[],
  after: readonly Manifest[],
): Manifest[] {
  return shared.filter(
    ({ object }) => OF_PODS.includes(object.kind) && lose(selectorsIn(object.spec as Json), before, after),
  );
}

/** Other custom resources select Services, as a ServiceMonitor does, or other objects. */
const OF_PODS = [
  'AuthorizationPolicy',
  'CiliumNetworkPolicy',
  'PeerAuthentication',
  'PodMonitor',
  'RequestAuthentication',
];

/** Every label selector in a value. */
function selectorsIn(value: Json | undefined): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(selectorsIn);
  if (!isObject(value)) return [];
  return [...(isObject(value.matchLabels) ? [value] : []), ...Object.values(value).flatMap(selectorsIn)];
}

/** Whether selectors that selected a pod of the stack no longer select it. */
function lose(selectors: readonly JsonObject[], before: readonly Manifest[], after: readonly Manifest[]): boolean {
  return before.some(({ object }, index) => {
    const now = after[index]?.object;
    if (now === undefined || podSpecOf(object) === undefined) return false;
    const [old, renewed] = [podLabels(object), podLabels(now)];
    return selectors.some((selector) => selectorMatches(selector, old) && !selectorMatches(selector, renewed));
  });
}

/** https://kubernetes.io/docs/concepts/services-networking/network-policies/: pods can be targets and peers. */
function policySelectors(policy: KubeObject): JsonObject[] {
  const spec = objectAt(policy, 'spec');
  const peers = [
    ...objectsAt(spec, 'ingress').flatMap((rule) => objectsAt(rule, 'from')),
    ...objectsAt(spec, 'egress').flatMap((rule) => objectsAt(rule, 'to')),
  ];
  return [
    objectAt(spec, 'podSelector'),
    ...peers.flatMap((peer) => (isObject(peer.podSelector) ? [peer.podSelector] : [])),
  ];
}
