import { objectsAt } from '../core/base/json.ts';
import type { Kind } from '../core/kube/kind-row.ts';
import type { KubeObject } from '../core/kube/objects.ts';

/** The objects of a list, each with apiVersion and kind, which lists leave out. */
export function itemsOf({ apiVersion, kind }: Kind, list: unknown): KubeObject[] {
  const header = { apiVersion, kind };
  return objectsAt(list, 'items').map((item) => ({ ...header, ...item, ...header }) as unknown as KubeObject);
}

/** The request path of all objects of a kind that belongs to the whole cluster, which is never in the core group. */
export function clusterPathOf({ apiVersion, resource }: Kind): string {
  return `/apis/${apiVersion}/${resource}`;
}

/** The request path of a kind's collection in a namespace, or of one object in it. */
export function pathOf(kind: Kind, namespace: string, name?: string): string {
  const group = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  const collection = `${group}/namespaces/${encodeURIComponent(namespace)}/${kind.resource}`;
  return name === undefined ? collection : `${collection}/${encodeURIComponent(name)}`;
}
