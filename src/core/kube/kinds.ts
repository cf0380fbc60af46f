import { CREATED, type KindRow, known, MANAGED, may } from './kind-row.ts';
import { STACK_KINDS } from './stack-kinds.ts';

/**
 * The table of kinds: everything about a kind is in its row. The order of apply and removal, the lists that find a
 * stack's objects, the Role and the docs' table are generated from it. docs/extending.md says what else a new row
 * needs.
 */

const rows = {
  ...STACK_KINDS,
  Ingress: {
    ...known('networking.k8s.io/v1', 'Ingress', 'ingresses'),
    treatment: 'route',
    access: [may('route', MANAGED)],
  },
  ServiceAccount: {
    ...known('v1', 'ServiceAccount', 'serviceaccounts'),
    treatment: 'shared',
    access: [may('shared', CREATED)],
  },
  PersistentVolumeClaim: {
    ...known('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
    treatment: 'shared',
    access: [may('shared', CREATED)],
  },
  NetworkPolicy: {
    ...known('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
    treatment: 'shared',
    access: [may('policies', ['get', 'list', 'create', 'patch'])],
  },
  Role: { ...known('rbac.authorization.k8s.io/v1', 'Role', 'roles'), treatment: 'shared' },
  RoleBinding: { ...known('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'), treatment: 'shared' },
  StatefulSet: {
    ...known('apps/v1', 'StatefulSet', 'statefulsets'),
    treatment: 'backing',
    access: [may('backing', CREATED)],
    whyNot: 'its pods have fixed names and volumes, so two versions of it cannot run side by side',
  },
  ReplicaSet: {
    ...known('apps/v1', 'ReplicaSet', 'replicasets'),
    treatment: 'refused',
    whyNot: 'it makes pods as a Deployment does, and only Deployments can be released',
  },
  DaemonSet: {
    ...known('apps/v1', 'DaemonSet', 'daemonsets'),
    treatment: 'backing',
    access: [may('backing', CREATED)],
    whyNot: 'it runs on every node and has no live route of its own',
  },
  HTTPRoute: {
    ...known('gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes'),
    alsoIn: ['gateway.networking.k8s.io/v1beta1'],
    treatment: 'route',
    access: [may('gateway', MANAGED)],
  },
  Gateway: {
    ...known('gateway.networking.k8s.io/v1', 'Gateway', 'gateways'),
    alsoIn: ['gateway.networking.k8s.io/v1beta1'],
    treatment: 'read',
    access: [may('parents', ['get'])],
    whyNot: 'it serves routes of many applications',
  },
  Middleware: {
    ...known('traefik.io/v1alpha1', 'Middleware', 'middlewares'),
    treatment: 'own',
    access: [may('traefik', MANAGED)],
  },
  IngressRoute: {
    ...known('traefik.io/v1alpha1', 'IngressRoute', 'ingressroutes'),
    treatment: 'own',
    access: [may('traefik', MANAGED)],
  },
  Policy: { ...known('k8s.nginx.org/v1', 'Policy', 'policies'), treatment: 'own', access: [may('f5', MANAGED)] },
  ScaledJob: {
    ...known('keda.sh/v1alpha1', 'ScaledJob', 'scaledjobs'),
    treatment: 'left',
    whyNot: 'it makes Jobs whenever its triggers say so, whichever revision is live',
  },
  Lease: {
    ...known('coordination.k8s.io/v1', 'Lease', 'leases'),
    treatment: 'own',
    access: [may('lock', ['get', 'list', 'watch', 'create', 'patch'])],
  },
  EndpointSlice: {
    ...known('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
    treatment: 'read',
    access: [may('rollout', ['list', 'watch'])],
  },
  Pod: {
    ...known('v1', 'Pod', 'pods'),
    treatment: 'read',
    template: [],
    access: [may('rollout', ['list', 'watch']), may('rollout', ['get', 'list'], 'log')],
  },
  Event: { ...known('v1', 'Event', 'events'), treatment: 'read', access: [may('rollout', ['get', 'list'])] },
} as const satisfies Readonly<Record<string, KindRow>>;

export const KIND: Readonly<Record<keyof typeof rows, KindRow>> = rows;
export const KINDS: readonly KindRow[] = Object.values(rows);
