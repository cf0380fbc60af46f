import { type JsonObject, objectAt, objectsAt, textAt } from '../base/json.ts';
import { annotation, type KubeObject } from '../kube/objects.ts';
import { containersIn } from '../kube/references.ts';
import { podSpecOf } from '../kube/workload.ts';
import { isWorker } from './worker-state.ts';
import { ANNOTATION_START } from './workers.ts';

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

/** Whether a mount is one of `volume`. */
function isOf(volume: JsonObject): (mount: JsonObject) => boolean {
  return (mount) => textAt(mount, 'name') === textAt(volume, 'name');
}

/** Types of a hostPath volume that contain files; the others are sockets and devices. */
const FILES = ['', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate'];
/** Here a node keeps sockets, devices and the kernel's own files, and nothing that an application stores. */
const NO_STORE = ['/dev', '/proc', '/run', '/sys', '/var/run'];

/**
 * Paths of their node that the pods of a Deployment may write to, while two versions of it may run on that node. They
 * may be state, but a cache or a socket in a directory looks the same.
 */
export function writtenNodePaths(deployment: KubeObject): string[] {
  if (isWorker(deployment)) return [];
  const podSpec = podSpecOf(deployment);
  const mounts = containersIn(podSpec).flatMap((one) => objectsAt(one, 'volumeMounts'));
  return objectsAt(podSpec, 'volumes').flatMap((volume) => {
    const { path, type = '' } = objectAt(volume, 'hostPath');
    if (typeof path !== 'string' || !FILES.includes(String(type))) return [];
    if (NO_STORE.some((top) => `${path}/`.startsWith(`${top}/`))) return [];
    return mounts.filter(isOf(volume)).some((mount) => mount.readOnly !== true) ? [path] : [];
  });
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

/**
 * Why a Deployment of a stack must not run twice at once, as it would beside the live one; undefined if it may. A
 * worker waits until the old one has ended. `modesOf`: the `accessModes` of a claim.
 */
export function whySingle(deployment: KubeObject, modesOf: (claim: string) => readonly string[]): string | undefined {
  if (isWorker(deployment)) return undefined;
  const claim = mountedClaims(deployment).find(({ name, written }) => !mayShare(modesOf(name), written));
  if (claim !== undefined) {
    const modes = modesOf(claim.name).join(', ') || 'it does not exist yet, so how it may be mounted is not known';
    return `${claim.written ? 'writes to' : 'mounts'} PersistentVolumeClaim ${claim.name} (${modes})`;
  }
  const disk = objectsAt(podSpecOf(deployment), 'volumes').find((volume) =>
    DISKS.some((kind) => kind in volume && objectAt(volume, kind).readOnly !== true),
  );
  if (disk !== undefined) return `writes to the disk of its volume ${textAt(disk, 'name')}`;
  return textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate' ? 'says strategy: Recreate' : undefined;
}

/** Whether it would wait for the old one as other workers do, if it were not annotated to start early. */
export function startsEarly(deployment: KubeObject): boolean {
  return annotation(deployment, ANNOTATION_START) === 'early';
}

/** Whether pods of two versions may mount a claim at once. */
function mayShare(modes: readonly string[], written: boolean): boolean {
  if (modes.includes('ReadWriteMany')) return true;
  if (modes.length === 0 || modes.includes('ReadWriteOncePod')) return false;
  return !written || modes.every((mode) => mode === 'ReadOnlyMany');
}
