import { formatDuration } from '../core/base/duration.ts';
import { GreenpathError } from '../core/base/error.ts';
import { ADOPTED } from '../core/base/revision.ts';
import { keyOf } from '../core/kube/identity.ts';
import { nameOf } from '../core/kube/objects.ts';
import { keysHeld } from '../core/release/data-holders.ts';
import { previousOf } from '../core/release/previous-revision.ts';
import { planRetirement, type Retirement } from '../core/release/retirement.ts';
import { CLOCK } from '../process/clock.ts';
import { refuseDrift } from '../state/drift.ts';
import { readNamespace, requireRoutes } from '../state/namespace.ts';
import { openApp } from '../state/open-app.ts';
import type { Outcome } from '../state/outcome.ts';
import { listOwned } from '../state/owned-objects.ts';
import { readSituation } from '../state/read-situation.ts';
import { anchorOf, listRecords, noteRetiring, plannedRoutes, type ReleaseRecord, recordOf } from '../state/records.ts';
import { lastCaller, namedBy } from '../state/route-references.ts';
import { observeDone, type Run } from '../state/run.ts';
import type { Situation } from '../state/situation.ts';
import { stackFacts } from '../state/stack-facts.ts';
import { observeLive } from '../state/tell-live.ts';
import { refuseUnsettled } from '../state/unsettled.ts';
import { removeStack } from '../steps/objects/remove-stack.ts';
import { stopNaming } from '../steps/own-routes/parking.ts';
import { readHolders, scaleDownAdopted, tellHeld, withoutHeld } from '../steps/pods/data-holders.ts';
import { releaseStrength } from '../steps/pods/hpa-limits.ts';

/** The present stacks, and which of them may be removed. */
interface Found {
  readonly plan: Retirement;
  readonly situation: Situation;
  readonly live: ReleaseRecord;
  readonly records: readonly ReleaseRecord[];
}

/**
 * Removes the stacks that are no longer needed: neither live nor candidate, not among the `keep` last ones, drained,
 * and named by no route but parking. What drains for longer than this step may last stays. Restores the limits of the live stack's HPAs. While connections drain, others may
 * work on the app, and everything is read again after that.
 */
export async function retire(run: Run): Promise<Outcome> {
  for (;;) {
    const found = await look(run);
    if (found === undefined) {
      run.report.verdict('Greenpath has released nothing here yet: nothing to do.');
      return run.observe({});
    }
    const left = run.deadline - performance.now();
    const go = found.plan.go.filter(({ drainedIn }) => drainedIn === 0 || drainedIn <= left);
    const waits = Math.max(0, ...go.map((one) => one.drainedIn));
    if (waits === 0 || run.inputs.dryRun) {
      for (const { revision, drainedIn } of found.plan.go.filter((one) => !go.includes(one)))
        run.report.warning(
          `${revision} may go in ${formatDuration(drainedIn)} (drain), after this step's timeout: run retire again then`,
        );
      return remove(run, { ...found, plan: { ...found.plan, go } });
    }
    run.report.stage('Drain');
    const names = go.map((one) => one.revision).join(', ');
    run.report.line(`Waiting ${formatDuration(waits)} until connections to ${names} have drained`);
    await run.dropLock();
    await CLOCK.pause(waits, run.waiting);
  }
}

async function look(run: Run): Promise<Found | undefined> {
  const app = await openApp(run, {
    read: () => Promise.all([listRecords(run), listOwned(run)]),
    basis: ([records], namespace) => {
      const planned = plannedRoutes(records);
      const live = anchorOf(records, requireRoutes(run, namespace, planned));
      return live && { live, counterparts: live.release.counterparts, config: live.config, planned };
    },
    finishes: 'none',
    removes: true,
  });
  if (app.situation === undefined) return undefined;
  const {
    read: [records, objects],
    basis: { live },
    situation,
  } = app;
  refuseDrift(situation);
  const { config } = live;
  const facts = { switchNote: situation.switchNote, now: run.transport.now(), keep: config.keep, drain: config.drain };
  const stacks = stackFacts(situation, records, await withoutHeld(run, objects), {
    evenApplied: config['retire-applied'],
  });
  const plan = planRetirement(stacks, facts);
  for (const { revision, why } of plan.stay) run.report.line(`${revision} stays: ${why}`);
  const byHand = [...situation.handMade.keys()].filter((revision) => revision !== situation.revision);
  for (const revision of byHand.filter((one) => !stacks.some((stack) => stack.revision === one)))
    run.report.line(`${revision} stays: it was created by hand, and Greenpath deletes only what it created`);
  return { plan, situation, live, records };
}

async function remove(run: Run, { plan, situation, live, records }: Found): Promise<Outcome> {
  run.report.stage('Removal');
  const went: string[] = [];
  for (const { revision } of plan.go) {
    run.waiting.throwIfAborted();
    if (await retireStack(run, revision, live, records)) went.push(revision);
  }
  await releaseStrength(run, situation);
  if (went.length === 0) {
    run.report.verdict('No stack may go now: nothing to do.');
    return run.observe({});
  }
  const isPreviousGone = went.includes(previousOf(situation));
  const outcome = observeDone(run, { state: 'retired', ...(isPreviousGone && { previousRevision: '' }) });
  const what = run.report.wording('Retired', 'Dry run: would retire');
  run.report.verdict(`${what} ${went.join(', ')}. ${outcome.visitors}`);
  return outcome;
}

/**
 * Removes one stack after reading everything again, and returns whether it was removed: it stays if a Service would
 * have no pods without it. Throws `drifted` if a route names it by now.
 */
async function retireStack(
  run: Run,
  revision: string,
  live: ReleaseRecord,
  records: readonly ReleaseRecord[],
): Promise<boolean> {
  const fresh = readSituation(run, await readNamespace(run, { removes: true }), {
    counterparts: live.release.counterparts,
    config: live.config,
  });
  observeLive(run, fresh, { moved: false });
  await refuseUnsettled(run, fresh);
  refuseDrift(fresh);
  const objects = await listOwned(run, revision);
  const services = objects.filter((object) => object.kind === 'Service').map((object) => object.metadata.name);
  for (const service of services) {
    const named = namedBy(fresh, service);
    if (named !== undefined) {
      throw new GreenpathError(
        'drifted',
        `Service ${service} of revision ${revision} is named by ${named} now, so it was not removed`,
        'Find out who changed that route (mode status names them); run retire again when it names another Service.',
      );
    }
  }
  const caller = await lastCaller(run, fresh, revision);
  if (caller !== undefined) {
    run.report.notice(
      `${revision} stays: ${nameOf(caller)} selects its pods, and would have none without them. Let it select what is live, or delete it if nothing calls it`,
    );
    return false;
  }
  const releaseRecord = recordOf(records, revision);
  await noteRetiring(run, releaseRecord);
  await stopNaming(run, fresh, services, live.config);
  if (revision === ADOPTED) await scaleDownAdopted(run, fresh, services);
  const holders = await readHolders(run, revision, fresh.revision);
  const held = keysHeld(holders);
  const present = await listOwned(run, revision);
  await removeStack(run, { revision, objects: present.filter((object) => !held.has(keyOf(object))), releaseRecord });
  await tellHeld(run, holders);
  return true;
}
