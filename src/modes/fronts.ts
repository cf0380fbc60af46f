import { type Front, frontsOf, urlOf } from '../checks/probe.ts';
import type { Ingress } from '../core/objects.ts';
import { rulesOf } from '../core/rules.ts';
import { classOf } from '../routes/dialects.ts';
import { parkingHost } from '../routes/parking.ts';
import { sitesOf } from '../routes/sites.ts';
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
      // A route that is yet to be created is served where its neighbours of the same class are.
      const served = route.exists
        ? [route.ingress]
        : ingresses.filter((one) => isOfClass(one, classOf(route.ingress)) && addressesOf(one).length > 0);
      const names = served.slice(0, 1).flatMap(addressesOf);
      const anyHost = names[0] ?? run.inputs.addresses[0]?.host ?? 'localhost';
      return frontsOf(sitesOf(route, routes, anyHost), run.inputs.addresses, names, control);
    }),
  );
  return fronts.flat();
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
export function liveUrl({ routes }: Pick<Situation, 'routes'>): string {
  const [first] = sitesOf(routes[0], routes, '*');
  return first ? urlOf(first, '/') : '';
}
