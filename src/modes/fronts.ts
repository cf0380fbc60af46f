import { isIPv6 } from 'node:net';
import { type Front, frontsOf, urlOf } from '../checks/probe.ts';
import type { Ingress } from '../core/objects.ts';
import { rulesOf } from '../core/rules.ts';
import type { Site } from '../core/site.ts';
import { classOf } from '../routes/dialects.ts';
import { parkingHost } from '../routes/parking.ts';
import { sitesOf } from '../routes/sites.ts';
import type { LiveRoute } from './live-route.ts';
import { parkingIn } from './parking.ts';
import type { Run } from './run.ts';
import type { Situation } from './situation.ts';

/** Every way to every host of the live routes. */
export async function frontsFor(run: Run, situation: Situation): Promise<Front[]> {
  const { routes, ingresses } = situation;
  const parking = parkingIn(run, situation);
  const control = {
    host: parkingHost(run.inputs.app, run.api.namespace),
    path: (parking && rulesOf(parking)[0]?.path) ?? '/',
  };
  const fronts = await Promise.all(
    routes.map((route) => {
      const names = namesFor(route, ingresses);
      return frontsOf(sitesFor(run, route, situation), run.inputs.addresses, names, control);
    }),
  );
  return fronts.flat();
}

/** The sites of a route. One for every host is asked for, and shown to people, by an address of the router. */
function sitesFor(run: Run, route: LiveRoute, { routes, ingresses }: Pick<Situation, 'routes' | 'ingresses'>): Site[] {
  const [name = run.inputs.addresses[0]?.host ?? 'localhost'] = namesFor(route, ingresses);
  return sitesOf(route, routes, isIPv6(name) ? `[${name}]` : name);
}

/** Where a route is served; one that is yet to be created is served where its neighbours of the same class are. */
function namesFor(route: LiveRoute, ingresses: readonly Ingress[]): string[] {
  if (route.exists) return addressesOf(route.ingress);
  const isServed = (one: Ingress) => isOfClass(one, classOf(route.ingress)) && addressesOf(one).length > 0;
  const neighbour = ingresses.find(isServed);
  return neighbour === undefined ? [] : addressesOf(neighbour);
}

/** A manifest without a class gets the cluster's default one, which is not known here. */
function isOfClass(ingress: Ingress, name: string | undefined): boolean {
  return name === undefined || classOf(ingress) === name;
}

/** IP addresses and names at which the router says that it serves an Ingress. */
function addressesOf({ status }: Ingress): string[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap((entry) => entry.ip ?? entry.hostname ?? []);
}

/** Where visitors are: the first host of the live routes. */
export function liveUrl(run: Run, situation: Pick<Situation, 'routes' | 'ingresses'>): string {
  const [first] = sitesFor(run, situation.routes[0], situation);
  return first ? urlOf(first, '/') : '';
}
