import { hostCovers } from '../../core/base/hosts.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { shapeFaults } from '../../core/kube/shape.ts';
import type { RouteAdapter } from '../adapter.ts';
import { CLASSES } from './classes.ts';
import { differencesOf } from './differences.ts';
import { mistakesIn } from './mistakes.ts';
import { classOf, type Ingress, isOfClass, isServedApart, ownAddresses, withClass } from './object.ts';
import { drop, move, renamed, repair } from './patch.ts';
import { pathsOf } from './paths.ts';
import { referencesOf } from './references.ts';
import { ROUTERS, routerOf, undecided } from './routers.ts';
import { SHAPE } from './shape.ts';
import { hasTls } from './tls.ts';

/** Ingress (networking.k8s.io/v1). */
export const ingress: RouteAdapter<Ingress> = {
  resource: KIND.Ingress,
  field: 'rules',
  unmarkable:
    'behind an Ingress, the header would be in an object of its own on which visitors depend (a ConfigMap for ingress-nginx, a Middleware for Traefik), or in annotations of the live Ingress, which apply to all of its paths (HAProxy, snippets of nginx), or the router cannot set one',
  ifOneForEachHost:
    'If it allows one Ingress for each host, set a host for the preview (`preview: {host: green.example.com}`); or, with the router nginx, let the live Ingress strip paths itself (the classic form, docs/classic-form.md), since the preview is then inside it.',
  routers: ROUTERS,
  faults: (object) => shapeFaults(object, SHAPE),
  defaults: { noun: 'class', of: classOf, from: withClass },
  classes: CLASSES,
  undecided,
  paths: pathsOf,
  mistakes: mistakesIn,
  references: referencesOf,
  differences: differencesOf,
  lastApplied,
  renamed,
  move,
  drop,
  repair,
  covers: hostCovers,
  // One without a class gets the default one, so whatever is written beside it names that.
  isBeside: (own, live) => isOfClass(own, classOf(live)),
  isNear: (other, { object }) => !isServedApart(object, other),
  hasTls,
  addresses,
  routerOf,
};

function lastApplied({ metadata }: Ingress): string[] {
  const text = metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '';
  return [...text.matchAll(/"service":\{"name":"([^"\\]+)"/g)].map(([, name = '']) => name);
}

/** Where an Ingress is served; if its status does not say it, where the first of `others` of its class is. */
function addresses(route: Ingress, others: readonly Ingress[]): string[] {
  const own = ownAddresses(route);
  if (own.length > 0) return own;
  const neighbour = others.find((one) => isOfClass(one, classOf(route)) && ownAddresses(one).length > 0);
  return neighbour === undefined ? [] : ownAddresses(neighbour);
}
