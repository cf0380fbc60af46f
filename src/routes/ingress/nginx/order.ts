import type { Ingress } from '../object.ts';

/**
 * Whether ingress-nginx reads an Ingress before another: by age, and of the same second, by namespace and name backwards.
 * Source: https://github.com/kubernetes/ingress-nginx/blob/controller-v1.11.0/internal/ingress/controller/store/store.go
 * (sortIngressSlice)
 */
export function comesBefore({ metadata: one }: Ingress, { metadata: other }: Ingress): boolean {
  const [a, b] = [one.creationTimestamp ?? '', other.creationTimestamp ?? ''];
  return a === b ? nameOf(one) > nameOf(other) : a < b;
}

function nameOf({ namespace = '', name }: Ingress['metadata']): string {
  return `${namespace}/${name}`;
}
