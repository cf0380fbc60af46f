import { isDenied, undefinedIf } from '../cluster/unreadable.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { parkingTokens } from '../routes/own.ts';
import type { RouteKind } from '../routes/route-kind.ts';
import type { LiveRoute } from './live-route.ts';
import { readClasses } from './route-classes.ts';
import type { Elsewhere } from './routers.ts';
import type { Run } from './run.ts';

/**
 * Reads the routes of other namespaces, whose hosts may be those of the app: one request for each kind of route. For a
 * kind with classes, it is not tried with an account that may not read these: a Role of one namespace has neither right.
 */
export async function readElsewhere(
  run: Run,
  { routes }: { readonly routes: readonly Pick<LiveRoute, 'adapter'>[] },
): Promise<Elsewhere> {
  const adapters = new Set(routes.map(({ adapter }) => adapter));
  const classes = await readClasses(run, [...adapters]);
  const lists = await Promise.all(
    [...adapters].map(async (adapter) => {
      if (adapter.classes !== undefined && !classes.has(adapter)) return [];
      const all = await run.api.listOfCluster(adapter.resource).catch(undefinedIf(isDenied));
      run.report.hide(parkingTokens(all ?? []));
      return all === undefined ? [] : [[adapter, all.filter((one) => isElsewhere(run, adapter, one))] as const];
    }),
  );
  return new Map(lists.flat());
}

function isElsewhere({ api }: Run, adapter: RouteKind, object: KubeObject): boolean {
  return object.metadata.namespace !== api.namespace && adapter.faults(object).length === 0;
}
