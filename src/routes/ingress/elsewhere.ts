import { isOwnPreview } from '../own.ts';
import type { PreviewRequest } from '../requests.ts';
import { type Ingress, isServedApart } from './object.ts';

/** The Ingresses of other namespaces that the router of the live routes may serve, as far as they could be read. */
export function ingressesElsewhere({ routes, elsewhere = [] }: PreviewRequest<Ingress>): Ingress[] {
  return elsewhere.filter((other) => routes.some(({ object }) => !isServedApart(object, other)));
}

/** All Ingresses that the router of the live routes may serve, and the other ones of the namespace, without the app's previews. */
export function ingressesBeside(request: PreviewRequest<Ingress>): Ingress[] {
  const here = request.all.flatMap(({ object }) => (isOwnPreview(object, request.app) ? [] : object));
  return [...here, ...ingressesElsewhere(request)];
}
