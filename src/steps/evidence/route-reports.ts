import { GreenpathError } from '../../core/base/error.ts';
import { isOwnRoute } from '../../routes/own.ts';
import type { Reports } from '../../routes/reports.ts';
import type { Route } from '../../routes/route-kind.ts';
import { readRoutes } from '../../state/read-routes.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';

/*
 * What the controllers of a kind write into the status of its routes. It is evidence beside answers, never instead of
 * them: a route was seen to serve before it had a status, and one that is accepted may still be unknown to the proxy.
 */

/** Warns of what the controllers that serve the live routes say against them as they are now. No request. */
export function tellTroubles(run: Run, { routes }: Pick<Situation, 'routes'>): void {
  const troubles = routes.flatMap(({ adapter, object }) => adapter.reports?.(object, object).troubles ?? []);
  for (const text of troubles) run.report.warning(`${text}. The answers decide, not this report`);
}

/** Says which of the app's routes, its own ones included, the controllers have accepted. One request, if there are any. */
export async function tellReports(run: Run, situation: Situation): Promise<void> {
  const { accepted, troubles, pending } = await reportsNow(run, situation);
  if (accepted.length > 0) run.report.line(`Accepted, with all that it names: ${[...new Set(accepted)].join(', ')}`);
  for (const text of pending) run.report.line(text);
  for (const text of troubles) run.report.warning(`${text}. It answers all the same`);
}

/** What the controllers say against the app's routes, its own ones included; empty if it cannot be read. */
export async function troublesOf(run: Run, situation: Situation): Promise<readonly string[]> {
  try {
    const { troubles, pending } = await reportsNow(run, situation);
    return [...troubles, ...pending];
  } catch (error) {
    if (error instanceof GreenpathError) return [];
    throw error;
  }
}

/** Read again: controllers report after a route was written. */
async function reportsNow(run: Run, { app, routes }: Situation): Promise<Reports> {
  const reporting = routes.filter(({ adapter }) => adapter.reports !== undefined);
  if (reporting.length === 0) return { accepted: [], troubles: [], pending: [] };
  const now = await readRoutes(run);
  const all = reporting.flatMap((live) => {
    const isRelated = (one: Route) =>
      one.adapter === live.adapter && (one.ref.name === live.ref.name || isOwnRoute(one.object, app));
    const current =
      now.find((one) => one.adapter === live.adapter && one.ref.name === live.ref.name)?.object ?? live.object;
    return now.filter(isRelated).flatMap(({ object }) => live.adapter.reports?.(object, current) ?? []);
  });
  return {
    accepted: all.flatMap(({ accepted }) => accepted),
    troubles: [...new Set(all.flatMap(({ troubles }) => troubles))],
    pending: [...new Set(all.flatMap(({ pending }) => pending))],
  };
}
