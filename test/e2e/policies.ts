/** What a policy of the API server refuses. */
interface Refusal {
  readonly name: string;
  /** The requests to look at: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ */
  readonly rules: object;
  /** What must hold, in CEL. */
  readonly expression: string;
  readonly message: string;
}

/** A ValidatingAdmissionPolicy for one namespace, with its binding. */
export function policyIn(namespace: string, { name, rules, expression, message }: Refusal): object[] {
  const metadata = { name };
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: { matchConstraints: { resourceRules: [rules] }, validations: [{ expression, message }] },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: {
        policyName: name,
        validationActions: ['Deny'],
        matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
      },
    },
  ];
}
