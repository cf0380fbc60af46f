import { GreenpathError, type Problem } from '../core/base/error.ts';
import type { Stack } from '../core/colouring/stack.ts';
import { hookPoint } from '../core/kube/hooks.ts';
import { sameAmong } from '../core/release/route.ts';
import { servingText } from '../core/report/journal.ts';
import { refuseDrift, tellDrift } from '../state/drift.ts';
import { observePreview, tellPlaces } from '../state/endpoints.ts';
import { classicForm } from '../state/live-route.ts';
import { readManifests, stackIn } from '../state/manifests.ts';
import type { Namespace } from '../state/namespace.ts';
import { openApp } from '../state/open-app.ts';
import type { Outcome } from '../state/outcome.ts';
import { findRecord, type ReleaseRecord } from '../state/records.ts';
import { withRouteDefaults } from '../state/route-defaults.ts';
import type { Run } from '../state/run.ts';
import { requireCredentials } from '../state/secrets.ts';
import type { Situation } from '../state/situation.ts';
import { tellLive } from '../state/tell-live.ts';
import { applyStack, type Writes } from '../steps/candidate/apply.ts';
import { otherCandidate, routesIn } from '../steps/candidate/candidate.ts';
import { findDropped, removeDroppedServices, tellDropped } from '../steps/candidate/dropped.ts';
import { besideOthers, type CandidatePlan, planWrites } from '../steps/candidate/plan-candidate.ts';
import { findMissing } from '../steps/candidate/preflight.ts';
import { provePreview } from '../steps/candidate/preview.ts';
import { redeployed } from '../steps/candidate/redeploy.ts';
import { removeSuperseded } from '../steps/candidate/remove-superseded.ts';
import { tellPlan } from '../steps/candidate/tell-plan.ts';
import { tellVerdicts } from '../steps/candidate/tell-verdicts.ts';
import { liveBefore, whileLiveStays } from '../steps/evidence/live-stays.ts';
import { tellReports } from '../steps/evidence/route-reports.ts';
import { tellUnstripped } from '../steps/evidence/stripped.ts';
import { unpreviewedBy } from '../steps/evidence/unpreviewed.ts';
import { runHooks } from '../steps/jobs/hooks.ts';
import { writeOwnRoutes } from '../steps/own-routes/own-routes.ts';
import { lookAtParking, type RouterSeen } from '../steps/own-routes/parking-look.ts';
import { requireClosed, wasClosedFirst } from '../steps/own-routes/require-closed.ts';
import { replaceStuck } from '../steps/pods/replace.ts';
import { waitFor } from '../steps/pods/wait-for-stack.ts';
import { keepRandom } from '../steps/random-values/random-values.ts';

/**
 * Starts the candidate beside the live stack and makes it reachable below the preview path; docs/design.md sections 3
 * and 4.
 */
export async function deployGreen(run: Run): Promise<Outcome> {
  run.report.stage('Situation');
  requireCredentials(run);
  const { plain, releaseRecord, situation: read } = await openManifests(run);
  const { outcome, ...earlier } = await redeployed(run, plain, read, releaseRecord);
  if (outcome === 'nothing') {
    tellDrift(run, read);
    return tellLive(run, read);
  }
  refuseDrift(read);
  const superseded = otherCandidate(run, read);
  const stack = await besideOthers(run, plain, read);
  run.report.stage('Plan');
  tellVerdicts(run, stack);
  const dropped = await findDropped(run, stack, read, { ...earlier, releaseRecord });
  tellDropped(run, dropped);
  const facts = { stack, dropped, role: earlier.role, situation: read, releaseRecord, superseded };
  const plan = await planWrites(run, facts);
  const { green, situation } = plan;
  if (run.inputs.dryRun) {
    tellPlaces(run, situation);
    return tellPlan(run, plan);
  }
  const unpreviewed = await unpreviewedBy(run, situation, releaseRecord);
  await startStack(run, plan, unpreviewed, releaseRecord);
  run.report.stage('Preview');
  const seen = await openPreview(run, situation, plan, unpreviewed);
  await removeDroppedServices(run, stack, situation, dropped);
  if (superseded !== undefined) await removeSuperseded(run, situation, superseded);
  const deployed = run.observe({ state: 'candidate' });
  const answers = seen ? 'answers' : 'runs and has not been seen to answer';
  run.report.verdict(`Candidate ${run.inputs.revision} ${answers} at ${servingText(green)}; ${deployed.visitors}`);
  return deployed;
}

/** Reads the manifests, and the app as it is. */
async function openManifests(run: Run) {
  const { inputs } = run;
  const given = await readManifests(run);
  const {
    read: releaseRecord,
    situation,
    basis,
  } = await openApp(run, {
    read: () => findRecord(run, inputs.revision),
    basis: async (_, namespace) => {
      const plain = await withRouteDefaults(run, stackIn(run, given, namespace), namespace);
      refuseFaults(run, namespace, given.faults, await findMissing(run, plain));
      return { plain, counterparts: plain.counterparts, config: inputs.config, planned: routesIn(plain) };
    },
    finishes: 'own',
  });
  return { plain: await keepRandom(run, given.random, basis.plain, situation), releaseRecord, situation };
}

/** Writes the stack, and waits until it is at strength. */
async function startStack(
  run: Run,
  { writes, tried }: CandidatePlan,
  unpreviewed: Writes['unpreviewed'],
  releaseRecord: ReleaseRecord | undefined,
): Promise<void> {
  const { stack } = writes;
  run.report.stage('Objects');
  const applied = await applyStack(run, { ...writes, unpreviewed }, tried, releaseRecord);
  const deployments = applied.filter((object) => object.kind === 'Deployment');
  if (applied.some((object) => hookPoint(object) === 'post-deploy'))
    await runHooks(run, 'post-deploy', run.inputs.revision);
  run.report.stage('Rollout');
  const started = await replaceStuck(run, deployments);
  await waitFor(run, stack.services, run.inputs.revision, started).catch((error: unknown) => {
    throw atItsManifest(error, stack);
  });
}

/** Writes preview and parking, and looks at both; whether the preview was seen to answer. */
async function openPreview(
  run: Run,
  situation: Situation,
  { writes: { stack, routes }, tried, green }: CandidatePlan,
  unpreviewed: Writes['unpreviewed'],
): Promise<boolean> {
  const before = await liveBefore(run, situation);
  await writeOwnRoutes(run, situation, routes, tried, () =>
    requireClosed(run, situation, stack.counterparts, {
      parking: routes.parking.routes,
      since: performance.now(),
      config: run.inputs.config,
    }),
  );
  run.report.serves({ preview: green });
  observePreview(run, situation);
  const since = performance.now();
  const written = { parking: routes.parking.routes, since, config: run.inputs.config };
  const watched = { counterparts: stack.counterparts, before };
  const seen = await whileLiveStays(run, situation, watched, async (own) => {
    const look = (router?: RouterSeen) =>
      lookAtParking(own, situation, stack.counterparts, { ...written, ...(router !== undefined && { router }) });
    const answers = await provePreview(own, situation, unpreviewed).catch(async (error: unknown) => {
      if (error instanceof GreenpathError && error.code === 'proof-failed') await look();
      throw error;
    });
    await look({ preview: answers, closedFirst: wasClosedFirst(situation, routes.joined) });
    await tellUnstripped(own, situation);
    return answers;
  });
  await tellReports(run, situation, { previewSeen: seen });
  return seen;
}

/** Annotates a failure of pods at the manifest of their Deployment. */
function atItsManifest(error: unknown, stack: Stack): unknown {
  if (!(error instanceof GreenpathError) || error.code !== 'rollout-failed') return error;
  const deployments = stack.own.filter(({ object }) => object.kind === 'Deployment');
  const named = deployments.find(({ object }) => error.message.includes(object.metadata.name)) ?? deployments[0];
  const [text = ''] = error.message.split('\n');
  const problems = named === undefined ? [] : [{ text, place: named.place }];
  return new GreenpathError(error.code, error.message, error.next, { problems, cause: error });
}

/** All faults of the printed example in one answer, wherever its route is: in the cluster, in the manifests, or nowhere. */
function refuseFaults(
  run: Run,
  { allRoutes }: Namespace,
  faults: readonly Problem[],
  missing: readonly Problem[],
): void {
  const live = run.inputs.routes.flatMap((ref) => sameAmong(allRoutes, { ref }) ?? []);
  const printed = live.flatMap(({ adapter, object }) => adapter.mistakes(object));
  const more = printed.filter((text) => !faults.some((fault) => fault.text === text)).map((text) => ({ text }));
  if (faults.length > 0 || more.length > 0) throw classicForm([...faults, ...missing, ...more]);
  if (missing.length === 0) return;
  throw new GreenpathError(
    'manifest',
    'the pods need objects that are neither in the manifests nor in the namespace, and would not start',
    'Add them to the manifests, create them, or make the reference optional.',
    { problems: missing },
  );
}
