import { isObject, type Json, type JsonObject, objectAt, objectsAt, textAt } from '../base/json.ts';
import { keyAt } from './identity.ts';
import { KIND } from './kinds.ts';

export type ReferenceKind = 'ConfigMap' | 'Secret' | 'ServiceAccount' | 'PersistentVolumeClaim';

/** One place in a pod spec that names another object. */
export interface Reference {
  readonly kind: ReferenceKind;
  readonly name: string;
  readonly optional: boolean;
  /** The keys that are read; undefined means all. */
  readonly keys?: readonly string[];
  /** Makes the place name another object. */
  rename(name: string): void;
}

/** The key of the object that a reference names. */
export function keyRead({ kind, name }: Pick<Reference, 'kind' | 'name'>): string {
  return keyAt(KIND[kind], name);
}

/**
 * Every ConfigMap, Secret, ServiceAccount and PersistentVolumeClaim that a pod spec names: volumes, projected volumes,
 * `env`, `envFrom`, `imagePullSecrets`, `serviceAccountName`. `rename` changes the spec in place.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
export function referencesIn(podSpec: Json | undefined): Reference[] {
  return [...contentIn(podSpec), ...nodeReferences(podSpec)];
}

/**
 * Those whose content containers see. Only the node uses the others, to pull images or to reach storage, and other
 * tools renew those every few hours.
 */
export function contentIn(podSpec: Json | undefined): Reference[] {
  return [...volumeReferences(podSpec), ...containerReferences(podSpec)];
}

function volumeReferences(podSpec: Json | undefined): Reference[] {
  return objectsAt(podSpec, 'volumes').flatMap((volume) => {
    const only = subPathsOf(podSpec, textAt(volume, 'name'));
    const projected = objectsAt(volume, 'projected', 'sources');
    return [
      ...named('ConfigMap', volume.configMap, 'name', keysOf(volume.configMap) ?? only),
      ...named('Secret', volume.secret, 'secretName', keysOf(volume.secret) ?? only),
      ...named('PersistentVolumeClaim', volume.persistentVolumeClaim, 'claimName'),
      ...projected.flatMap((source) => [
        ...named('ConfigMap', source.configMap, 'name', keysOf(source.configMap)),
        ...named('Secret', source.secret, 'name', keysOf(source.secret)),
      ]),
    ];
  });
}

/** Secrets that a storage driver needs to mount a volume. */
function driverReferences(volume: JsonObject): Reference[] {
  return [
    ...named('Secret', volume.azureFile, 'secretName'),
    ...named('Secret', objectAt(volume, 'csi').nodePublishSecretRef, 'name'),
    ...SECRET_REF.flatMap((driver) => named('Secret', objectAt(volume, driver).secretRef, 'name')),
  ];
}

const SECRET_REF = ['cephfs', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos'];

function containerReferences(podSpec: Json | undefined): Reference[] {
  return containersIn(podSpec).flatMap((container) => [
    ...objectsAt(container, 'env').flatMap((variable) => {
      const from = objectAt(variable, 'valueFrom');
      return [
        ...named('ConfigMap', from.configMapKeyRef, 'name', keyOf(from.configMapKeyRef)),
        ...named('Secret', from.secretKeyRef, 'name', keyOf(from.secretKeyRef)),
      ];
    }),
    ...objectsAt(container, 'envFrom').flatMap((from) => [
      ...named('ConfigMap', from.configMapRef, 'name'),
      ...named('Secret', from.secretRef, 'name'),
    ]),
  ]);
}

function nodeReferences(podSpec: Json | undefined): Reference[] {
  return [
    ...objectsAt(podSpec, 'volumes').flatMap(driverReferences),
    ...objectsAt(podSpec, 'imagePullSecrets').flatMap((secret) => named('Secret', secret, 'name')),
    ...(isObject(podSpec) ? named('ServiceAccount', podSpec, 'serviceAccountName') : []),
  ];
}

function named(kind: ReferenceKind, holder: Json | undefined, field: string, keys?: readonly string[]): Reference[] {
  const name = textAt(holder, field);
  if (!isObject(holder) || name === undefined || name === '') return [];
  const rename = (to: string) => {
    holder[field] = to;
  };
  return [{ kind, name, optional: holder.optional === true, ...(keys ? { keys } : {}), rename }];
}

/** The containers and init containers of a pod spec, not copied. */
export function containersIn(podSpec: Json | undefined): JsonObject[] {
  return [...objectsAt(podSpec, 'initContainers'), ...objectsAt(podSpec, 'containers')];
}

/** A volume that is mounted only by `subPath` provides just those keys. */
function subPathsOf(podSpec: Json | undefined, volume: string | undefined): string[] | undefined {
  const mounts = containersIn(podSpec)
    .flatMap((container) => objectsAt(container, 'volumeMounts'))
    .filter((mount) => textAt(mount, 'name') === volume);
  const paths = mounts.flatMap((mount) => textAt(mount, 'subPath') || []);
  return paths.length > 0 && paths.length === mounts.length ? paths : undefined;
}

function keysOf(holder: Json | undefined): string[] | undefined {
  const items = objectsAt(holder, 'items').flatMap((item) => textAt(item, 'key') ?? []);
  return items.length > 0 ? items : undefined;
}

function keyOf(holder: Json | undefined): string[] | undefined {
  const key = textAt(holder, 'key');
  return key === undefined ? undefined : [key];
}
