/**
 * The table of kinds: everything about a kind is in its row. The order of apply and removal, the lists that find a
 * stack's objects, the Role and the docs' table are generated from it. docs/extending.md says what else a new row
 * needs.
 */

/** What a request path needs of a kind. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Its name in the plural, as in RBAC and paths. */
  readonly resource: string;
}

/** What the Role allows for a kind. */
export interface Access {
  /** The part of the Role that contains it; scripts/kinds.ts has the parts. */
  readonly part: 'route' | 'stack' | 'hooks' | 'lock' | 'shared' | 'policies' | 'rollout';
  readonly verbs: readonly string[];
  readonly subresource?: string;
}

interface KindFacts extends Kind {
  /** Omitted if the documented Role does not name the kind. */
  readonly access?: readonly Access[];
  /** Where its pod template is; omitted for `spec.template`, and if it has none. */
  readonly template?: readonly string[];
  /** Deleted in the foreground, after its pods; later objects wait for that. */
  readonly podsFirst?: true;
  /** The field of its spec that a release itself changes. */
  readonly steered?: 'replicas' | 'suspend';
  /** Why its objects are refused, unless they are annotated. */
  readonly whyNot?: string;
  /** Its name in the docs, if not the kind. */
  readonly short?: string;
}

/** A kind that stacks consist of. */
export interface StackKind extends KindFacts {
  /**
   * `coloured`: each revision has its own copy. `hook`: a Job with the hook annotation, which runs once for each
   * revision.
   */
  readonly treatment: 'coloured' | 'hook';
  /** Its turn when a stack is applied: nothing waits for a later turn. */
  readonly applied: number;
  /** Its turn when a stack is removed: nothing loses what it still needs. */
  readonly removed: number;
  /** Its pods get the revision. */
  readonly makesPods?: true;
  /** The length limit of its names, if lower than usual. */
  readonly nameLimit?: number;
  /**
   * It acts on one revision or runs once for it: with one name for all, the next revision would take it from this one.
   */
  readonly once?: true;
}

/** `shared`: created if missing, never changed. `route`: live routes. `own`: Greenpath's own. `read`: only read. */
export interface OtherKind extends KindFacts {
  readonly treatment: 'shared' | 'route' | 'refused' | 'own' | 'read';
}

export type KindRow = StackKind | OtherKind;

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
    removed: 7,
    access: [may('stack', MANAGED)],
  },
  Secret: {
    ...known('v1', 'Secret', 'secrets'),
    treatment: 'coloured',
    applied: 2,
    removed: 8,
    access: [may('stack', MANAGED)],
  },
  Service: {
    ...known('v1', 'Service', 'services'),
    treatment: 'coloured',
    applied: 4,
    removed: 1,
    access: [may('stack', MANAGED)],
  },
  Deployment: {
    ...known('apps/v1', 'Deployment', 'deployments'),
    treatment: 'coloured',
    applied: 6,
    removed: 6,
    makesPods: true,
    podsFirst: true,
    steered: 'replicas',
    access: [may('stack', ['get', 'list', 'watch', 'create', 'patch', 'delete'])],
  },
  HorizontalPodAutoscaler: {
    ...known('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
    treatment: 'coloured',
    applied: 7,
    removed: 3,
    once: true,
    access: [may('stack', MANAGED)],
    short: 'HPA',
  },
  PodDisruptionBudget: {
    ...known('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
    treatment: 'coloured',
    applied: 5,
    removed: 4,
    once: true,
    access: [may('stack', MANAGED)],
    short: 'PDB',
  },
  CronJob: {
    ...known('batch/v1', 'CronJob', 'cronjobs'),
    treatment: 'coloured',
    applied: 8,
    removed: 5,
    makesPods: true,
    podsFirst: true,
    once: true,
    nameLimit: 52,
    steered: 'suspend',
    template: ['spec', 'jobTemplate', 'spec', 'template'],
    access: [may('stack', MANAGED)],
  },
  Job: {
    ...known('batch/v1', 'Job', 'jobs'),
    treatment: 'hook',
    applied: 3,
    removed: 2,
    makesPods: true,
    once: true,
    steered: 'suspend',
    access: [may('hooks', MANAGED)],
    whyNot:
      'it would run at once, before anything is verified; a Job that belongs to a release needs the annotation greenpath.dev/hook',
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
    treatment: 'refused',
    whyNot: 'its pods have fixed names and volumes, so two versions of it cannot run side by side',
  },
  ReplicaSet: { ...known('apps/v1', 'ReplicaSet', 'replicasets'), treatment: 'refused' },
  DaemonSet: {
    ...known('apps/v1', 'DaemonSet', 'daemonsets'),
    treatment: 'refused',
    whyNot: 'it runs on every node and has no live route of its own',
  },
  HTTPRoute: {
    ...known('gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes'),
    treatment: 'refused',
    whyNot: 'only Ingress routes can be released so far',
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
