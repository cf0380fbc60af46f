import { ADOPTED } from '../../core/base/revision.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import {
  ANNOTATION_CONTENT,
  ANNOTATION_KINDS,
  ANNOTATION_REVISION_LABEL,
  type KubeObject,
  LABEL_NAME,
  label,
  readyPods,
  type Service,
  selects,
} from '../../core/kube/objects.ts';
import { kindsNamed } from '../../core/kube/optional-kinds.ts';
import type { RevisionServices } from '../../core/kube/revision-services.ts';
import { atStrength } from '../../core/kube/strength.ts';
import { podLabels } from '../../core/kube/workload.ts';
import { adoptedServices } from '../../core/release/adoption.ts';
import { exposedEntries } from '../../core/release/entry.ts';
import type { Serving } from '../../core/report/journal.ts';
import { readElsewhere } from '../../state/elsewhere.ts';
import { identifiers } from '../../state/manifests.ts';
import type { ReleaseRecord } from '../../state/records.ts';
import { stackServices } from '../../state/role.ts';
import type { DryRunResult, Run } from '../../state/run.ts';
import { isServed, liveServices, type Situation } from '../../state/situation.ts';
import { tellCanaries } from '../evidence/canary.ts';
import { entriesFor } from '../objects/entries.ts';
import { planOwnRoutes } from '../own-routes/own-routes.ts';
import type { Writes } from './apply.ts';
import { besideLive, refuseCollisions, withWorkers } from './candidate.ts';
import { comparePlanned } from './compare.ts';
import { refuseDoubled, tellNodePaths } from './doubled-data.ts';
import { dryRun } from './dry-run.ts';
import { plainNamesFor, tellPlainNames } from './plain-names.ts';
import { refuseOthersObjects, tellSecondBudgets } from './preflight.ts';
import { previewOf } from './preview.ts';
import { refuseUnserved } from './served-kinds.ts';
import { planShared } from './shared-objects.ts';
import { finder } from './tell-plan.ts';
import { tellEntries, tellRoutes } from './tell-unapplied.ts';

/** The stack as it can run beside what is live and beside other apps; refuses where it cannot. */
export async function besideOthers(run: Run, plain: Stack, situation: Situation): Promise<Stack> {
  const beside = await besideLive(run, withWorkers(run, plain, situation), situation);
  refuseCollisions(run, beside, situation);
  await refuseUnserved(run, beside);
  await refuseOthersObjects(run, beside, situation);
  await refuseDoubled(run, beside, situation);
  tellNodePaths(run, beside, situation);
  await tellSecondBudgets(run, beside);
  return strengthened(run, beside, situation);
}

/** What is known of the candidate before anything is written. */
interface CandidateFacts {
  readonly stack: Stack;
  readonly dropped: Writes['dropped'];
  readonly role: Writes['role'];
  readonly situation: Situation;
  readonly releaseRecord: ReleaseRecord | undefined;
  /** The candidate that this one replaces. */
  readonly superseded: string | undefined;
}

/** Everything that will be written, validated by the server. */
export interface CandidatePlan {
  readonly writes: Omit<Writes, 'unpreviewed'>;
  readonly tried: ReadonlyMap<string, DryRunResult>;
  readonly green: Serving;
  /** As it was read, with the kind of preview that was planned. */
  readonly situation: Situation;
}

/** Plans all writes, and has the server validate them. */
export async function planWrites(run: Run, facts: CandidateFacts): Promise<CandidatePlan> {
  const { stack, dropped, role, situation, releaseRecord, superseded } = facts;
  const { app, revision, config } = run.inputs;
  const names = plainNamesFor(run, stack, situation);
  tellPlainNames(run, names);
  const adopted = adoptedServices(situation.services, stack.counterparts, identifiers(run));
  const candidate = stackServices({ revision, counterparts: stack.counterparts });
  const elsewhere = await readElsewhere(run, situation);
  const writes = {
    stack,
    names,
    dropped,
    role,
    shared: await planShared(run, stack, situation),
    adopted,
    routes: planOwnRoutes(run, { ...situation, elsewhere }, [candidate, servicesAdopted(adopted)]),
    entries: entriesFor(run, stack, situation, superseded),
    exposed: stack.form === 'pair' ? [] : exposedEntries(stack.counterparts, stack.services, situation.services, app),
    served: isServed(situation),
  };
  const tried = await dryRun(run, writes, finder(run, situation, releaseRecord, stack));
  await comparePlanned(run, situation, stack, tried);
  const previewed = { ...situation, previewKind: writes.routes.kind };
  const green = previewOf(previewed, candidate);
  tellCanaries(run, situation, candidate, config, 'promote');
  tellRoutes(run, stack, situation);
  tellEntries(run, stack, situation);
  return { writes, tried, green, situation: previewed };
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
  const kindsOf = ({ metadata }: KubeObject) =>
    kindsNamed(
      objects,
      situation.services.find((one) => one.metadata.name === metadata.name),
    );
  const own = stack.own.map((one, index) => ({ ...one, object: marked(run, objects[index], stack.digest, kindsOf) }));
  return { ...stack, own };
}

function marked(
  run: Run,
  object: KubeObject | undefined,
  digest: string,
  kindsOf: (service: KubeObject) => string | undefined,
): KubeObject {
  if (object === undefined) throw new Error('a stack has as many objects as places');
  if (object.kind !== 'Service' && object.kind !== 'Job') return object;
  const { 'revision-label': revisionLabel } = run.inputs.config;
  const kinds = object.kind === 'Service' ? kindsOf(object) : undefined;
  const own = {
    ...(object.kind === 'Service' && { [ANNOTATION_REVISION_LABEL]: revisionLabel }),
    ...(kinds !== undefined && { [ANNOTATION_KINDS]: kinds }),
  };
  const annotations = { ...object.metadata.annotations, [ANNOTATION_CONTENT]: digest, ...own };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
