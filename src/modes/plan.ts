import type { Serving } from '../core/journal.ts';
import { canonical } from '../core/json.ts';
import { type Ingress, nameOf } from '../core/objects.ts';
import { rulesOf } from '../core/rules.ts';
import type { Stack } from '../core/stack.ts';
import type { Find } from './apply.ts';
import { routesIn } from './candidate.ts';
import type { Recorded } from './release-record.ts';
import type { Planned, Run } from './run.ts';
import type { SharedChange } from './shared.ts';
import type { Situation } from './situation.ts';

/** A live route that exists is never applied, whatever the manifests say of it. */
export function tellRoutes(run: Run, stack: Stack, { routes }: Situation): void {
  for (const wanted of routesIn(stack)) {
    const route = routes.find(({ ingress }) => ingress.metadata.name === wanted.metadata.name);
    if (route === undefined) run.report.notice(`${nameOf(wanted)} is no live route of this step and is left alone`);
    else if (!route.exists)
      run.report.line(`${nameOf(wanted)} does not exist: promote will create it from the manifests`);
    else if (differs(route.ingress, wanted))
      run.report.notice(`${nameOf(wanted)} exists and stays as it is; the manifests say something else`);
  }
}

/** Whether they differ in more than in which revision their backends name. */
function differs(present: Ingress, wanted: Ingress): boolean {
  const shape = (ingress: Ingress) =>
    rulesOf(ingress).map(({ host, path, pathType, port }) => `${host} ${path} ${pathType} ${port}`);
  const isSame = (a: unknown, b: unknown) => canonical(a ?? null) === canonical(b ?? null);
  return !isSame(shape(present), shape(wanted)) || !isSame(present.spec.tls, wanted.spec.tls);
}

/** What is there now, for the differences: routes were read, and the rest is the same if the content is. */
export function finder(run: Run, { ingresses }: Situation, recorded: Recorded | undefined, stack: Stack): Find {
  const isSame = !run.inputs.dryRun && recorded?.release.digest === stack.digest;
  return async (object) => {
    const { name } = object.metadata;
    if (object.kind === 'Ingress') return ingresses.find((one) => one.metadata.name === name);
    return isSame ? undefined : run.api.get({ kind: await run.api.kind(object), name });
  };
}

/** What would happen to each object, and to the routes. */
export function tellPlan(
  run: Run,
  planned: ReadonlyMap<string, Planned>,
  shared: readonly SharedChange[],
  green: Serving,
) {
  for (const { change } of planned.values()) run.report.change(change, true);
  for (const { set } of shared) {
    if (set !== undefined) run.report.change({ object: nameOf(set.object), action: 'change', diff: set.diff }, true);
  }
  run.report.serves({ preview: green });
  run.report.verdict(
    `Dry run: nothing was written. Visitors would stay where they are, and ${green.url} would reach ${green.service}. ${run.known.visitors}`,
  );
}
