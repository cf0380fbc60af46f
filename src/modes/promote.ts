import { type Witness, witnessOf } from '../checks/identity.ts';
import type { Front } from '../checks/probe.ts';
import { proofText, prove } from '../checks/proof.ts';
import { KIND } from '../cluster/kinds.ts';
import { formatDuration } from '../core/duration.ts';
import { GreenpathError } from '../core/error.ts';
import { type EndpointSlice, type Ingress, LABEL_APP, label, readyPods } from '../core/objects.ts';
import { counted } from '../core/words.ts';
import { type Phase, phaseOf, provenPatch, switchPatch } from '../routes/patch.ts';
import { previewName } from '../routes/preview.ts';
import { holdParking } from './own-routes.ts';
import { type Recorded, readRecord, routeSettings } from './release-record.ts';
import type { Outputs, Run } from './run.ts';
import {
  frontsFor,
  isUnproven,
  liveUrlOf,
  previewedService,
  readNamespace,
  requireRoute,
  type Situation,
  situate,
  tellLive,
} from './situation.ts';

/** Moves the visitors from blue to the verified candidate and proves that they arrived; docs/design.md section 4. */
export async function promote(run: Run): Promise<void> {
  const [recorded, read, slices] = await Promise.all([
    readRecord(run),
    readNamespace(run),
    run.api.list<EndpointSlice>(KIND.EndpointSlice),
  ]);
  const situation = situate(run, requireRoute(run, read), recorded.release.twin, routeSettings(recorded.config));
  const fronts = await frontsFor(run, situation);
  if (situation.live.service === recorded.release.twin.service) return continueFrom(run, recorded, situation, fronts);
  run.report.line(`Live: ${run.known.visitors}`);
  refuseUnverified(run, recorded);
  refuseWeak(recorded, situation, slices);
  if (previewedService(run, situation) !== recorded.release.twin.service) {
    throw new GreenpathError(
      'no-candidate',
      `revision ${recorded.release.revision} is not the candidate: the preview shows ${previewedService(run, situation) ?? 'nothing'}`,
      'Run deploy-green for this revision again, then verify.',
    );
  }
  await proveGreenAnswers(run, recorded, fronts);
  await holdParking(run, situation, recorded.release.twin.service, recorded.config.parking.annotations);
  const switched = await switchRoute(run, recorded, situation);
  if (switched !== undefined) await finish(run, recorded, { ...situation, ...switched }, fronts);
}

/** A run that finds the route switched goes on where the earlier one stopped, or has nothing to do. */
async function continueFrom(
  run: Run,
  recorded: Recorded,
  situation: Situation,
  fronts: readonly Front[],
): Promise<void> {
  tellLive(run, situation);
  const { phase } = situation;
  if (phase === undefined || !isUnproven(run, situation)) return;
  run.report.line(
    `The route was switched by an earlier run (${phase.run}) at ${phase.at}, and not proven: going on from there.`,
  );
  if (run.inputs.dryRun) return;
  await finish(run, recorded, { ...situation, since: performance.now() }, fronts);
}

function refuseUnverified(run: Run, { stamp, release }: Recorded): void {
  if (stamp !== undefined) return run.report.line(`Verified at ${stamp.at} by ${stamp.run}`);
  if (!run.inputs.requireVerified)
    return run.report.warning(
      `require-verified is false: revision ${release.revision} goes live although no valid stamp says that its checks passed`,
    );
  throw new GreenpathError(
    'not-verified',
    `revision ${release.revision} has no valid stamp: its checks have not passed since it was deployed`,
    'Run verify for this revision first.',
  );
}

/** Green gets traffic only at blue's strength. */
function refuseWeak({ release }: Recorded, { live }: Situation, slices: readonly EndpointSlice[]): void {
  const green = readyPods(slices, release.twin.service).length;
  const blue = readyPods(slices, live.service).length;
  if (green >= Math.max(1, blue)) return;
  throw new GreenpathError(
    'not-ready',
    `green has ${green} ready pods behind ${release.twin.service}, and blue has ${blue} behind ${live.service}`,
    `Scale green's Deployment to at least ${Math.max(1, blue)} replicas, wait until they are ready, and run promote again.`,
  );
}

/** One good answer through every front right before the switch: the data path to green works, and the runner can see it. */
async function proveGreenAnswers(run: Run, recorded: Recorded, fronts: readonly Front[]): Promise<void> {
  const { config } = recorded;
  if (config.proof === 'off') return run.report.warning('proof is off: nobody will look whether visitors reach green');
  const witness = witnessFor(recorded);
  const within = Math.min(5_000, config.proof.within);
  const result = await prove(
    { fronts, prefix: config.preview.path, witness, answers: 1, since: performance.now(), settle: 0, within },
    run.signal,
  );
  if (result.proven) return;
  throw new GreenpathError(
    'proof-impossible',
    `green does not answer through the proxy now, so a switch could not be proven: ${result.complaint ?? 'no answer'}`,
    'Check that the runner reaches the proxy (input addresses) and that green still answers; `proof: off` in the config does without, and says so.',
  );
}

function witnessFor({ config, release, stamp }: Recorded): Witness {
  return witnessOf(config, release.revision, stamp?.difference);
}

async function switchRoute(
  run: Run,
  { release }: Recorded,
  situation: Situation,
): Promise<{ route: Ingress; since: number; phase: Phase } | undefined> {
  const { route, live } = situation;
  const { app, dryRun } = run.inputs;
  const phase: Phase = {
    live: release.revision,
    previous: live.revision ?? '',
    at: new Date().toISOString(),
    run: run.url,
    phase: 'switched',
  };
  const since = performance.now();
  const target = { kind: KIND.Ingress, name: route.metadata.name };
  const before = run.known.visitors;
  if (!dryRun)
    run.known.visitors = `the switch of ${run.known.outputs.liveUrl} to ${release.twin.service} was sent and not yet confirmed; they are on ${live.service} or on it.`;
  const answer = await run.api
    .patch<Ingress>(target, switchPatch(route, app, live, release.twin.service, phase), dryRun)
    .catch((error: unknown) => {
      const refused = error instanceof GreenpathError && error.code !== 'unreachable' && !run.signal.aborted;
      if (refused) run.known.visitors = before;
      throw error;
    });
  if (answer === 'changed') {
    run.known.visitors = `Ingress ${route.metadata.name} was changed by somebody else; this run did not switch it. Look at it for who is live.`;
    throw new GreenpathError(
      'route-changed',
      `Ingress ${route.metadata.name} no longer is what this run read, so the server refused the switch`,
      'Look who changes it (status shows it), then run promote again.',
    );
  }
  if (dryRun) {
    run.report.line(
      `Dry run: the server accepts the switch of ${counted(live.rules.length, 'path')} from ${live.service} to ${release.twin.service}; nothing was written.`,
    );
    return undefined;
  }
  run.known.outputs.changed = true;
  run.known.outputs.state = 'switched';
  run.known.visitors = `${run.known.outputs.liveUrl} was switched to ${release.twin.service} (revision ${release.revision}), and that is not proven.`;
  run.report.line(
    `Switched: ${counted(live.rules.length, 'path')} of Ingress ${route.metadata.name} from ${live.service} to ${release.twin.service} in one patch (${formatDuration(performance.now() - since)})`,
  );
  return { route: answer, since, phase };
}

async function finish(
  run: Run,
  recorded: Recorded,
  situation: Situation & { since: number },
  fronts: readonly Front[],
): Promise<void> {
  const { release } = recorded;
  await proveSwitched(run, recorded, situation, fronts);
  run.known.visitors = `${liveUrlOf(situation.route, situation.live)} is served by ${release.twin.service} (revision ${release.revision}), ${assurance(run.known.outputs.proof)}.`;
  const phase = recorded.config.proof === 'off' ? 'switched' : 'proven';
  await dropPreview(run, situation, phase);
  if (phase === 'proven') run.known.outputs.state = 'live';
  run.report.line(
    `Live: ${run.known.visitors} Previous: ${run.known.outputs.previousRevision || 'unknown'}, still running.`,
  );
}

async function proveSwitched(
  run: Run,
  recorded: Recorded,
  { dialect, since }: Situation & { since: number },
  fronts: readonly Front[],
): Promise<void> {
  const { config, release } = recorded;
  if (config.proof === 'off') return;
  const witness = witnessFor(recorded);
  const settle = config.proof.settle ?? dialect.settle;
  const result = await prove(
    { fronts, prefix: '', witness, answers: config.proof.answers, since, settle, within: config.proof.within },
    run.signal,
  );
  if (!result.proven) {
    throw new GreenpathError(
      'proof-failed',
      `the route names ${release.twin.service}, but the live URLs do not answer from it: ${result.complaint ?? 'no answer'} (${proofText(result)})`,
      `Look at the proxy and at green's pods. Going back is one patch: set the backend of ${run.inputs.route} to the Service of ${run.known.outputs.previousRevision || 'the previous revision'}; its pods still run. promote again continues with the proof.`,
    );
  }
  run.known.outputs.proof = witness.proof;
  run.report.line(`Proven at the live URLs (${witness.proof}): ${proofText(result)}`);
  if (witness.proof === 'none')
    run.report.warning(
      'proof: none. Answers were 2xx all through the settling time, and nothing in them tells green from blue; set identity in the config.',
    );
}

/** How sure that is, for the sentence about where visitors are. */
function assurance(proof: Outputs['proof']): string {
  if (proof === '') return 'and nobody looked whether it answers (proof: off)';
  return proof === 'none' ? 'as far as 2xx answers can tell' : `proven by answers (${proof})`;
}

/** The annotation says what was reached, and the preview goes: in the classic form in that same patch, else its own Ingress. */
async function dropPreview(run: Run, situation: Situation, phase: Phase['phase']): Promise<void> {
  const { route, live } = situation;
  const present = phaseOf(route, run.inputs.app);
  if (present === undefined) return;
  const answer = await run.api.patch<Ingress>(
    { kind: KIND.Ingress, name: route.metadata.name },
    provenPatch(route, run.inputs.app, live, { ...present, phase }),
    false,
  );
  if (answer === 'changed') {
    throw new GreenpathError(
      'route-changed',
      `visitors reach green, but Ingress ${route.metadata.name} was changed by somebody else before its preview path could be dropped`,
      'Run promote again to finish.',
    );
  }
  run.known.outputs.changed = true;
  const own = situation.ingresses.find(
    (ingress) => ingress.metadata.name === previewName(run.inputs.app) && label(ingress, LABEL_APP) === run.inputs.app,
  );
  if (own?.metadata.uid !== undefined)
    await run.api.remove({ kind: KIND.Ingress, name: own.metadata.name }, own.metadata.uid);
  run.report.line(`Preview below ${run.inputs.config.preview.path} dropped; parking stays`);
}
