import { witnessOf } from '../checks/identity.ts';
import { urlOf } from '../checks/probe.ts';
import { proofText, prove } from '../checks/proof.ts';
import { adoptedServices } from '../core/adoption.ts';
import { again } from '../core/again.ts';
import { routeFaults } from '../core/classic-faults.ts';
import { GreenpathError, type Problem } from '../core/error.ts';
import type { Serving } from '../core/journal.ts';
import { canonical } from '../core/json.ts';
import { namesText, type Side, servicesOf } from '../core/live.ts';
import {
  ANNOTATION_CONTENT,
  annotation,
  type Ingress,
  type KubeObject,
  LABEL_APP,
  LABEL_NAME,
  LABEL_REVISION,
  label,
  nameOf,
  readyPods,
  type Service,
  selects,
} from '../core/objects.ts';
import { ADOPTED } from '../core/revision.ts';
import { rulesOf } from '../core/rules.ts';
import { podLabels, type Stack } from '../core/stack.ts';
import { atStrength } from '../core/strength.ts';
import { twinIn } from '../routes/patch.ts';
import { applyStack, dryRun, type Find } from './apply.ts';
import { besideLive, findMissing, otherCandidate, refuseCollisions, routesIn } from './candidate.ts';
import { identifiers, readStack } from './manifests.ts';
import { planOwnRoutes, removePreviews, unpark, writeOwnRoutes } from './own-routes.ts';
import { listOwned } from './owned.ts';
import { findRecord, type Recorded, routeSettings } from './release-record.ts';
import { removeStack } from './remove.ts';
import type { Planned, Run } from './run.ts';
import { planShared, type SharedChange } from './shared.ts';
import {
  classicForm,
  frontsFor,
  liveSide,
  type Namespace,
  readNamespace,
  refuseUnsettled,
  requireRoutes,
  type Situation,
  situate,
  tellLive,
} from './situation.ts';
import { standsOf } from './stands.ts';
import { waitFor } from './strength.ts';

/** Starts the candidate beside the live stack and makes it reachable below the preview path; docs/design.md sections 3 and 4. */
export async function deployGreen(run: Run): Promise<void> {
  const { inputs, report } = run;
  report.stage('Situation');
  const { stack: plain, faults } = await readStack(run);
  await run.takeLock();
  const [namespace, recorded] = await Promise.all([readNamespace(run), findRecord(run, inputs.revision)]);
  refuseClassicForm(run, namespace, [...faults, ...(await findMissing(run, plain))]);
  const read = requireRoutes(run, namespace, routesIn(plain));
  const situation = situate(run, read, plain.twins, routeSettings(inputs.config));
  report.line(`Live: ${run.known.visitors}`);
  refuseUnsettled(situation);
  if (isAgain(run, plain, situation, recorded) === 'nothing') return tellLive(run, situation);
  const superseded = otherCandidate(run, situation);
  const beside = await besideLive(run, plain, situation);
  refuseCollisions(run, beside, situation);
  const stack = strengthened(run, beside, situation);

  report.stage('Plan');
  const adopted = adoptedServices(situation.services, stack.twins, identifiers(run));
  const sides = [candidateSide(inputs.revision, stack), adoptedSide(adopted)] as const;
  const writes = {
    stack,
    shared: await planShared(run, stack, situation),
    adopted,
    routes: planOwnRoutes(run, situation, [...sides]),
  };
  const planned = await dryRun(run, writes, finder(run, situation, recorded, stack));
  const green = await previewOf(run, situation, sides[0]);
  tellRoutes(run, stack, situation);
  if (inputs.dryRun) return tellPlan(run, planned, writes.shared, green);

  report.stage('Objects');
  const applied = await applyStack(run, writes, planned, recorded);
  const deployments = applied.filter((object) => object.kind === 'Deployment');
  report.stage('Rollout');
  await waitFor(run, stack.services, inputs.revision, deployments).catch((error: unknown) => {
    throw atItsManifest(error, stack);
  });
  report.stage('Preview');
  await writeOwnRoutes(run, writes.routes, planned);
  report.serves({ preview: green });
  await provePreview(run, situation);
  if (superseded !== undefined) await removeSuperseded(run, situation, superseded);
  run.known.outputs.state = 'candidate';
  report.verdict(`Candidate ${inputs.revision} answers at ${run.known.outputs.previewUrl}; ${run.known.visitors}`);
}

function candidateSide(revision: string, { twins }: Stack): Side {
  return { revision, services: Object.fromEntries(twins.map((twin) => [twin.base, twin.service])) };
}

function adoptedSide(services: readonly Service[]): Side {
  const entries = services.map((service) => [label(service, LABEL_NAME) ?? '', service.metadata.name]);
  return { revision: ADOPTED, services: Object.fromEntries(entries) };
}

/** What to do with a revision that may be there already; throws where it must stay as it is. */
function isAgain(run: Run, stack: Stack, situation: Situation, recorded: Recorded | undefined) {
  const { revision, app } = run.inputs;
  const names = new Set(stack.services.map((service) => service.metadata.name));
  const own = situation.services.filter((one) => names.has(one.metadata.name) && label(one, LABEL_APP) === app);
  const other = own.find((one) => (label(one, LABEL_REVISION) ?? revision) !== revision);
  if (other !== undefined) {
    throw new GreenpathError(
      'manifest',
      `revision ${revision} would use the names of revision ${label(other, LABEL_REVISION)}, such as Service ${other.metadata.name}`,
      'Choose a revision that differs from it in more than dots and dashes.',
    );
  }
  const known = recorded?.release.digest ?? own.flatMap((one) => annotation(one, ANNOTATION_CONTENT) ?? [])[0];
  const content = known === undefined ? 'unknown' : known === stack.digest ? 'same' : 'other';
  const outcome = again(revision, standsOf(run, situation, revision, recorded), content);
  if (outcome === 'void' && recorded?.stamp !== undefined) {
    run.report.warning(`revision ${revision} was verified with other content: it has to be verified again`);
  }
  return outcome;
}

/** Never started weaker than what is live now; the content digest goes along, so that a deleted record can be rebuilt. */
function strengthened(run: Run, stack: Stack, situation: Situation): Stack {
  const live = liveSide(run, situation, run.inputs.config['revision-label']);
  let objects = stack.own.map(({ object }) => object);
  for (const { service: name, base } of stack.twins) {
    const selector = stack.services.find((one) => one.metadata.name === name)?.spec.selector ?? {};
    const wanted = readyPods(situation.slices, live.services[base] ?? '').length;
    objects = atStrength(objects, (deployment) => selects(selector, podLabels(deployment)), wanted);
  }
  const own = stack.own.map(({ place }, index) => ({ place, object: marked(objects[index], stack.digest) }));
  return { ...stack, own };
}

function marked(object: KubeObject | undefined, digest: string): KubeObject {
  if (object === undefined) throw new Error('a stack has as many objects as places');
  if (object.kind !== 'Service' && object.kind !== 'Job') return object;
  const annotations = { ...object.metadata.annotations, [ANNOTATION_CONTENT]: digest };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** A live route that exists is never applied, whatever the manifests say of it. */
function tellRoutes(run: Run, stack: Stack, { routes }: Situation): void {
  for (const wanted of routesIn(stack)) {
    const route = routes.find(({ ingress }) => ingress.metadata.name === wanted.metadata.name);
    if (route === undefined) run.report.notice(`${nameOf(wanted)} is no live route of this step and is left alone`);
    else if (!route.exists)
      run.report.line(`${nameOf(wanted)} does not exist: promote will create it from the manifests`);
    else if (differs(route.ingress, wanted))
      run.report.notice(`${nameOf(wanted)} exists and stays as it is; the manifests say something else`);
  }
}

/** Whether they differ in more than in which revision their backends name. */
function differs(present: Ingress, wanted: Ingress): boolean {
  const shape = (ingress: Ingress) =>
    rulesOf(ingress).map(({ host, path, pathType, port }) => `${host} ${path} ${pathType} ${port}`);
  const isSame = (a: unknown, b: unknown) => canonical(a ?? null) === canonical(b ?? null);
  return !isSame(shape(present), shape(wanted)) || !isSame(present.spec.tls, wanted.spec.tls);
}

/** What is there now, for the differences: routes were read, and the rest is the same if the content is. */
function finder(run: Run, { ingresses }: Situation, recorded: Recorded | undefined, stack: Stack): Find {
  const isSame = !run.inputs.dryRun && recorded?.release.digest === stack.digest;
  return async (object) => {
    const { name } = object.metadata;
    if (object.kind === 'Ingress') return ingresses.find((one) => one.metadata.name === name);
    return isSame ? undefined : run.api.get({ kind: await run.api.kind(object), name });
  };
}

/** What the pods fail at is annotated where the manifest of their Deployment stands. */
function atItsManifest(error: unknown, stack: Stack): unknown {
  if (!(error instanceof GreenpathError) || error.code !== 'rollout-failed') return error;
  const deployments = stack.own.filter(({ object }) => object.kind === 'Deployment');
  const named = deployments.find(({ object }) => error.message.includes(object.metadata.name)) ?? deployments[0];
  const [text = ''] = error.message.split('\n');
  const problems = named === undefined ? [] : [{ text, place: named.place }];
  return new GreenpathError(error.code, error.message, error.next, { problems, cause: error });
}

/** The candidate whose place was taken goes, now that the preview was seen to answer from this one. */
async function removeSuperseded(run: Run, situation: Situation, revision: string): Promise<void> {
  const [recorded, objects] = await Promise.all([findRecord(run, revision), listOwned(run, revision)]);
  const services = objects.filter((object) => object.kind === 'Service').map((object) => object.metadata.name);
  const now = await fresh(run, situation);
  // The candidate's own preview stands where the live routes are now; the other one may have stood elsewhere too.
  await removePreviews(run, now, (own) => servicesOf(rulesOf(own)).every((name) => services.includes(name)));
  await unpark(run, now, services, run.inputs.config);
  await removeStack(run, { revision, objects, recorded });
}

/** Parking was written since the situation was read. */
async function fresh(run: Run, situation: Situation): Promise<Situation> {
  return { ...situation, ...(await readNamespace(run)) };
}

/** All faults of the printed example in one answer, wherever its Ingress is: in the cluster, in the manifests, or nowhere. */
function refuseClassicForm(run: Run, { ingresses }: Namespace, faults: readonly Problem[]): void {
  const live = ingresses.filter((one) => run.inputs.routes.includes(one.metadata.name));
  const printed = live.flatMap(routeFaults);
  const more = printed.filter((text) => !faults.some((fault) => fault.text === text)).map((text) => ({ text }));
  if (faults.length > 0) throw classicForm([...faults, ...more]);
}

/** What would happen to each object, and to the routes. */
function tellPlan(run: Run, planned: ReadonlyMap<string, Planned>, shared: readonly SharedChange[], green: Serving) {
  for (const { change } of planned.values()) run.report.change(change, true);
  for (const { set } of shared) {
    if (set !== undefined) run.report.change({ object: nameOf(set.object), action: 'change', diff: set.diff }, true);
  }
  run.report.serves({ preview: green });
  run.report.verdict(
    `Dry run: nothing was written. Visitors would stay where they are, and ${green.url} would reach ${green.service}. ${run.known.visitors}`,
  );
}

async function previewOf(run: Run, situation: Situation, candidate: Side): Promise<Serving> {
  const [first] = await frontsFor(run, situation);
  const url = first ? urlOf(first, `${run.inputs.config.preview.path}/`) : '';
  const shown = situation.rules.map((rule) => twinIn(candidate, rule));
  return { url, service: namesText([...new Set(shown)]), revision: candidate.revision };
}

async function provePreview(run: Run, situation: Situation): Promise<void> {
  const { config, revision } = run.inputs;
  const fronts = await frontsFor(run, situation);
  const [first] = fronts;
  const prefix = config.preview.path;
  run.known.outputs.previewUrl = first ? urlOf(first, `${prefix}/`) : '';
  if (config.proof === 'off') return run.report.warning('proof is off: nobody looked whether the preview answers');
  const witness = witnessOf(config, revision, undefined);
  const settle = witness.proof === 'none' ? (config.proof.settle ?? situation.dialect.settle) : 0;
  const result = await prove(
    { fronts, prefix, witness, answers: 3, since: performance.now(), settle, within: config.proof.within },
    run.signal,
  );
  run.known.outputs.proof = witness.proof;
  if (result.verdict === 'proven') return run.report.line(`The preview answers: ${proofText(result, revision)}`);
  throw new GreenpathError(
    'proof-failed',
    `green is ready, but the preview does not answer from it: ${result.complaint ?? 'no answer'}`,
    'Check that the runner reaches the proxy (input addresses), and the check and identity settings in the config; then run deploy-green again.',
  );
}
