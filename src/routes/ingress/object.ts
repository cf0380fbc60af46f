import type { Host } from '../../core/base/hosts.ts';
import type { JsonObject } from '../../core/base/json.ts';
import { annotation, type KubeObject } from '../../core/kube/objects.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ */
export interface Ingress extends KubeObject {
  spec: {
    ingressClassName?: string;
    defaultBackend?: Backend;
    rules?: { host?: string; http?: { paths: { path?: string; pathType?: string; backend: Backend }[] } }[];
    tls?: { hosts?: string[]; secretName?: string }[];
  };
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

/** The host of a rule; an empty one stands for every host, as none does. */
export function hostOf({ host }: { readonly host?: string }): Host {
  return host || undefined;
}

export interface Backend {
  service?: { name: string; port?: { name?: string; number?: number } };
  resource?: JsonObject;
}

/** A backend that is a Service. */
export function backend(service: string, port: number | string): Backend {
  return { service: { name: service, port: typeof port === 'number' ? { number: port } : { name: port } } };
}

/** The annotation with which an Ingress names its class if it does not use the field. */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** The class that an Ingress names, in its field or in the old annotation. */
export function classOf(ingress: Ingress): string | undefined {
  return ingress.spec.ingressClassName ?? annotation(ingress, CLASS_ANNOTATION);
}

/** An Ingress with the class that the API server gave it when it created it. */
export function withClass(ingress: Ingress, { spec: { ingressClassName } }: Ingress): Ingress {
  return ingressClassName === undefined ? ingress : { ...ingress, spec: { ...ingress.spec, ingressClassName } };
}

/**
 * Whether an Ingress is of the class `name`; of an undefined one all are. An Ingress without a class is of none, and the
 * router of `name` may serve it all the same: `isServedApart` says whether it does not.
 */
export function isOfClass(ingress: Ingress, name: string | undefined): boolean {
  return name === undefined || classOf(ingress) === name;
}

/** The class, in the form that the live Ingress uses: the field, or the old annotation, which needs no IngressClass. */
export function classLike(route: Ingress): {
  spec: { ingressClassName?: string };
  annotations: Record<string, string>;
} {
  const { ingressClassName } = route.spec;
  if (ingressClassName !== undefined) return { spec: { ingressClassName }, annotations: {} };
  const name = classOf(route);
  return { spec: {}, annotations: name === undefined ? {} : { [CLASS_ANNOTATION]: name } };
}

/** IP addresses and names at which the router reports that it serves an Ingress. */
export function ownAddresses({ status }: Ingress): string[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap((entry) => entry.ip ?? entry.hostname ?? []);
}

/**
 * Whether another router serves `other` than `route`: they have different classes, and each is served at its own
 * addresses. The classes alone are not enough: one router may serve several, as the cluster's IngressClasses say, which
 * an account of one namespace cannot read.
 */
export function isServedApart(route: Ingress, other: Ingress): boolean {
  if (isOfClass(other, classOf(route))) return false;
  const [here, there] = [ownAddresses(route), ownAddresses(other)];
  return here.length > 0 && there.length > 0 && !there.some((one) => here.includes(one));
}
