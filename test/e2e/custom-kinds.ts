/** A CustomResourceDefinition for objects with any content. */
export function definition(group: string, version: string, kind: string) {
  const plural = `${kind.toLowerCase()}s`;
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  // Kubernetes protects groups below k8s.io.
  const annotations = { 'api-approved.kubernetes.io': 'https://github.com/kubernetes/kubernetes/pull/63797' };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, annotations },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}

/** The kinds of KEDA and VPA that are released with each revision. */
export const DEFINITIONS = [
  definition('keda.sh', 'v1alpha1', 'ScaledObject'),
  definition('keda.sh', 'v1alpha1', 'TriggerAuthentication'),
  definition('autoscaling.k8s.io', 'v1', 'VerticalPodAutoscaler'),
];
export const NAMES = DEFINITIONS.map(({ metadata }) => metadata.name);
