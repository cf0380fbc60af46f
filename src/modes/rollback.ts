import { reversed, type Witness, witnessOf } from '../checks/identity.ts';
import { type Front, probe } from '../checks/probe.ts';
import { proofText } from '../checks/proof.ts';
import { complaintOf } from '../checks/run.ts';
import type { Config } from '../core/config.ts';
import { GreenpathError } from '../core/error.ts';
import { readyPods } from '../core/objects.ts';
import { assurance } from './finish.ts';
import { holdParking } from './own-routes.ts';
import { anchorOf, listRecords, note, type Recorded, routeSettings } from './release-record.ts';
import type { Run } from './run.ts';
import { frontsFor, liveUrlOf, readNamespace, requireRoute, type Situation, situate } from './situation.ts';
import { findSide } from './stands.ts';
import { type Side, strengthenSide } from './strength.ts';
import { notePhase, proveLive, type Switched, switchRoute, switchWatched } from './switch.ts';

/** How often each check asks the live URLs before the switch, to see whether haste is needed. */
const LOOKS = 2;

/**
 * Switches visitors back to the revision `to`, by default the previous one, and proves it. Stays where it is if visitors
 * are there already, or if the revision to leave is not live: run twice, it never goes one release too far.
 */
export async function rollback(run: Run): Promise<void> {
  run.report.stage('Situation');
  await run.takeLock();
  const [records, namespace] = await Promise.all([listRecords(run), readNamespace(run)]);
  const read = requireRoute(run, namespace);
  const anchor = anchorOf(records, read.route);
  if (anchor === undefined) throw unknownApp(run);
  const situation = situate(run, read, anchor.release.twin, routeSettings(anchor.config));
  run.report.line(`Live: ${run.known.visitors}`);
  const fronts = await frontsFor(run, situation);
  const way = { run, records, anchor, situation, fronts };
  if (isUnfinished(run, situation)) return goOn(way);
  const target = targetOf(run, situation);
  run.known.outputs.revision = target ?? situation.live.revision ?? '';
  if (target === undefined) return;
  if (target === situation.live.revision) return settle(run, situation, target);

  const to = findSide(anchor, situation, target);
  if (to === undefined) throw gone(run, target, situation);
  const from: Side = { service: situation.live.service, revision: situation.live.revision ?? '' };
  const wanted = readyPods(situation.slices, from.service).length;
  const hasty = await isHasty(run, anchor, situation, fronts, to);
  run.report.stage('Strength');
  if (!hasty) await strengthenSide(run, situation, to, wanted);
  run.report.stage('Switch');
  const { config, witness } = proofBack(way, from.revision, to);
  const switched = await switchWatched(run, config, witness, fronts, async () => {
    await holdParking(run, situation, to.service, anchor.config.parking.annotations);
    return switchRoute(run, situation, to, { previous: '', left: from.revision });
  });
  if (switched === undefined) return;
  if (hasty) await strengthenSide(run, situation, to, wanted);
  await finish(way, from.revision, to, switched);
}

/** What a rollback works with. */
interface Way {
  readonly run: Run;
  readonly records: readonly Recorded[];
  readonly anchor: Recorded;
  readonly situation: Situation;
  readonly fronts: readonly Front[];
}

/** Whether an earlier run switched back and did not live to prove it. */
function isUnfinished({ inputs }: Run, { phase, live }: Situation): boolean {
  if (phase?.phase !== 'switched' || phase.left === undefined || phase.live !== live.revision) return false;
  return [live.revision, ''].includes(inputs.to) && [phase.left, ''].includes(inputs.revision);
}

async function goOn(way: Way): Promise<void> {
  const { run, situation } = way;
  const { phase, live, route } = situation;
  if (phase?.left === undefined) return;
  run.report.line(
    `Visitors were switched back by an earlier run (${phase.run}) at ${phase.at}, and that is not proven: going on from there.`,
  );
  run.known.outputs.revision = phase.live;
  if (run.inputs.dryRun) return;
  const to = { service: live.service, revision: phase.live };
  await finish(way, phase.left, to, { route, phase, since: performance.now() });
}

/** The proof that visitors are back, and what is noted of it. */
async function finish(way: Way, left: string, to: Side, switched: Switched): Promise<void> {
  const { run, records, situation, fronts } = way;
  const { config, witness } = proofBack(way, left, to);
  const own = records.find((one) => one.release.revision === left);
  if (config.proof !== 'off') {
    const result = await proveLive(run, config, witness, to.revision, fronts, switched.since, situation.dialect.settle);
    if (result.verdict !== 'proven') {
      throw new GreenpathError(
        'proof-failed',
        `the route names ${to.service}, but the live URLs do not answer from it: ${result.complaint ?? 'no answer'} (${proofText(result, to.revision)})`,
        'Look at the proxy and at the pods of that revision; run rollback again to prove it, or with another `to`.',
      );
    }
  }
  run.report.stage('Notes');
  if (own !== undefined) await note(run, own, 'rolled-back');
  if (config.proof !== 'off') await notePhase(run, switched.route, { ...switched.phase, phase: 'proven' });
  run.known.outputs.state = 'rolled-back';
  run.known.visitors = `${liveUrlOf(situation.route, situation.live)} is served by ${to.service} (revision ${to.revision}), ${assurance(run.known.outputs.proof)}.`;
  run.report.verdict(`Live: ${run.known.visitors} ${left || 'The other version'} still runs.`);
}

/** The revision to go to, or undefined (and a line that says why) if visitors are where they should be. */
function targetOf(run: Run, { phase, live, reverted }: Situation): string | undefined {
  const { to, revision } = run.inputs;
  const stays = (why: string) => {
    run.report.verdict(`${why}: nothing to do.`);
    return undefined;
  };
  if (revision !== '' && revision !== live.revision && revision !== reverted?.switchedTo) {
    return stays(`Revision ${revision} is not live (${live.revision ?? 'an unknown revision'} is)`);
  }
  if (to !== '') return to;
  if (reverted !== undefined) return live.revision;
  if (phase?.left !== undefined)
    return stays(`Visitors were taken off ${phase.left} already; input to names a revision to go further`);
  if (phase !== undefined && phase.previous !== '') return phase.previous;
  throw new GreenpathError(
    'no-way-back',
    `nobody knows which revision was live before ${live.revision ?? 'this one'}`,
    'Name the revision to go to in the input `to`; mode status lists those that still run.',
  );
}

/** Visitors are at the target already: says so, and makes a foreign revert official. */
async function settle(run: Run, situation: Situation, target: string): Promise<void> {
  const { phase, reverted, route } = situation;
  if (phase !== undefined && reverted !== undefined && !run.inputs.dryRun) {
    const at = new Date().toISOString();
    await notePhase(run, route, {
      live: target,
      previous: '',
      at,
      run: run.url,
      phase: 'proven',
      left: reverted.switchedTo,
    });
    run.report.line(`Noted that ${target} is live`);
  }
  run.known.outputs.state = 'live';
  run.report.verdict(`Revision ${target} is live already: nothing to do.`);
}

/** Where live answers badly and the target has a ready pod, every second counts: switch first, scale after. */
async function isHasty(
  run: Run,
  recorded: Recorded,
  situation: Situation,
  fronts: readonly Front[],
  to: Side,
): Promise<boolean> {
  const ready = readyPods(situation.slices, to.service).length;
  if (ready === 0) return false;
  const { config } = recorded;
  const revision = situation.live.revision ?? '';
  for (let look = 1; look <= LOOKS; look += 1) {
    const complaints = await Promise.all(
      fronts.flatMap((front) =>
        config.checks.map(async (check) =>
          complaintOf(check, await probe(front, check.request, check.timeout, run.signal), { config, revision }),
        ),
      ),
    );
    const complaint = complaints.find((one) => one !== undefined);
    if (complaint === undefined) return false;
    if (look === LOOKS) run.report.line(`Live answers badly (${complaint}): switching first, scaling after`);
  }
  return true;
}

/** By which config, and how, it is proven that visitors are back on `to`. */
function proofBack({ records, anchor }: Way, left: string, to: Side): { config: Config; witness: Witness } {
  const { config } = records.find((one) => one.release.revision === to.revision) ?? anchor;
  return { config, witness: witnessBack(records, config, left, to) };
}

/** What tells the target from what was live: identity, else the difference that verify measured between the two. */
function witnessBack(records: readonly Recorded[], config: Config, left: string, to: Side): Witness {
  const from = records.find((one) => one.release.revision === left);
  const mine = records.find((one) => one.release.revision === to.revision);
  if (config.identity !== undefined && mine !== undefined) return witnessOf(config, to.revision, undefined);
  const difference = from?.stamp?.difference;
  if (config.identity === undefined && difference === undefined) return witnessOf(config, to.revision, undefined);
  return reversed(witnessOf(config, left, difference));
}

function gone(run: Run, target: string, situation: Situation): GreenpathError {
  return new GreenpathError(
    'no-way-back',
    `revision ${target} of app ${run.inputs.app} is gone: no Service of it is left`,
    `Release it again under a new revision, or name one that still runs in the input \`to\` (mode status lists them). Live is ${situation.live.revision ?? 'unknown'}.`,
  );
}

function unknownApp(run: Run): GreenpathError {
  return new GreenpathError(
    'no-candidate',
    `Greenpath knows no release of app ${run.inputs.app} behind Ingress ${run.inputs.route}`,
    'Check the inputs app, route and namespace.',
  );
}
