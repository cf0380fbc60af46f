import { nameOf } from '../../core/kube/objects.ts';
import { entriesOfCandidate } from '../../core/release/candidate-entries.ts';
import { leadsToOne } from '../../core/release/route.ts';
import { readNamespace } from '../../state/namespace.ts';
import { listOwned } from '../../state/owned-objects.ts';
import { findRecord, noteRetiring } from '../../state/records.ts';
import { lastCaller, routeTo } from '../../state/route-references.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { removeObject } from '../objects/remove-object.ts';
import { removeStack } from '../objects/remove-stack.ts';
import { removePreviews } from '../own-routes/own-routes.ts';
import { stopNaming } from '../own-routes/parking.ts';

/**
 * Removes the replaced candidate, now that the preview answers from this one. As in `retire`, it stays while something
 * else names it. Its preview is removed in any case.
 */
export async function removeSuperseded(run: Run, situation: Situation, revision: string): Promise<void> {
  const [releaseRecord, objects] = await Promise.all([findRecord(run, revision), listOwned(run, revision)]);
  const services = objects.filter((object) => object.kind === 'Service').map((object) => object.metadata.name);
  const now = await fresh(run, situation);
  // Those of its plain Services that the new candidate has too point at the new one by now.
  const entries = entriesOfCandidate(now, revision);
  const others = now.services.filter((service) => !entries.includes(service));
  // The candidate's own preview is where the live routes are now; the other one may have been elsewhere too.
  const leading = [...services, ...entries.map(({ metadata }) => metadata.name)];
  const by = routeTo(now, leading)?.object ?? (await lastCaller(run, { ...now, services: others }, revision));
  await removePreviews(run, now, ({ paths }) => paths.every(leadsToOne(services)));
  if (by !== undefined) {
    return run.report.warning(
      `${revision} stays, although ${run.inputs.revision} has replaced it: ${nameOf(by)} leads to it. Point that elsewhere, or delete it if nothing uses it; then mode reject removes ${revision}`,
    );
  }
  await noteRetiring(run, releaseRecord);
  await stopNaming(run, now, services, run.inputs.config);
  for (const entry of entries) await removeObject(run, entry, () => false);
  await removeStack(run, { revision, objects, releaseRecord });
}

/** The situation with the routes and Services of now: parking was written since it was read. */
export async function fresh(run: Run, situation: Situation): Promise<Situation> {
  return { ...situation, ...(await readNamespace(run, { removes: true })) };
}
