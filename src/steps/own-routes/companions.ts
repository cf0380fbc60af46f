import { isForbidden, isForbiddenOrAbsent } from '../../cluster/unreadable.ts';
import type { Kind } from '../../core/kube/kind-row.ts';
import { type KubeObject, LABEL_APP } from '../../core/kube/objects.ts';
import { sameAmong } from '../../core/release/route.ts';
import { isOwnRoute } from '../../routes/own.ts';
import { adapterOf } from '../../routes/registry.ts';
import type { Route } from '../../routes/route-kind.ts';
import type { Companion } from '../../routes/router.ts';
import { readRoutes } from '../../state/read-routes.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { isAsRead, removeObject } from '../objects/remove-object.ts';

type Facts = Pick<Situation, 'app' | 'routes' | 'allRoutes'>;

/**
 * Removes what own routes needed besides themselves, now that `gone` were removed: the objects of further kinds, by
 * label, that no own route needs any more. One request for each kind that the routers have, or that a route of `gone`
 * needed: another router may have served that.
 */
export async function removeCompanions(run: Run, situation: Facts, gone: readonly Route[]): Promise<void> {
  const present = situation.routes.flatMap(({ router }) => router.companions ?? []);
  const needed = new Set(neededBy(gone).map(({ kind }) => kind));
  for (const kind of new Set([...present.map((companion) => companion.kind), ...needed]))
    await removeUnneeded(run, situation, kind, { gone, wasNeeded: needed.has(kind) });
}

/**
 * Removes what own routes needed of another router, or for a preview of another kind, now that `written` took their
 * place. No request if all that they needed was written again.
 */
export async function removeReplaced(run: Run, situation: Facts, written: readonly KubeObject[]): Promise<void> {
  const before = situation.allRoutes.filter(({ object }) => isOwnRoute(object, situation.app));
  const isWritten = ({ kind, name }: Needed) =>
    written.some((object) => object.kind === kind.kind && object.metadata.name === name);
  const replaced = neededBy(before).filter((one) => !isWritten(one));
  for (const kind of new Set(replaced.map((one) => one.kind)))
    await removeUnneeded(run, situation, kind, { gone: [], wasNeeded: true });
}

/** An object that a route needs. */
interface Needed {
  readonly kind: Kind;
  readonly name: string;
}

/** What these routes need, whichever router serves them. */
function neededBy(routes: readonly Route[]): Needed[] {
  return routes.flatMap(({ object }) =>
    companionsOf(object).flatMap(({ kind, needs }) =>
      namesOf(object).flatMap((name) => (needs(object, name) ? { kind, name } : [])),
    ),
  );
}

function companionsOf(route: KubeObject): Companion[] {
  return (adapterOf(route)?.routers ?? []).flatMap(({ companions = [] }) => companions);
}

/** What its companions may be called: as the route, without what follows a further dot. */
function namesOf({ metadata: { name } }: KubeObject): string[] {
  const parts = name.split('.');
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
}

/** What was removed, and whether it needed an object of the kind. */
interface Gone {
  readonly gone: readonly Route[];
  readonly wasNeeded: boolean;
}

/** The routes are read again: this run may have written some that were not there. */
async function removeUnneeded(run: Run, { app }: Facts, kind: Kind, { gone, wasNeeded }: Gone): Promise<void> {
  const objects = await listed(run, kind, { labels: `${LABEL_APP}=${app}`, wasNeeded });
  if (objects.length === 0) return;
  const now = await readRoutes(run);
  const kept = now.filter((route) => isOwnRoute(route.object, app) && sameAmong(gone, route) === undefined);
  const isNeeded = ({ metadata: { name } }: KubeObject) =>
    kept.some(({ object }) =>
      companionsOf(object).some((companion) => companion.kind === kind && companion.needs(object, name)),
    );
  for (const object of objects) if (!isNeeded(object)) await removeObject(run, object, isAsRead(object), kind);
}

/**
 * A cluster without the kind cannot hold any. With an account that may not list them, they stay: those that nothing
 * needed were most likely never there, as an account that may not list them cannot write them either.
 */
async function listed(
  run: Run,
  kind: Kind,
  { labels, wasNeeded }: { readonly labels: string; readonly wasNeeded: boolean },
): Promise<KubeObject[]> {
  try {
    return await run.api.list(kind, labels);
  } catch (error) {
    if (!isForbiddenOrAbsent(error)) throw error;
    const text = `${kind.kind}s that the preview or parking needed were not looked for: ${error.message}`;
    if (!isForbidden(error) || !wasNeeded) run.report.line(text);
    else run.report.warning(`${text}. If there are any (kubectl get ${kind.resource} -l ${labels}), delete them`);
    return [];
  }
}
