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
  Job: 'it would run at once, before anybody verified anything',
  HTTPRoute: 'only Ingress routes can be released so far',
  Namespace: 'the namespace belongs to you and must exist before a release',
};

/** How `object` is treated, or one sentence that says why it is refused and what can be done. */
export function treatmentOf(object: KubeObject): Treatment | { refusal: string } {
  if (annotation(object, ANNOTATION_SHARED) === 'true') return 'shared';
  const { kind, apiVersion } = object;
  if (kind === 'Ingress' && apiVersion === 'networking.k8s.io/v1') return 'route';
  const known = look(COLOURED, kind) ?? look(SHARED, kind);
  if (known === apiVersion) return Object.hasOwn(COLOURED, kind) ? 'coloured' : 'shared';
  if (known !== undefined) return { refusal: `${nameOf(object)} has apiVersion ${apiVersion}; use ${known}` };
  if (annotation(object, ANNOTATION_HOOK) !== undefined) {
    return {
      refusal: `${nameOf(object)} is a hook, and hooks are not run yet: run it in a step of its own and leave it out`,
    };
  }
  const why = look(WHY_NOT, kind) ?? `Greenpath does not know how two versions of a ${kind} could live side by side`;
  return {
    refusal: `${nameOf(object)} cannot be released: ${why}. Leave it out of \`manifests\`, or annotate it ${ANNOTATION_SHARED}: "true" to have it created once and never changed`,
  };
}

/** A kind is any text, `constructor` included. */
function look(table: Readonly<Record<string, string>>, kind: string): string | undefined {
  return Object.hasOwn(table, kind) ? table[kind] : undefined;
}
