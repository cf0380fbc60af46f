import { GreenpathError, type Problem } from '../core/base/error.ts';
import { ADOPTED } from '../core/base/revision.ts';
import type { Stack } from '../core/colouring/stack.ts';
import {
  ANNOTATION_CONTENT,
  ANNOTATION_REVISION_LABEL,
  type KubeObject,
  LABEL_NAME,
  label,
  readyPods,
  type Service,
  selects,
} from '../core/kube/objects.ts';
import type { RevisionServices } from '../core/kube/revision-services.ts';
import { atStrength } from '../core/kube/strength.ts';
import { podLabels } from '../core/kube/workload.ts';
import { adoptedServices } from '../core/release/adoption.ts';
import { exposedEntries } from '../core/release/entry.ts';
import { isServed, liveServices, type Situation } from '../state/app-state.ts';
import { refuseDrift, tellDrift } from '../state/drift.ts';
import { classicForm } from '../state/live-route.ts';
import { identifiers, readStack } from '../state/manifests.ts';
import type { Namespace } from '../state/namespace.ts';
import { openApp } from '../state/open-app.ts';
import type { Outcome } from '../state/outcome.ts';
import { findRecord } from '../state/records.ts';
import { stackServices } from '../state/role.ts';
import { sameAmong } from '../state/routers.ts';
import type { Run } from '../state/run.ts';
import { tellLive } from '../state/tell-live.ts';
import { applyStack } from '../steps/apply.ts';
import { tellCanaries } from '../steps/canary.ts';
import { besideLive, otherCandidate, refuseCollisions, routesIn, withWorkers } from '../steps/candidate.ts';
import { refuseDoubled, tellNodePaths } from '../steps/doubled-data.ts';
import { dryRun } from '../steps/dry-run.ts';
import { planOwnRoutes, writeOwnRoutes } from '../steps/own-routes.ts';
import { lookAtParking } from '../steps/parking-look.ts';
import { finder, tellPlan } from '../steps/plan.ts';
import { findMissing, refuseOthersObjects, tellSecondBudgets } from '../steps/preflight.ts';
import { previewOf, provePreview, removeSuperseded } from '../steps/preview.ts';
import { redeployed } from '../steps/redeploy.ts';
import { replaceStuck } from '../steps/replace.ts';
import { unpreviewedBy } from '../steps/samples.ts';
import { planShared } from '../steps/shared-objects.ts';
import { tellEntries, tellRoutes } from '../steps/tell-unapplied.ts';
import { waitFor } from '../steps/wait-for-stack.ts';

/**
 * Starts the candidate beside the live stack and makes it reachable below the preview path; docs/design.md sections 3
 * and 4.
 */
export async function deployGreen(run: Run): Promise<Outcome> {
  const { inputs, report } = run;
  report.stage('Situation');
  const { stack: plain, faults } = await readStack(run);
  const { read: releaseRecord, situation } = await openApp(run, {
    read: () => findRecord(run, inputs.revision),
    basis: async (_, namespace) => {
      refuseFaults(run, namespace, faults, await findMissing(run, plain));
      return { counterparts: plain.counterparts, config: inputs.config, planned: routesIn(plain) };
    },
    finishes: 'own',
  });
  const { outcome, role } = await redeployed(run, plain, situation, releaseRecord);
  if (outcome === 'nothing') {
    tellDrift(run, situation);
    return tellLive(run, situation);
  }
  refuseDrift(situation);
  const superseded = otherCandidate(run, situation);
  const beside = await besideLive(run, withWorkers(run, plain, situation), situation);
  refuseCollisions(run, beside, situation);
  await refuseOthersObjects(run, beside, situation);
  await refuseDoubled(run, beside, situation);
  tellNodePaths(run, beside, situation);
  await tellSecondBudgets(run, beside);
  const stack = strengthened(run, beside, situation);

  report.stage('Plan');
  const adopted = adoptedServices(situation.services, stack.counterparts, identifiers(run));
  const sides = [
    stackServices({ revision: inputs.revision, counterparts: stack.counterparts }),
    servicesAdopted(adopted),
  ] as const;
  const writes = {
    stack,
    role,
    shared: await planShared(run, stack, situation),
    adopted,
    routes: planOwnRoutes(run, situation, [...sides]),
    entries:
      stack.form === 'pair' ? [] : exposedEntries(stack.counterparts, stack.services, situation.services, inputs.app),
    served: isServed(situation),
  };
  const tried = await dryRun(run, writes, finder(run, situation, releaseRecord, stack));
  const green = await previewOf(run, situation, sides[0]);
  tellCanaries(run, situation, sides[0], inputs.config, 'promote');
  tellRoutes(run, stack, situation);
  tellEntries(run, stack, situation);
  if (inputs.dryRun) return tellPlan(run, tried, writes.shared, green);

  const unpreviewed = await unpreviewedBy(run, situation, releaseRecord);
  report.stage('Objects');
  const applied = await applyStack(run, { ...writes, unpreviewed }, tried, releaseRecord);
  const deployments = applied.filter((object) => object.kind === 'Deployment');
  report.stage('Rollout');
  const started = await replaceStuck(run, deployments);
  await waitFor(run, stack.services, inputs.revision, started).catch((error: unknown) => {
    throw atItsManifest(error, stack);
  });
  report.stage('Preview');
  await writeOwnRoutes(run, writes.routes, tried);
  report.serves({ preview: green });
  run.observe({ previewUrl: green.url });
  const since = performance.now();
  const look = () =>
    lookAtParking(run, situation, stack.counterparts, {
      parking: writes.routes.parking.paths,
      since,
      config: inputs.config,
    });
  const seen = await provePreview(run, situation, unpreviewed).catch(async (error: unknown) => {
    if (error instanceof GreenpathError && error.code === 'proof-failed') await look();
    throw error;
  });
  await look();
  if (superseded !== undefined) await removeSuperseded(run, situation, superseded);
  const deployed = run.observe({ state: 'candidate' });
  const answers = seen ? 'answers' : 'runs and has not been seen to answer';
  report.verdict(`Candidate ${inputs.revision} ${answers} at ${green.url}; ${deployed.visitors}`);
  return deployed;
}

function servicesAdopted(services: readonly Service[]): RevisionServices {
  const entries = services.map((service) => [label(service, LABEL_NAME) ?? '', service.metadata.name]);
  return { revision: ADOPTED, services: Object.fromEntries(entries) };
}

/**
 * The stack never starts weaker than what is live now. It carries the content digest, so that a deleted record can be
 * rebuilt.
 */
function strengthened(run: Run, stack: Stack, situation: Situation): Stack {
  const live = liveServices(situation);
  let objects = stack.own.map(({ object }) => object);
  for (const { service: name, baseName } of stack.counterparts) {
    const selector = stack.services.find((one) => one.metadata.name === name)?.spec.selector ?? {};
    const wanted = readyPods(situation.slices, live.services[baseName] ?? '').length;
    objects = atStrength(objects, (deployment) => selects(selector, podLabels(deployment)), wanted);
  }
  const own = stack.own.map((one, index) => ({ ...one, object: marked(run, objects[index], stack.digest) }));
  return { ...stack, own };
}

function marked(run: Run, object: KubeObject | undefined, digest: string): KubeObject {
  if (object === undefined) throw new Error('a stack has as many objects as places');
  if (object.kind !== 'Service' && object.kind !== 'Job') return object;
  const { 'revision-label': revisionLabel } = run.inputs.config;
  const own = object.kind === 'Service' ? { [ANNOTATION_REVISION_LABEL]: revisionLabel } : {};
  const annotations = { ...object.metadata.annotations, [ANNOTATION_CONTENT]: digest, ...own };
  return { ...object, metadata: { ...object.metadata, annotations } };
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
