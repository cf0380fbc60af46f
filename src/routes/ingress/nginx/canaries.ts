import { annotation, nameOf } from '../../../core/kube/objects.ts';
import type { Canary } from '../../canary.ts';
import type { CanaryRequest } from '../../requests.ts';
import { type Ingress, isServedApart } from '../object.ts';
import { type IngressPath, pathsOf, placed } from '../paths.ts';
import { PREFIX } from './annotations.ts';

/** Whether an Ingress only shares the paths of others: routers create no path of its own for it. */
export function isCanary(ingress: Ingress): boolean {
  // As Go's strconv.ParseBool has it.
  return /^(1|t|T|TRUE|true|True)$/.test(annotation(ingress, `${PREFIX}canary`) ?? '');
}

/** Whether an Ingress is a canary for requests with this header. */
export function isCanaryFor(ingress: Ingress, { name, value }: { readonly name: string; readonly value: string }) {
  const said = (end: string) => annotation(ingress, `${PREFIX}canary-by-header${end}`) ?? '';
  return isCanary(ingress) && said('').toLowerCase() === name.toLowerCase() && said('-value') === value;
}

/**
 * Canaries that take visitors of the live paths elsewhere. A canary by header or cookie alone takes only visitors who
 * ask for it; one that names the same Service changes nothing.
 */
export function canariesOf({ routes, to, all }: CanaryRequest<Ingress>): Canary[] {
  const live = routes.flatMap(({ object, rules }) => placed(object, rules));
  const near = all.filter((other) => routes.some(({ object }) => !isServedApart(object, other.object)));
  return near.flatMap(({ object }) => {
    const percent = isCanary(object) ? percentOf(object) : 0;
    if (percent === 0) return [];
    return pathsOf(object).flatMap((own): Canary[] => {
      const path = live.find((one) => isSamePath(one, own));
      if (path === undefined || own.service === undefined || own.service === to.services[path.baseName]) return [];
      const end = `Set canary-weight of ${nameOf(object)} to "0", or delete it`;
      return [{ route: nameOf(object), place: path.text, service: own.service, percent, end }];
    });
  });
}

/** `total` is at least 100, whatever it says. */
function percentOf(ingress: Ingress): number {
  const number = (name: string) => {
    const text = annotation(ingress, `${PREFIX}${name}`) ?? '';
    return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
  };
  const total = Math.max(100, number('canary-weight-total'));
  return (100 * Math.min(Math.max(0, number('canary-weight')), total)) / total;
}

/** Routers compare the text; one of them treats ImplementationSpecific as another type than Prefix. */
export function isSamePath(one: IngressPath, other: IngressPath): boolean {
  if (one.isFallback || other.isFallback) return one.isFallback === other.isFallback;
  const isExact = ({ match }: IngressPath) => match === 'exact';
  return one.host === other.host && one.path === other.path && isExact(one) === isExact(other);
}
