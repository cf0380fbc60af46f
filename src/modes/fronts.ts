import { type Front, frontsOf, urlOf } from '../checks/probe.ts';
import { sitesOf } from '../routes/sites.ts';
import type { Run } from './run.ts';
import type { Situation } from './situation.ts';

/** Every way to every host of the live routes. */
export async function frontsFor(run: Run, { routes, ingresses }: Situation): Promise<Front[]> {
  const fronts = await Promise.all(
    routes.map((route) => {
      // A route that is yet to be created is served where its neighbours of the same class are.
      const { status } = route.exists ? route.ingress : (ingresses.find((one) => one.status) ?? route.ingress);
      const names = (status?.loadBalancer?.ingress ?? []).flatMap((entry) => entry.ip ?? entry.hostname ?? []);
      const anyHost = names[0] ?? run.inputs.addresses[0]?.host ?? 'localhost';
      return frontsOf(sitesOf(route, routes, anyHost), run.inputs.addresses, names);
    }),
  );
  return fronts.flat();
}

/** Where visitors are: the first host of the live routes. */
export function liveUrl({ routes }: Pick<Situation, 'routes'>): string {
  const [first] = sitesOf(routes[0], routes, '*');
  return first ? urlOf(first, '/') : '';
}
