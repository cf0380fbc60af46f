import type { Front } from '../checks/probe.ts';
import { proofText } from '../checks/proof-text.ts';
import type { Config } from '../core/config.ts';
import { GreenpathError } from '../core/error.ts';
import { namesText, type Side, sideOf, sideText } from '../core/side.ts';
import { type Witness, witnessBack } from '../core/witness.ts';
import { tellRepair } from './drift.ts';
import { assurance } from './finish.ts';
import { frontsFor, liveUrl } from './fronts.ts';
import { goesFirst } from './haste.ts';
import { hasHooks, runHooks, tellUndone } from './hooks.ts';
import { followInside, repairInside } from './inside.ts';
import { readNamespace, requireRoutes } from './namespace.ts';
import { holdParking } from './parking.ts';
import { anchorOf, listRecords, note, type Recorded, routeSettings } from './release-record.ts';
import { type Run, timeNow } from './run.ts';
import { isHalfwayBack, liveSide, type Situation, situate } from './situation.ts';
import { findSide } from './stands.ts';
import { strengthenLater, strengthenSide } from './strength.ts';
import { endOf, notePhase, proveLive, type Switched, switchRoutes, switchWatched } from './switch.ts';

/**
 * Switches visitors back to the revision `to`, by default the previous one, and proves it. Stays where it is if visitors
 * are there already, or if the revision to leave is not live: run twice, it never goes one release too far.
 */
export async function rollback(run: Run): Promise<void> {
  run.report.stage('Situation');
  await run.takeLock();
  const [records, namespace] = await Promise.all([listRecords(run, true), readNamespace(run)]);
  const read = requireRoutes(run, namespace);
  const anchor = anchorOf(records, read);
  if (anchor === undefined) throw unknownApp(run);
  const situation = situate(run, read, anchor.release.twins, routeSettings(anchor.config));
  run.report.line(`Live: ${run.known.visitors}`);
  tellRepair(run, situation);
  const fronts = await frontsFor(run, situation);
  const way = { run, records, anchor, situation, fronts };
  if (isUnfinished(run, situation)) return goOn(way);
  const target = targetOf(run, situation);
  run.known.outputs.revision = target ?? situation.revision ?? '';
  if (target === undefined) return finishHooks(way);
  const isThere = situation.halfway === undefined && situation.routes.every((route) => route.revision === target);
  if (isThere) return settle(way, target);

  const label = anchor.config['revision-label'];
  const to = findSide(run, label, situation, target) ?? handMade(run, label, situation, target);
  if (to === undefined) throw gone(run, target, situation);
  const from = leftBy(run, label, situation, target);
  run.report.stage('Strength');
  const first = await goesFirst(run, anchor, situation, fronts, to);
  if (!first) await strengthenSide(run, situation, to, from);
  run.report.stage('Switch');
  const { config, witness } = proofBack(way, from.revision, to);
  const switched = await switchWatched(run, config, witness, fronts, async () => {
    await holdParking(run, situation, to, anchor.config);
    return switchRoutes(run, situation, to, { previous: '', left: from.revision });
  });
  if (switched === undefined) return;
  if (first) await finishWeak(way, from, to, switched);
  else await finish(way, from, to, switched);
}

/** Visitors went first: the pods that are missing are asked for at once, and waited for when all else is done. */
async function finishWeak(way: Way, from: Side, to: Side, switched: Switched): Promise<void> {
  const strong = await strengthenLater(way.run, way.situation, to, from);
  await finish(way, from, to, switched);
  if (strong === undefined) return;
  way.run.report.stage('Strength');
  await strong().catch((error: unknown) => {
    if (!(error instanceof GreenpathError) || error.code !== 'rollout-failed') throw error;
    const next = `Visitors are on ${to.revision} already, with fewer pods than they had. Mend what the others need: Kubernetes goes on starting them.`;
    throw new GreenpathError(error.code, error.message, next, { cause: error });
  });
}

/** The side that visitors leave: of several routes it may be only some that are still on it, or on it again. */
function leftBy(run: Run, label: string, situation: Situation, target: string): Side {
  const { revision, halfway, reverted } = situation;
  const leaves = revision === target ? (halfway ?? reverted?.switchedTo) : revision;
  if (leaves === undefined || leaves === revision) return liveSide(run, situation, label);
  return findSide(run, label, situation, leaves) ?? { revision: leaves, services: {} };
}

/** A first adoption that was taken back half-way: its old Services are those that the other routes still name. */
function handMade(run: Run, label: string, situation: Situation, target: string): Side | undefined {
  if (situation.revision !== target) return undefined;
  const side = liveSide(run, situation, label);
  return situation.rules.every((rule) => side.services[rule.base] !== undefined) ? side : undefined;
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
function isUnfinished({ inputs }: Run, { phase, revision, halfway }: Situation): boolean {
  if (phase?.phase !== 'switched' || phase.left === undefined || phase.live !== revision) return false;
  if (halfway !== undefined) return false;
  return [revision, ''].includes(inputs.to) && [phase.left, ''].includes(inputs.revision);
}

async function goOn(way: Way): Promise<void> {
  const { run, situation } = way;
  const { phase, routes } = situation;
  if (phase?.left === undefined) return;
  run.report.line(
    `Visitors were switched back by an earlier run (${phase.run}) at ${phase.at}, and that is not proven: going on from there.`,
  );
  run.known.outputs.revision = phase.live;
  if (run.inputs.dryRun) return;
  const label = way.anchor.config['revision-label'];
  const from = findSide(run, label, situation, phase.left) ?? { revision: phase.left, services: {} };
  await finishWeak(way, from, liveSide(run, situation, label), { routes, phase, since: performance.now() });
}

/** The proof that visitors are back, and what is noted of it. */
async function finish(way: Way, from: Side, to: Side, switched: Switched): Promise<void> {
  const { run, records, situation, fronts } = way;
  const left = from.revision;
  const { config, witness } = proofBack(way, left, to);
  const own = records.find((one) => one.release.revision === left);
  // A proof that fails leaves nothing on the side that visitors were taken off.
  await followInside(run, situation, from, to, false);
  if (config.proof !== 'off') {
    const awaited = { revision: to.revision, witness, since: switched.since, settle: situation.dialect.settle };
    const result = await proveLive(run, config, fronts, awaited);
    if (result.verdict !== 'proven') {
      throw new GreenpathError(
        'proof-failed',
        `the route names ${sideText(to)}, but the live URLs do not answer from it: ${result.complaint ?? 'no answer'} (${proofText(result, to.revision)})`,
        'Look at the proxy and at the pods of that revision; run rollback again to prove it, or with another `to`.',
      );
    }
  }
  run.report.stage('Notes');
  const target = records.find((one) => one.release.revision === to.revision);
  if (target !== undefined && hasHooks(target)) await tellUndone(run, to.revision);
  if (own !== undefined) await note(run, own, 'rolled-back');
  await notePhase(run, switched.routes, { ...switched.phase, phase: endOf(config) });
  run.known.outputs.state = 'rolled-back';
  run.known.visitors = `${liveUrl(situation)} is served by ${sideText(to)} (revision ${to.revision}), ${assurance(run.known.outputs.proof)}.`;
  run.report.verdict(`Live: ${run.known.visitors} ${left || 'The other version'} still runs.`);
  if (own !== undefined && hasHooks(own)) await runHooks(run, 'post-rollback', left);
}

/** Visitors are back; an earlier run may have ended before its last hooks did. */
async function finishHooks({ run, records, situation }: Way): Promise<void> {
  const { left, at = '' } = situation.phase ?? {};
  if (left === undefined || ![left, ''].includes(run.inputs.revision)) return;
  const own = records.find((one) => one.release.revision === left);
  // Deployed again since then: what its hooks did for that is not to be undone.
  if (own === undefined || own.release.at > at) return;
  if (hasHooks(own)) await runHooks(run, 'post-rollback', left);
}

/** The revision to go to, or undefined (and a line that says why) if visitors are where they should be. */
function targetOf(run: Run, situation: Situation): string | undefined {
  const { phase, revision: live, halfway, reverted } = situation;
  const { to, revision } = run.inputs;
  const stays = (why: string) => {
    run.report.verdict(`${why}: nothing to do.`);
    return undefined;
  };
  if (revision !== '' && ![live, halfway, reverted?.switchedTo].includes(revision)) {
    return stays(`Revision ${revision} is not live (${live ?? 'an unknown revision'} is)`);
  }
  if (to !== '') return to;
  if (isHalfwayBack(situation)) return halfway;
  if (reverted !== undefined || halfway !== undefined) return live;
  if (phase?.left !== undefined)
    return stays(`Visitors were taken off ${phase.left} already; input to names a revision to go further`);
  if (phase !== undefined && phase.previous !== '') return phase.previous;
  throw new GreenpathError(
    'no-way-back',
    `nobody knows which revision was live before ${live ?? 'this one'}`,
    'Name the revision to go to in the input `to`; mode status lists those that still run.',
  );
}

/** Visitors are at the target already: says so, makes a foreign revert official, and lets follow what drifted inside. */
async function settle(way: Way, target: string): Promise<void> {
  const { run, anchor, situation } = way;
  const { phase, reverted, routes } = situation;
  if (phase !== undefined && reverted !== undefined && !run.inputs.dryRun) {
    const label = anchor.config['revision-label'];
    const left = reverted.switchedTo;
    const from = sideOf(situation.services, left, { app: run.inputs.app, revisionLabel: label });
    await followInside(run, situation, from, liveSide(run, situation, label), false);
    const at = timeNow(run);
    await notePhase(run, routes, { live: target, previous: '', at, run: run.url, phase: 'proven', left });
    run.report.line(`Noted that ${target} is live`);
  }
  run.known.outputs.state = 'live';
  const repaired = reverted === undefined ? await repairDrift(way, target) : [];
  run.report.verdict(
    `Revision ${target} is live already: ${repaired.length === 0 ? 'nothing to do' : `what had drifted follows it again: ${namesText(repaired)}`}.`,
  );
}

/** While a switch is not proven, what is inside still has to follow, and nobody knows yet where to. */
function repairDrift({ run, records, anchor, situation }: Way, target: string): Promise<string[]> | string[] {
  if (situation.phase?.phase === 'switched') return [];
  const plain = records.find((one) => one.release.revision === target)?.release.plain ?? false;
  return repairInside(run, situation, liveSide(run, situation, anchor.config['revision-label']), plain);
}

/**
 * By which config, and how, it is proven that visitors are back on `to`: by its own identity, or by what was measured of
 * it when the version that is left was verified.
 */
function proofBack({ records, anchor }: Way, left: string, to: Side): { config: Config; witness: Witness } {
  const own = records.find((one) => one.release.revision === to.revision);
  const stamp = records.find((one) => one.release.revision === left)?.stamp;
  const measured = stamp?.live?.revision === to.revision ? stamp.live : undefined;
  const { config } = own ?? anchor;
  const difference = measured === undefined ? undefined : stamp?.difference;
  const way = { to: to.revision, left, recorded: own !== undefined, measured, difference };
  return { config, witness: witnessBack(config, way) };
}

function gone(run: Run, target: string, situation: Situation): GreenpathError {
  return new GreenpathError(
    'no-way-back',
    `revision ${target} of app ${run.inputs.app} is gone: a Service of it is missing`,
    `Release it again under a new revision, or name one that still runs in the input \`to\` (mode status lists them). Live is ${situation.revision ?? 'unknown'}.`,
  );
}

function unknownApp(run: Run): GreenpathError {
  return new GreenpathError(
    'no-candidate',
    `Greenpath knows no release of app ${run.inputs.app} behind Ingress ${run.inputs.routes.join(', ')}`,
    'Check the inputs app, route and namespace.',
  );
}
