import type { Ingress } from '../core/kube/objects.ts';
import { classOf, isOfClass } from './dialects.ts';

/** IP addresses and names at which the router says that it serves an Ingress. */
export function addressesOf({ status }: Ingress): string[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap((entry) => entry.ip ?? entry.hostname ?? []);
}

/**
 * Whether another router serves `other` than `route`: they are of different classes, and each is served at addresses of
 * its own. The classes alone do not tell: one router may serve several, as the IngressClasses of the cluster say, which
 * an account of one namespace cannot read.
 */
export function isServedApart(route: Ingress, other: Ingress): boolean {
  if (isOfClass(other, classOf(route))) return false;
  const [here, there] = [addressesOf(route), addressesOf(other)];
  return here.length > 0 && there.length > 0 && !there.some((one) => here.includes(one));
}
