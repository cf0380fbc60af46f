import { isObject, type Json, type JsonObject, objectAt, objectsAt, textAt } from '../../../src/core/base/json.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { selectsAll } from '../../../src/core/kube/selectors.ts';
import { podSpecOf } from '../../../src/core/kube/workload.ts';

/** Where pods name other objects: written from the API reference of pods, apart from the code that is tested. */
const POD_REFERENCES: Record<string, string> = {
  'containers.*.env.*.valueFrom.configMapKeyRef.name': 'ConfigMap',
  'containers.*.env.*.valueFrom.secretKeyRef.name': 'Secret',
  'containers.*.envFrom.*.configMapRef.name': 'ConfigMap',
  'containers.*.envFrom.*.secretRef.name': 'Secret',
  'imagePullSecrets.*.name': 'Secret',
  serviceAccountName: 'ServiceAccount',
  'volumes.*.configMap.name': 'ConfigMap',
  'volumes.*.secret.secretName': 'Secret',
  'volumes.*.projected.sources.*.configMap.name': 'ConfigMap',
  'volumes.*.projected.sources.*.secret.name': 'Secret',
  'volumes.*.persistentVolumeClaim.claimName': 'PersistentVolumeClaim',
  'volumes.*.csi.nodePublishSecretRef.name': 'Secret',
  'volumes.*.azureFile.secretName': 'Secret',
  'volumes.*.cephfs.secretRef.name': 'Secret',
  'volumes.*.flexVolume.secretRef.name': 'Secret',
  'volumes.*.iscsi.secretRef.name': 'Secret',
  'volumes.*.rbd.secretRef.name': 'Secret',
  'volumes.*.scaleIO.secretRef.name': 'Secret',
  'volumes.*.storageos.secretRef.name': 'Secret',
};

/** A place that names an object: which one, and how to make it name another. */
interface Named {
  readonly target: string;
  set(name: string): void;
}

/** Every place in an object that names another one, in order. */
export function referencesOf(object: KubeObject): Named[] {
  const scaler = object.kind === 'HorizontalPodAutoscaler' ? objectAt(object, 'spec') : {};
  const targets = [
    ...('scaleTargetRef' in scaler ? [objectAt(scaler, 'scaleTargetRef')] : []),
    ...objectsAt(scaler, 'metrics').flatMap((metric) =>
      isObject(metric.object) ? [objectAt(metric.object, 'describedObject')] : [],
    ),
  ];
  return [
    ...namesIn(podSpecOf(object), ''),
    ...targets.map((target) => ({
      target: `${textAt(target, 'kind')} ${textAt(target, 'name')}`,
      set(name: string) {
        target.name = name;
      },
    })),
  ];
}

function namesIn(value: Json | undefined, path: string): Named[] {
  if (Array.isArray(value)) return value.flatMap((item) => namesIn(item, `${path}.*`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const below = `${path}.${key}`;
    const kind = POD_REFERENCES[below.slice(1).replace(/^initContainers/, 'containers')];
    const set = (name: string) => {
      value[key] = name;
    };
    return kind === undefined ? namesIn(item, below) : [{ target: `${kind} ${item}`, set }];
  });
}

/** A label selector and the object in which it stands; `wide` ones are left to select every pod of the namespace. */
interface Selecting {
  readonly holder: JsonObject;
  readonly field: string;
  readonly selector: Json | undefined;
  readonly wide: boolean;
}

/** Every selector in an object that speaks of pods in its own namespace, in order. */
export function selectorsOf(object: KubeObject): Selecting[] {
  const spec = objectAt(object, 'spec');
  const at = (holder: JsonObject, field: string, selector = holder[field], wide = false) => ({
    holder,
    field,
    selector,
    wide,
  });
  const own = { Service: true, Deployment: true, PodDisruptionBudget: true }[object.kind] ?? false;
  const map = object.kind === 'Service' && isObject(spec.selector) && Object.keys(spec.selector).length > 0;
  const first = map ? { matchLabels: objectAt(spec, 'selector') } : object.kind === 'Service' ? null : spec.selector;
  return [
    ...(own ? [at(spec, 'selector', first)] : []),
    ...termsIn(podSpecOf(object)).map((term) =>
      at(term, 'labelSelector', term.labelSelector, selectsAll(term.labelSelector)),
    ),
  ];
}

function termsIn(podSpec: Json | undefined): JsonObject[] {
  const ways = ['podAffinity', 'podAntiAffinity'].map((way) => objectAt(podSpec, 'affinity', way));
  const terms = ways.flatMap((way) => [
    ...objectsAt(way, 'requiredDuringSchedulingIgnoredDuringExecution'),
    ...objectsAt(way, 'preferredDuringSchedulingIgnoredDuringExecution').map((one) => objectAt(one, 'podAffinityTerm')),
  ]);
  const here = terms.filter((term) => term.namespaces === undefined && term.namespaceSelector === undefined);
  return [...here, ...objectsAt(podSpec, 'topologySpreadConstraints')];
}
