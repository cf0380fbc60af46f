import type { Kind } from '../../core/kube/kind-row.ts';
import { annotation, type KubeObject } from '../../core/kube/objects.ts';
import { classOf, type Ingress } from './object.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-class-v1/ */
interface IngressClass extends KubeObject {
  spec?: { controller?: unknown };
}

export const CLASSES: Kind = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  resource: 'ingressclasses',
};

/** The class of an Ingress, and what the cluster says of it. */
export interface ClassFacts {
  readonly name: string | undefined;
  /** Whether the Ingress names no class, and this is the one that new Ingresses without a class get. */
  readonly isDefault: boolean;
  /** Undefined if no IngressClass says it. */
  readonly controller: string | undefined;
}

/** `classes`: the IngressClasses of the cluster; undefined if they were not read. */
export function classFacts(ingress: Ingress, classes: readonly IngressClass[] = []): ClassFacts {
  const named = classOf(ingress);
  const name = named ?? defaultAmong(classes);
  const controller = classes.find(({ metadata }) => metadata.name === name)?.spec?.controller;
  return {
    name,
    isDefault: named === undefined && name !== undefined,
    controller: typeof controller === 'string' ? controller : undefined,
  };
}

/** The default class; undefined if there are several. */
function defaultAmong(classes: readonly IngressClass[]): string | undefined {
  const [first, ...rest] = classes.filter(
    (one) => annotation(one, 'ingressclass.kubernetes.io/is-default-class') === 'true',
  );
  return rest.length === 0 ? first?.metadata.name : undefined;
}
