import { GreenpathError } from '../../core/base/error.ts';
import { nameOf } from '../../core/kube/objects.ts';
import type { IngressRouter } from './ingress-router.ts';
import { nginx } from './nginx/router.ts';
import { classOf, type Ingress } from './object.ts';

/** The routers that serve Ingresses: one line each. */
export const ROUTERS: readonly IngressRouter[] = [nginx];

/** The one that serves all of these Ingresses: `configured`, or that whose name is their class. Throws `route`. */
export function routerOf(routes: readonly Ingress[], configured: string | undefined): IngressRouter {
  const classes = [...new Set(routes.map(classOf))];
  const [name] = classes;
  if (classes.length > 1)
    throw new GreenpathError(
      'route',
      `the live routes have different classes (${classes.map((one) => one ?? 'none').join(', ')})`,
      'Release what is behind different routers as separate apps.',
    );
  const router = ROUTERS.find((one) => one.name === (configured ?? name));
  if (router !== undefined) return router;
  const [first] = routes;
  const what = first === undefined ? 'no Ingress' : nameOf(first);
  const isIt = ROUTERS.map((one) => `If its router ${one.known}, set \`router: ${one.name}\` in the config.`).join(' ');
  if (name === undefined)
    throw new GreenpathError(
      'route',
      `${what} names no class, so Greenpath does not know which router serves it`,
      `Set spec.ingressClassName of that Ingress. ${isIt}`,
    );
  throw new GreenpathError(
    'route',
    `${what} has the class ${name}, and Greenpath does not know how its router strips a prefix`,
    isIt,
  );
}
