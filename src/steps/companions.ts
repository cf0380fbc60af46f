import { GreenpathError } from '../core/base/error.ts';
import type { Kind } from '../core/kube/kind-row.ts';
import { type KubeObject, LABEL_APP } from '../core/kube/objects.ts';
import { sameAmong } from '../core/release/route.ts';
import { isOwnRoute } from '../routes/own.ts';
import type { Route } from '../routes/route-kind.ts';
import type { Run } from '../state/run.ts';
import type { Situation } from '../state/situation.ts';
import { isAsRead, removeObject } from './remove-object.ts';

/**
 * Removes what own routes needed besides themselves, now that `gone` were removed: the objects of further kinds, by
 * label, of which no own route has the name any more. One request for each kind, for routers that have such kinds.
 */
export async function removeCompanions(
  run: Run,
  { app, routes, allRoutes }: Pick<Situation, 'app' | 'routes' | 'allRoutes'>,
  gone: readonly Route[],
): Promise<void> {
  const kinds = new Set(routes.flatMap(({ router }) => router.companions ?? []));
  const kept = allRoutes.filter((route) => isOwnRoute(route.object, app) && sameAmong(gone, route) === undefined);
  const isNeeded = ({ metadata: { name } }: KubeObject) =>
    kept.some(({ ref }) => ref.name === name || ref.name.startsWith(`${name}.`));
  for (const kind of kinds) {
    for (const object of await listed(run, kind, `${LABEL_APP}=${app}`))
      if (!isNeeded(object)) await removeObject(run, object, isAsRead(object), kind);
  }
}

/** An account that may not list them has created none, and neither can a cluster without the kind hold any. */
async function listed(run: Run, kind: Kind, labels: string): Promise<KubeObject[]> {
  try {
    return await run.api.list(kind, labels);
  } catch (error) {
    if (!(error instanceof GreenpathError) || (error.code !== 'forbidden' && error.code !== 'route')) throw error;
    run.report.line(`${kind.kind}s were not read: ${error.message}`);
    return [];
  }
}
