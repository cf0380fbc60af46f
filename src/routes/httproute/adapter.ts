import { canonical } from '../../core/base/json.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { annotation } from '../../core/kube/objects.ts';
import { shapeFaults } from '../../core/kube/shape.ts';
import { servicesOf } from '../../core/release/route.ts';
import type { RouteAdapter } from '../adapter.ts';
import { cloudsRefusal } from './clouds.ts';
import { entrancesOf, parentsOf } from './gateways.ts';
import { mark, marked, marksOf } from './mark.ts';
import { gatewaysKey, gatewaysOf, type HttpRoute, hostnameCovers, parentKey } from './object.ts';
import { forget, move, renamed, repair } from './patch.ts';
import { pathsOf } from './paths.ts';
import { reportsOf } from './reports.ts';
import { gateway } from './router.ts';
import { SHAPE } from './shape.ts';
import { meetsAtGateway } from './taken.ts';

/** HTTPRoute (gateway.networking.k8s.io/v1). */
export const httpRoute: RouteAdapter<HttpRoute> = {
  resource: KIND.HTTPRoute,
  field: 'rules',
  ifOneForEachHost:
    'If it allows one HTTPRoute for each host, let each rule of the live one name two Services with the weights 1 and 0, which needs no parking, and set a host for the preview (`preview: {host: green.example.com}`).',
  routers: [gateway],
  ifMissing: {
    api: 'Install the CRDs of Gateway API (the standard channel, version 1.0 or newer) and an implementation of it, or name a route of another kind in the input route.',
    right: 'docs/role.yaml has the rule for HTTPRoutes as a comment.',
  },
  faults: (object) => shapeFaults(object, SHAPE),
  paths: pathsOf,
  mistakes: () => [],
  references: () => [],
  differences: differencesOf,
  lastApplied,
  renamed,
  move,
  /** A live route never holds a preview. */
  drop: () => [],
  forget,
  mark,
  marked,
  marksOf,
  repair,
  covers: hostnameCovers,
  isNear: meetsAtGateway,
  /** Listeners have the certificates. A port number in parentRefs is all that the route itself says of them. */
  hasTls: (route) => {
    const gateways = gatewaysOf(route);
    return gateways.length > 0 && gateways.every(({ port }) => port === 443);
  },
  /** They are in the status of the Gateway. */
  addresses: () => [],
  parents: parentsOf,
  isBeside: (own, live) => {
    const { namespace } = own.metadata;
    return gatewaysKey(own, namespace) === gatewaysKey(live, namespace);
  },
  entrances: entrancesOf,
  routerOf: (routes, hints) => ({ router: gateway, by: 'controller', refusal: cloudsRefusal(routes, hints) }),
  reports: reportsOf,
};

/** The fields in which a route differs from `wanted`, besides which Services its backends name. */
function differencesOf(present: HttpRoute, wanted: HttpRoute): string[] {
  const { namespace } = present.metadata;
  const gateways = (route: HttpRoute) => (route.spec.parentRefs ?? []).map((ref) => parentKey(ref, namespace));
  const rules = (route: HttpRoute) =>
    pathsOf(route).map(({ text, match, port, key }) => `${text} ${match} ${port} ${key}`);
  const parts = {
    'spec.parentRefs': [gateways(present), gateways(wanted)],
    'spec.rules': [rules(present), rules(wanted)],
  };
  return Object.entries(parts).flatMap(([field, [now, then]]) =>
    canonical(now ?? []) === canonical(then ?? []) ? [] : [field],
  );
}

function lastApplied(route: HttpRoute): string[] {
  const text = annotation(route, 'kubectl.kubernetes.io/last-applied-configuration');
  if (text === undefined) return [];
  try {
    const applied = JSON.parse(text) as HttpRoute;
    return shapeFaults(applied, SHAPE).length > 0 ? [] : servicesOf(pathsOf(applied));
  } catch {
    return [];
  }
}
