import type { Access, Kind, KindRow } from './kind-row.ts';

/**
 * The table of kinds: everything about a kind is in its row. The order of apply and removal, the lists that find a
 * stack's objects, the Role and the docs' table are generated from it. docs/extending.md says what else a new row
 * needs.
 */

const MANAGED = ['get', 'list', 'create', 'patch', 'delete'];
const CREATED = ['get', 'create', 'patch'];

const known = (apiVersion: string, kind: string, resource: string): Kind => ({ apiVersion, kind, resource });
const may = (part: Access['part'], verbs: readonly string[], subresource?: string): Access =>
  subresource === undefined ? { part, verbs } : { part, verbs, subresource };

const rows = {
  ConfigMap: {
    ...known('v1', 'ConfigMap', 'configmaps'),
    treatment: 'coloured',
    applied: 1,
    removed: 10,
    access: [may('stack', MANAGED)],
  },
  Secret: {
    ...known('v1', 'Secret', 'secrets'),
    treatment: 'coloured',
    applied: 2,
    removed: 11,
    access: [may('stack', MANAGED)],
  },
  Service: {
    ...known('v1', 'Service', 'services'),
    treatment: 'coloured',
    applied: 4,
    removed: 12,
    access: [may('stack', MANAGED)],
  },
  Deployment: {
    ...known('apps/v1', 'Deployment', 'deployments'),
    treatment: 'coloured',
    applied: 6,
    removed: 9,
    makesPods: true,
    podsFirst: true,
    steered: 'replicas',
    access: [may('stack', ['get', 'list', 'watch', 'create', 'patch', 'delete'])],
  },
  HorizontalPodAutoscaler: {
    ...known('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
    treatment: 'coloured',
    applied: 7,
    removed: 6,
    once: true,
    access: [may('stack', MANAGED)],
    short: 'HPA',
  },
  PodDisruptionBudget: {
    ...known('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
    treatment: 'coloured',
    applied: 5,
    removed: 7,
    once: true,
    access: [may('stack', MANAGED)],
    short: 'PDB',
  },
  CronJob: {
    ...known('batch/v1', 'CronJob', 'cronjobs'),
    treatment: 'coloured',
    applied: 8,
    removed: 8,
    makesPods: true,
    podsFirst: true,
    once: true,
    nameLimit: 52,
    steered: 'suspend',
    template: ['spec', 'jobTemplate', 'spec', 'template'],
    access: [may('stack', MANAGED)],
  },
  TriggerAuthentication: {
    ...known('keda.sh/v1alpha1', 'TriggerAuthentication', 'triggerauthentications'),
    treatment: 'coloured',
    optional: true,
    applied: 9,
    removed: 3,
    access: [may('scalers', MANAGED)],
  },
  ScaledObject: {
    ...known('keda.sh/v1alpha1', 'ScaledObject', 'scaledobjects'),
    treatment: 'coloured',
    optional: true,
    applied: 10,
    removed: 1,
    once: true,
    // KEDA makes an HPA with the prefix `keda-hpa-`, and uses both names as values of labels.
    nameLimit: 54,
    access: [may('scalers', MANAGED)],
  },
  VerticalPodAutoscaler: {
    ...known('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', 'verticalpodautoscalers'),
    alsoIn: ['autoscaling.k8s.io/v1beta2'],
    treatment: 'coloured',
    optional: true,
    applied: 11,
    removed: 2,
    once: true,
    access: [may('scalers', MANAGED)],
    short: 'VPA',
  },
  Job: {
    ...known('batch/v1', 'Job', 'jobs'),
    treatment: 'hook',
    applied: 3,
    removed: 5,
    makesPods: true,
    once: true,
    steered: 'suspend',
    access: [may('hooks', MANAGED)],
    whyNot:
      'it would run at once, before anything is verified; a Job that belongs to a release needs the annotation greenpath.dev/hook, or that of a hook of Helm or Argo CD',
  },
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
