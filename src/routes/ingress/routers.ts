import { GreenpathError } from '../../core/base/error.ts';
import { nameOf } from '../../core/kube/objects.ts';
import { cloudAmong, cloudRefusal } from '../clouds.ts';
import { type Chosen, type RouterHints, type Undecided, unreadPrefix } from '../router-hints.ts';
import { type ClassFacts, classFacts } from './classes.ts';
import { CLOUDS } from './clouds.ts';
import { contour } from './contour.ts';
import { f5 } from './f5.ts';
import { haproxy } from './haproxy.ts';
import type { IngressRouter } from './ingress-router.ts';
import { kong } from './kong.ts';
import { nginxReading } from './nginx/prefixed.ts';
import { nginx } from './nginx/router.ts';
import { classOf, type Ingress } from './object.ts';
import { other } from './other.ts';
import { traefik } from './traefik/router.ts';

/** The routers that serve Ingresses: one line each. */
export const ROUTERS: readonly IngressRouter[] = [nginx, traefik, contour, haproxy, kong, f5, other];

/**
 * The router that serves all of these Ingresses: by the controller of their class where the cluster says it, else by the
 * config, else by the name of the class. Throws `route` if none is known, or if what is known contradicts the config.
 */
export function routerOf(routes: readonly Ingress[], hints: RouterHints): Chosen<IngressRouter> {
  const [first] = routes;
  if (first === undefined) throw new Error('there is always a live Ingress');
  refuseMixed(routes);
  const facts = classFacts(first, hints.classes);
  const configured = ROUTERS.find(({ name }) => name === hints.configured);
  const by = { ...facts, text: `${nameOf(first)} ${classText(facts)}` };
  const refusal = cloudRefusal(CLOUDS, by, { isConfigured: configured !== undefined });
  if (refusal !== undefined) throw refusal;
  if (configured !== undefined) {
    refuseContradiction(first, facts, configured);
    return { router: reading(configured, hints), by: 'config' };
  }
  const router = routerBy(facts);
  if (router === undefined) throw unknownRouter(first, facts, hints.classes !== undefined);
  // An Ingress without a class may be older than the default class, or another router may take all of these.
  const chosen = reading(router, hints);
  return { router: chosen, by: facts.controller === undefined || facts.isDefault ? 'name' : 'controller' };
}

/** The router as it was started. */
function reading(router: IngressRouter, { prefix }: RouterHints): IngressRouter {
  if (prefix === undefined) return router;
  if (router === nginx) return nginxReading(prefix);
  throw unreadPrefix(router);
}

/** What only the IngressClasses of the cluster say about the router of an Ingress. */
export function undecided(route: Ingress, configured: string | undefined): Undecided | undefined {
  if (ROUTERS.some((one) => one.name === configured)) return undefined;
  const name = classOf(route);
  if (name === undefined) return { what: 'since it names no class', isNamed: false };
  if (cloudAmong(CLOUDS, { name }) !== undefined) return undefined;
  const router = routerBy({ name, controller: undefined });
  return router === undefined
    ? { what: `since only the IngressClass ${name} says which controller serves it`, isNamed: false }
    : {
        what: `since the name ${name} of its class proves nothing; it is judged as the router ${router.name}`,
        isNamed: true,
      };
}

/** A controller counts more than a name. */
function routerBy({ name, controller }: Pick<ClassFacts, 'name' | 'controller'>): IngressRouter | undefined {
  if (controller !== undefined) return ROUTERS.find(({ controllers }) => controllers?.test(controller));
  return ROUTERS.find(({ classes }) => name !== undefined && classes.includes(name));
}

function refuseMixed(routes: readonly Ingress[]): void {
  const classes = [...new Set(routes.map(classOf))];
  if (classes.length <= 1) return;
  throw new GreenpathError(
    'route',
    `the live routes have different classes (${classes.map((one) => one ?? 'none').join(', ')})`,
    'Release what is behind different routers as separate apps.',
  );
}

function refuseContradiction(route: Ingress, facts: ClassFacts, configured: IngressRouter): void {
  const { controller } = facts;
  const known = controller === undefined ? undefined : routerBy(facts);
  if (known === undefined || known === configured || configured.alsoControllers?.test(controller ?? '')) return;
  throw new GreenpathError(
    'route',
    `${nameOf(route)} ${classText(facts)}. That is the router ${known.name}, and the config says router: ${configured.name}`,
    `Set \`router: ${known.name}\` in the config, or remove that setting; or name the class of the other router in the Ingress.`,
  );
}

function classText({ name, isDefault, controller }: ClassFacts): string {
  const text = isDefault ? `names no class, and the cluster's default is ${name}` : `has the class ${name}`;
  return controller === undefined ? text : `${text}, whose controller is ${controller}`;
}

function unknownRouter(route: Ingress, facts: ClassFacts, areRead: boolean): GreenpathError {
  const what = nameOf(route);
  const mayRead = areRead
    ? ''
    : 'Let the account read IngressClasses, which name the controller (docs/role.yaml has the ClusterRole as a comment). Otherwise: ';
  const isIt = ROUTERS.map((one) => `If its router ${one.known}, set \`router: ${one.name}\` in the config.`).join(' ');
  if (facts.name === undefined)
    return new GreenpathError(
      'route',
      `${what} names no class, so Greenpath does not know which router serves it`,
      `${mayRead}Set spec.ingressClassName of that Ingress. ${isIt}`,
    );
  const none = areRead && facts.controller === undefined ? ', and the cluster has no IngressClass of that name' : '';
  return new GreenpathError(
    'route',
    `${what} ${classText(facts)}${none}, and Greenpath does not know how its router strips a prefix`,
    mayRead + isIt,
  );
}
