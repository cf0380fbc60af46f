import { objectsAt } from '../core/base/json.ts';
import type { KubeObject } from '../core/kube/objects.ts';

/** What a request path needs to know of a kind. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Its name in the plural, as RBAC and paths use it. */
  readonly resource: string;
}

const known = (apiVersion: string, kind: string, resource: string): Kind => ({ apiVersion, kind, resource });

export const KIND = {
  ConfigMap: known('v1', 'ConfigMap', 'configmaps'),
  Secret: known('v1', 'Secret', 'secrets'),
  Service: known('v1', 'Service', 'services'),
  ServiceAccount: known('v1', 'ServiceAccount', 'serviceaccounts'),
  PersistentVolumeClaim: known('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  Pod: known('v1', 'Pod', 'pods'),
  Job: known('batch/v1', 'Job', 'jobs'),
  Event: known('v1', 'Event', 'events'),
  Deployment: known('apps/v1', 'Deployment', 'deployments'),
  EndpointSlice: known('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
  Lease: known('coordination.k8s.io/v1', 'Lease', 'leases'),
  Ingress: known('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  NetworkPolicy: known('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  HorizontalPodAutoscaler: known('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  PodDisruptionBudget: known('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  Role: known('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  RoleBinding: known('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
} as const satisfies Record<string, Kind>;

/** The kind of an object, if it is one of the table's. */
export function kindOf(object: KubeObject): Kind | undefined {
  return Object.values(KIND).find((kind) => kind.kind === object.kind && kind.apiVersion === object.apiVersion);
}

/** The objects of a list, which say their kind as others do. */
export function itemsOf({ apiVersion, kind }: Kind, list: unknown): KubeObject[] {
  const header = { apiVersion, kind };
  return objectsAt(list, 'items').map((item) => ({ ...header, ...item, ...header }) as unknown as KubeObject);
}

/** The request path of a kind's collection in a namespace, or of one object in it. */
export function pathOf(kind: Kind, namespace: string, name?: string): string {
  const group = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  const collection = `${group}/namespaces/${encodeURIComponent(namespace)}/${kind.resource}`;
  return name === undefined ? collection : `${collection}/${encodeURIComponent(name)}`;
}
