import { groupOf, kindMeant } from './identity.ts';
import type { KubeObject } from './objects.ts';

/**
 * Versions that Kubernetes no longer serves, and since which release.
 * Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 */
const REMOVED: Readonly<Record<string, string>> = {
  'apps/v1beta1': '1.16',
  'apps/v1beta2': '1.16',
  'autoscaling/v2beta1': '1.25',
  'autoscaling/v2beta2': '1.26',
  'batch/v1beta1': '1.25',
  'discovery.k8s.io/v1beta1': '1.25',
  'extensions/v1beta1': '1.16',
  'networking.k8s.io/v1beta1': '1.22',
  'policy/v1beta1': '1.25',
  'rbac.authorization.k8s.io/v1alpha1': '1.22',
  'rbac.authorization.k8s.io/v1beta1': '1.22',
};

/** What differs in the new version, where the old form is refused. */
const NEW_FORM: Readonly<Record<string, string>> = {
  Deployment: 'it needs a spec.selector',
  HorizontalPodAutoscaler: 'a metric states its goal as target: {type: Utilization, averageUtilization: 80}',
  Ingress:
    'a backend is written service: {name: web, port: {number: 80}}, and each path has a pathType, such as Prefix',
};

/** What to write instead of a version that no current server knows; undefined if the object has no such version. */
export function oldVersionText({ apiVersion, kind }: KubeObject): string | undefined {
  const current = kindMeant(kind)?.apiVersion;
  const removed = Object.hasOwn(REMOVED, apiVersion) ? REMOVED[apiVersion] : undefined;
  if (current === undefined || removed === undefined || groupOf(current) === '') return undefined;
  const since = kind === 'Ingress' ? '1.22' : removed;
  const form = Object.hasOwn(NEW_FORM, kind) ? `: ${NEW_FORM[kind]}` : '';
  return `has apiVersion ${apiVersion}, which Kubernetes has not served since ${since}; use ${current}${form}`;
}
