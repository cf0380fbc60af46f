import type { Stack } from '../../core/colouring/stack.ts';
import { keyOf, kindOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { nameOf } from '../../core/kube/objects.ts';
import type { Serving } from '../../core/report/journal.ts';
import type { Outcome } from '../../state/outcome.ts';
import type { ReleaseRecord } from '../../state/records.ts';
import type { DryRunResult, Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { type OwnPlan, unplannedPreviews } from '../own-routes/own-routes.ts';
import type { Find } from './dry-run.ts';
import type { SharedChange } from './shared-change.ts';

/**
 * The present objects, for the differences. The routes were read. The other objects equal the manifests if the content
 * digest does, which leaves out Secrets.
 */
export function finder(
  run: Run,
  { allRoutes, routes }: Situation,
  releaseRecord: ReleaseRecord | undefined,
  stack: Stack,
): Find {
  const isSame = !run.inputs.dryRun && releaseRecord?.release.digest === stack.digest;
  return async (object) => {
    const { name } = object.metadata;
    const isRoute = routes.some(({ adapter }) => adapter.resource.kind === object.kind);
    if (isRoute) return allRoutes.find((one) => keyOf(one.object) === keyOf(object))?.object;
    return isSame && kindOf(object) !== KIND.Secret
      ? undefined
      : run.api.get({ kind: await run.api.kind(object), name });
  };
}

/** What a dry run tells of. */
interface Planned {
  readonly tried: ReadonlyMap<string, DryRunResult>;
  readonly writes: { readonly shared: readonly SharedChange[]; readonly routes: OwnPlan };
  readonly green: Serving;
  readonly situation: Situation;
}

/** What would happen to each object, and to the routes. */
export function tellPlan(run: Run, { tried, writes, green, situation }: Planned): Outcome {
  for (const { change } of tried.values()) run.report.change(change);
  for (const { set } of writes.shared) {
    if (set !== undefined) run.report.change({ object: nameOf(set.object), action: 'change', diff: set.diff });
  }
  for (const { object } of unplannedPreviews(situation, writes.routes))
    run.report.change({ object: nameOf(object), action: 'delete', diff: '' });
  run.report.serves({ preview: green });
  const outcome = run.observe({});
  run.report.verdict(
    `Dry run: nothing was written. Visitors would stay where they are, and ${green.url} would reach ${green.service}. ${outcome.visitors}`,
  );
  return outcome;
}
