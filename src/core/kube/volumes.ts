import { type JsonObject, objectAt, objectsAt, textAt } from '../base/json.ts';
import { kindOf } from './identity.ts';
import { KIND } from './kinds.ts';
import type { KubeObject } from './objects.ts';
import { containersIn } from './references.ts';
import { podSpecOf } from './workload.ts';

/** A claim that the pods of a workload mount. */
interface MountedClaim {
  readonly name: string;
  /** Whether they may write to it: unless the volume or each of its mounts is read-only. */
  readonly written: boolean;
}

/** The claims that the pods of a workload mount. */
export function mountedClaims(workload: KubeObject): MountedClaim[] {
  const podSpec = podSpecOf(workload);
  return objectsAt(podSpec, 'volumes').flatMap((volume) => {
    const name = textAt(volume, 'persistentVolumeClaim', 'claimName');
    if (name === undefined) return [];
    const isMount = isOf(volume);
    const containers = containersIn(podSpec);
    const mounts = containers.flatMap((one) => objectsAt(one, 'volumeMounts')).filter(isMount);
    const isRaw = containers.some((one) => objectsAt(one, 'volumeDevices').some(isMount));
    const isReadOnly = mounts.length > 0 && !isRaw && mounts.every((mount) => mount.readOnly === true);
    return [{ name, written: objectAt(volume, 'persistentVolumeClaim').readOnly !== true && !isReadOnly }];
  });
}

/** The access modes of the claims among `objects`, by their names. */
export function claimModes(objects: readonly KubeObject[]): Map<string, string[]> {
  return new Map(
    objects.flatMap((object): [string, string[]][] => {
      const { accessModes } = objectAt(object, 'spec');
      const isClaim = kindOf(object) === KIND.PersistentVolumeClaim && Array.isArray(accessModes);
      return isClaim ? [[object.metadata.name, accessModes.map(String)]] : [];
    }),
  );
}

/** The names of the claims that the pods of a workload write to. */
export function writtenClaims(workload: KubeObject): string[] {
  return mountedClaims(workload).flatMap(({ name, written }) => (written ? [name] : []));
}

/** Kinds of volumes in a pod spec that only one node at a time may write to. */
const DISKS = [
  'awsElasticBlockStore',
  'azureDisk',
  'cinder',
  'fc',
  'gcePersistentDisk',
  'iscsi',
  'rbd',
  'vsphereVolume',
];

/** The volume of a workload's pods that is a disk which they write to, or undefined. */
export function writtenDisk(workload: KubeObject): string | undefined {
  const disk = objectsAt(podSpecOf(workload), 'volumes').find((volume) =>
    DISKS.some((kind) => kind in volume && objectAt(volume, kind).readOnly !== true),
  );
  return disk && textAt(disk, 'name');
}

/** Types of a hostPath volume that contain files; the others are sockets and devices. */
const FILES = ['', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate'];
/** Here a node keeps sockets, devices and the kernel's own files, and nothing that an application stores. */
const NO_STORE = ['/dev', '/proc', '/run', '/sys', '/var/run'];

/**
 * Paths of their node that the pods of a workload may write to, while two versions of it may run on that node. They
 * may be state, but a cache or a socket in a directory looks the same.
 */
export function writtenNodePaths(workload: KubeObject): string[] {
  const podSpec = podSpecOf(workload);
  const mounts = containersIn(podSpec).flatMap((one) => objectsAt(one, 'volumeMounts'));
  return objectsAt(podSpec, 'volumes').flatMap((volume) => {
    const { path, type = '' } = objectAt(volume, 'hostPath');
    if (typeof path !== 'string' || !FILES.includes(String(type))) return [];
    if (NO_STORE.some((top) => `${path}/`.startsWith(`${top}/`))) return [];
    return mounts.filter(isOf(volume)).some((mount) => mount.readOnly !== true) ? [path] : [];
  });
}

/** Whether a mount is one of `volume`. */
function isOf(volume: JsonObject): (mount: JsonObject) => boolean {
  return (mount) => textAt(mount, 'name') === textAt(volume, 'name');
}
