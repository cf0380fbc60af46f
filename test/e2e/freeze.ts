import { policyIn } from './policies.ts';

/** What keeps the paths of one route from being changed by anybody. */
export function frozen(name: string, namespace: string): object[] {
  return policyIn(namespace, {
    name: `frozen-${name}`,
    rules: {
      apiGroups: ['networking.k8s.io'],
      apiVersions: ['v1'],
      operations: ['UPDATE'],
      resources: ['ingresses'],
      resourceNames: [name],
    },
    expression: 'object.spec == oldObject.spec',
    message: 'the paths of this route are frozen',
  });
}

export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}
