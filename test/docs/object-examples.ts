import { join } from '../core/colouring/stack-manifests.ts';
import { DB_SERVICE, db, named } from '../core/colouring/words.ts';

/** Manifests with an object for each row of the table in docs/applications.md. */

const SET = db('StatefulSet', { pod: 'volumes: [{name: d, secret: {secretName: db}}], ' });
const custom = (kind: string, version: string, spec = '{}') => named(kind, version, `spec: ${spec}`);
const ACCOUNT = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: other}\nimagePullSecrets: [{name: db}]';
const pod = named('Pod', 'v1', 'spec: {containers: [{name: x, image: x}]}');
const job = (annotation: string) =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {name: db, annotations: {${annotation}}}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: x, image: x}]}}}`;
const SCALED = custom(
  'ScaledObject',
  'keda.sh/v1alpha1',
  '{scaleTargetRef: {name: web}, triggers: [{authenticationRef: {name: db}}]}',
);
const cron =
  'spec: {schedule: "@daily", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: x, image: x}]}}}}}';

/** How each row begins, and manifests with such an object, which is called `db`; visitors reach `web` and `routed`. */
export const EXAMPLES: readonly (readonly [my: string, kind: string, text: string, routed?: string])[] = [
  ['Deployment', 'Deployment', join(DB_SERVICE, db('Deployment'))],
  ['Deployment without', 'Deployment', db('Deployment')],
  ['Deployment [with state]', 'Deployment', join(DB_SERVICE, db('Deployment', { image: 'postgres' }))],
  [
    'Deployment that visitors do not reach',
    'Deployment',
    join(DB_SERVICE, db('Deployment', { pod: 'initContainers: [{name: c, image: redis, restartPolicy: Always}], ' })),
  ],
  [
    'Deployment with state that visitors reach',
    'Deployment',
    join(DB_SERVICE, db('Deployment', { spec: 'strategy: {type: Recreate}' })),
    'db',
  ],
  ['StatefulSet', 'StatefulSet', db('StatefulSet')],
  ['DaemonSet', 'DaemonSet', db('DaemonSet')],
  ['CronJob', 'CronJob', named('CronJob', 'batch/v1', cron)],
  ['Job with', 'Job', job('greenpath.dev/hook: pre-deploy')],
  ['Job with', 'Job', job('greenpath.dev/check: "true"')],
  ['Job', 'Job', job('')],
  ['Service', 'Service', join(DB_SERVICE, db('Deployment'))],
  [
    'Service that is headless',
    'Service',
    join(DB_SERVICE.replace('spec: {', 'spec: {clusterIP: None, '), db('Deployment')),
  ],
  ['Service of type', 'Service', join(DB_SERVICE.replace('spec: {', 'spec: {type: NodePort, '), db('Deployment'))],
  ['Service of backing', 'Service', join(DB_SERVICE, SET)],
  [
    'Service that is an ExternalName',
    'Service',
    named('Service', 'v1', 'spec: {type: ExternalName, externalName: x.test}'),
  ],
  ['ConfigMap', 'ConfigMap', named('ConfigMap', 'v1')],
  ['Secret', 'Secret', named('Secret', 'v1')],
  ['ConfigMap or Secret that pods', 'Secret', join(SET, named('Secret', 'v1'))],
  ['ConfigMap or Secret that an Ingress', 'Secret', join(ACCOUNT, named('Secret', 'v1'))],
  ['PersistentVolumeClaim', 'PersistentVolumeClaim', named('PersistentVolumeClaim', 'v1', 'spec: {}')],
  [
    'HorizontalPodAutoscaler',
    'HorizontalPodAutoscaler',
    named('HorizontalPodAutoscaler', 'autoscaling/v2', 'spec: {scaleTargetRef: {kind: Deployment, name: web}}'),
  ],
  ['ScaledObject', 'ScaledObject', SCALED],
  ['TriggerAuthentication', 'TriggerAuthentication', join(SCALED, custom('TriggerAuthentication', 'keda.sh/v1alpha1'))],
  [
    'VerticalPodAutoscaler',
    'VerticalPodAutoscaler',
    custom(
      'VerticalPodAutoscaler',
      'autoscaling.k8s.io/v1',
      '{targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}',
    ),
  ],
  [
    'PodDisruptionBudget',
    'PodDisruptionBudget',
    named('PodDisruptionBudget', 'policy/v1', 'spec: {selector: {matchLabels: {app: web}}}'),
  ],
  ['NetworkPolicy', 'NetworkPolicy', named('NetworkPolicy', 'networking.k8s.io/v1', 'spec: {podSelector: {}}')],
  ['ServiceAccount', 'ServiceAccount', named('ServiceAccount', 'v1')],
  ['Role', 'Role', named('Role', 'rbac.authorization.k8s.io/v1', 'rules: []')],
  ['RoleBinding', 'RoleBinding', named('RoleBinding', 'rbac.authorization.k8s.io/v1')],
  ['Ingress', 'Ingress', custom('Ingress', 'networking.k8s.io/v1')],
  ['second Ingress', 'Ingress', custom('Ingress', 'networking.k8s.io/v1')],
  ['HTTPRoute', 'HTTPRoute', custom('HTTPRoute', 'gateway.networking.k8s.io/v1')],
  ['Namespace', 'Namespace', named('Namespace', 'v1')],
  ['ClusterRole', 'ClusterRole', named('ClusterRole', 'rbac.authorization.k8s.io/v1')],
  [
    'CustomResourceDefinition',
    'CustomResourceDefinition',
    custom('CustomResourceDefinition', 'apiextensions.k8s.io/v1'),
  ],
  ['ClusterIssuer', 'ClusterIssuer', custom('ClusterIssuer', 'cert-manager.io/v1')],
  [
    'object of another namespace',
    'ConfigMap',
    named('ConfigMap', 'v1').replace('{name: db}', '{name: db, namespace: other}'),
  ],
  ['ScaledJob', 'ScaledJob', custom('ScaledJob', 'keda.sh/v1alpha1')],
  ['ServiceMonitor', 'ServiceMonitor', custom('ServiceMonitor', 'monitoring.coreos.com/v1')],
  ['ExternalSecret', 'ExternalSecret', custom('ExternalSecret', 'external-secrets.io/v1')],
  ['Certificate', 'Certificate', custom('Certificate', 'cert-manager.io/v1')],
  ['ResourceQuota', 'ResourceQuota', custom('ResourceQuota', 'v1')],
  [
    'Endpoints, EndpointSlice',
    'Endpoints',
    join(named('Service', 'v1', 'spec: {ports: [{port: 80}]}'), named('Endpoints', 'v1')),
  ],
  ['any other kind', 'Widget', custom('Widget', 'a.test/v1')],
  ['Pod that no Service selects', 'Pod', pod],
  ['ReplicaSet', 'ReplicaSet', custom('ReplicaSet', 'apps/v1')],
  ['Rollout', 'Rollout', custom('Rollout', 'argoproj.io/v1alpha1')],
  [
    'object annotated',
    'ConfigMap',
    named('ConfigMap', 'v1').replace('{name: db}', '{name: db, annotations: {greenpath.dev/shared: "true"}}'),
  ],
];
