import { GreenpathError } from '../core/base/error.ts';
import type { Stack } from '../core/colouring/stack.ts';
import { type KubeObject, nameOf } from '../core/kube/objects.ts';
import type { Manifest } from '../core/manifests/manifests.ts';
import { isSameRoute, refOf, sameAmong } from '../core/release/route.ts';
import { adapterOf } from '../routes/registry.ts';
import type { Defaults } from '../routes/route-kind.ts';
import type { Namespace } from './namespace.ts';
import type { Run } from './run.ts';

/**
 * The stack, its routes completed as the API server would complete them: an Ingress without a class gets the cluster's
 * default. The account may not be able to read that, so the server is asked what it would create. A live route that
 * exists, or names its router, needs none of this.
 */
export async function withRouteDefaults(run: Run, stack: Stack, { allRoutes }: Namespace): Promise<Stack> {
  const routes = await Promise.all(
    stack.routes.map(async (manifest): Promise<Manifest> => {
      const { object } = manifest;
      const ref = refOf(object);
      const isLive = run.inputs.routes.some((one) => isSameRoute(one, ref));
      const defaults = adapterOf(object)?.defaults;
      if (!isLive || sameAmong(allRoutes, { ref }) || defaults?.of(object) !== undefined) return manifest;
      return defaults === undefined ? manifest : { ...manifest, object: await completed(run, object, defaults) };
    }),
  );
  return { ...stack, routes };
}

/** The route as the server would create it; as it is, if the server refuses that. */
async function completed(run: Run, object: KubeObject, { noun, of, from }: Defaults): Promise<KubeObject> {
  const here = { ...object, metadata: { ...object.metadata, namespace: run.api.namespace } };
  try {
    const created = await run.api.dry().create(here);
    if (created === 'changed') return object;
    const complete = from(object, created);
    const given = of(complete);
    run.report.line(
      given === undefined
        ? `${nameOf(object)} names no ${noun}, and the cluster has no default one`
        : `${nameOf(object)} names no ${noun}, and gets the cluster's default, ${given}`,
    );
    return complete;
  } catch (error) {
    if (!(error instanceof GreenpathError) || error.code === 'unreachable') throw error;
    run.report.notice(
      `${nameOf(object)} names no ${noun}, and whether the cluster has a default one is not known: ${error.message}`,
    );
    return object;
  }
}
