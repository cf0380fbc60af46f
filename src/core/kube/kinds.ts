import { withArticle } from '../base/plural.ts';
import { oldVersionText } from './api-versions.ts';
import { clusterWideText, isClusterWide } from './cluster-kinds.ts';
import { HOOK_POINTS, isHookPoint } from './hooks.ts';
import { ANNOTATION_HOOK, ANNOTATION_SHARED, annotation, type KubeObject, nameOf } from './objects.ts';

/** What Greenpath does with an object of the manifests; docs/design.md section 6. */
export type Treatment = 'coloured' | 'shared' | 'route';

const COLOURED: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  Service: 'v1',
  ConfigMap: 'v1',
  Secret: 'v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  PodDisruptionBudget: 'policy/v1',
};
const SHARED: Readonly<Record<string, string>> = {
  ServiceAccount: 'v1',
  Role: 'rbac.authorization.k8s.io/v1',
  RoleBinding: 'rbac.authorization.k8s.io/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  PersistentVolumeClaim: 'v1',
};
const WHY_NOT: Readonly<Record<string, string>> = {
  StatefulSet: 'its pods have fixed names and volumes, so two versions of it cannot run side by side',
  DaemonSet: 'it runs on every node and is not reached through a live route of its own',
  CronJob: 'two versions of it would both run on schedule',
  Job: 'it would run at once, before anybody verified anything; one that belongs to a release is annotated greenpath.dev/hook',
  HTTPRoute: 'only Ingress routes can be released so far',
};

/** How `object` is treated, or one sentence that says why it is refused and what can be done. */
export function treatmentOf(object: KubeObject): Treatment | { refusal: string } {
  const { kind, apiVersion } = object;
  if (isClusterWide(object)) return { refusal: clusterWideText(object) };
  const old = oldVersionText(object);
  if (old !== undefined) return { refusal: `${nameOf(object)} ${old}` };
  if (annotation(object, ANNOTATION_SHARED) === 'true') return 'shared';
  if (kind === 'Ingress' && apiVersion === 'networking.k8s.io/v1') return 'route';
  if (annotation(object, ANNOTATION_HOOK) !== undefined) return hookTreatment(object);
  const known = kind === 'Ingress' ? 'networking.k8s.io/v1' : (look(COLOURED, kind) ?? look(SHARED, kind));
  if (known === apiVersion) return Object.hasOwn(COLOURED, kind) ? 'coloured' : 'shared';
  if (known !== undefined && isOfKubernetes(apiVersion))
    return { refusal: `${nameOf(object)} has apiVersion ${apiVersion}; use ${known}` };
  const why =
    look(WHY_NOT, kind) ?? `Greenpath does not know how two versions of ${withArticle(kind)} could live side by side`;
  return {
    refusal: `${nameOf(object)} cannot be released: ${why}. Leave it out of \`manifests\`, or annotate it ${ANNOTATION_SHARED}: "true" to have it created once and never changed`,
  };
}

/** Whether a version is one of Kubernetes' own groups: a Knative Service is another kind than a Service. */
function isOfKubernetes(apiVersion: string): boolean {
  const [group = ''] = apiVersion.split('/');
  return !group.includes('.') || group.endsWith('.k8s.io');
}

function hookTreatment(object: KubeObject): Treatment | { refusal: string } {
  const point = annotation(object, ANNOTATION_HOOK) ?? '';
  if (object.kind !== 'Job' || object.apiVersion !== 'batch/v1')
    return { refusal: `${nameOf(object)} is annotated ${ANNOTATION_HOOK}, and only a Job (batch/v1) can be a hook` };
  if (isHookPoint(point)) return 'coloured';
  return { refusal: `${nameOf(object)} is a hook at "${point}"; there are ${HOOK_POINTS.join(', ')}` };
}

/** A kind is any text, `constructor` included. */
function look(table: Readonly<Record<string, string>>, kind: string): string | undefined {
  return Object.hasOwn(table, kind) ? table[kind] : undefined;
}
