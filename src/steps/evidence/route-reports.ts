import { GreenpathError } from '../../core/base/error.ts';
import { isOwnPreview, isOwnRoute } from '../../routes/own.ts';
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
  for (const text of troubles) run.report.warning(`${text}. ${UNSEEN}`);
}

/** What to think of a report against a route that nobody has seen to answer. */
const UNSEEN = 'The answers decide, not this report';

/**
 * Says which of the app's routes, its own ones included, the controllers have accepted. `previewSeen`: whether the preview
 * was seen to answer, whatever they say. One request, if there are any routes of such a kind.
 */
export async function tellReports(
  run: Run,
  situation: Situation,
  { previewSeen }: { readonly previewSeen: boolean },
): Promise<void> {
  const now = await reportsNow(run, situation);
  const { accepted, pending } = joined(now);
  if (accepted.length > 0) run.report.line(`Accepted, with all that it names: ${accepted.join(', ')}`);
  for (const text of pending) run.report.line(text);
  const warnings = now.flatMap(({ object, reports }) => {
    const isSeen = previewSeen && isOwnPreview(object, situation.app);
    return reports.troubles.map((text) => `${text}. ${isSeen ? 'It answers all the same' : UNSEEN}`);
  });
  for (const text of new Set(warnings)) run.report.warning(text);
}

/** What the controllers say against the app's routes, its own ones included; empty if it cannot be read. */
export async function troublesOf(run: Run, situation: Situation): Promise<readonly string[]> {
  try {
    const { troubles, pending } = joined(await reportsNow(run, situation));
    return [...troubles, ...pending];
  } catch (error) {
    if (error instanceof GreenpathError) return [];
    throw error;
  }
}

/** A route as it is now, and what is said of it. */
interface Reported extends Pick<Route, 'object'> {
  readonly reports: Reports;
}

/** Read again: controllers report after a route was written. */
async function reportsNow(run: Run, { app, routes }: Situation): Promise<Reported[]> {
  const reporting = routes.filter(({ adapter }) => adapter.reports !== undefined);
  if (reporting.length === 0) return [];
  const now = await readRoutes(run);
  return reporting.flatMap((live) => {
    const isRelated = (one: Route) =>
      one.adapter === live.adapter && (one.ref.name === live.ref.name || isOwnRoute(one.object, app));
    const current =
      now.find((one) => one.adapter === live.adapter && one.ref.name === live.ref.name)?.object ?? live.object;
    return now.filter(isRelated).flatMap(({ object }) => {
      const reports = live.adapter.reports?.(object, current);
      return reports === undefined ? [] : { object, reports };
    });
  });
}

/** All of it, each clause once: a route of Greenpath's own may be beside several live ones. */
function joined(all: readonly Reported[]): Reports {
  const once = (of: (reports: Reports) => readonly string[]) => [...new Set(all.flatMap(({ reports }) => of(reports)))];
  return {
    accepted: once(({ accepted }) => accepted),
    troubles: once(({ troubles }) => troubles),
    pending: once(({ pending }) => pending),
  };
}
