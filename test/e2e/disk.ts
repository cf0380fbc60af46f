import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, kubectl } from '../../cluster/cluster.ts';
import { apply } from './world.ts';

/** Folders of this machine that claims of a namespace are bound to, by the storage class of its name. */
export interface Disks {
  /** Removes them; call it when nothing uses them. */
  end(): Promise<void>;
}

const SIZE = { storage: '1Gi' };

/** Makes a volume for each of these access modes. */
export async function makeDisks(cluster: Cluster, namespace: string, ...modes: readonly string[]): Promise<Disks> {
  const names = modes.map((_, index) => `${namespace}-${index}`);
  const folders = modes.map(() => mkdtempSync(join(tmpdir(), 'greenpath-data-')));
  for (const folder of folders) chmodSync(folder, 0o777);
  const volumes = modes.map((mode, index) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: names[index] },
    spec: {
      capacity: SIZE,
      accessModes: [mode],
      storageClassName: namespace,
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: folders[index] },
    },
  }));
  await apply(cluster, namespace, volumes);
  return {
    end: async () => {
      await kubectl(cluster, 'delete', 'persistentvolume', ...names, '--wait=false');
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A claim of a namespace that one of its volumes fits. */
export function claim(namespace: string, name: string, mode: string) {
  const spec = { accessModes: [mode], storageClassName: namespace, resources: { requests: SIZE } };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec };
}
