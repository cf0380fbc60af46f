import type { Transport } from '../cluster/transport.ts';
import { isDenied, undefinedIf } from '../cluster/unreadable.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import type { RouteKind } from '../routes/route-kind.ts';
import type { Run } from './run.ts';

/** The objects of the cluster that say which controller serves a route, by the kind of route. */
export type Classes = ReadonlyMap<RouteKind, readonly KubeObject[]>;

/** They hardly ever change: a run reads them once. */
const READ = new WeakMap<Transport, Promise<Classes>>();

/**
 * Reads them for the kinds of the app's routes: one request for each. What the account may not read is left out: a Role
 * holds for one namespace, so most accounts may not read what belongs to the whole cluster.
 */
export function readClasses(run: Run, adapters: readonly RouteKind[]): Promise<Classes> {
  const known = READ.get(run.transport);
  if (known !== undefined) return known;
  const reading = readAll(run, adapters);
  READ.set(run.transport, reading);
  return reading;
}

async function readAll(run: Run, adapters: readonly RouteKind[]): Promise<Classes> {
  const lists = await Promise.all(
    adapters.map(async (adapter) => {
      const { classes } = adapter;
      const read =
        classes === undefined ? undefined : await run.api.listOfCluster(classes).catch(undefinedIf(isDenied));
      return read === undefined ? [] : [[adapter, read] as const];
    }),
  );
  return new Map(lists.flat());
}
