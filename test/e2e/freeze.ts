/** What keeps the paths of one route from being changed by anybody. */
export function frozen(name: string, namespace: string): object[] {
  const metadata = { name: `frozen-${name}` };
  const rules = [
    {
      apiGroups: ['networking.k8s.io'],
      apiVersions: ['v1'],
      operations: ['UPDATE'],
      resources: ['ingresses'],
      resourceNames: [name],
    },
  ];
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        matchConstraints: { resourceRules: rules },
        validations: [{ expression: 'object.spec == oldObject.spec', message: 'the paths of this route are frozen' }],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: {
        policyName: metadata.name,
        validationActions: ['Deny'],
        matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
      },
    },
  ];
}

export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}
