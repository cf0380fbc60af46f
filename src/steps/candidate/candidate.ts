import { GreenpathError } from '../../core/base/error.ts';
import { asPresent, relabel, unselected } from '../../core/colouring/relabel.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import { kindOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import {
  isOfRevision,
  isOwn,
  type KubeObject,
  LABEL_APP,
  LABEL_REVISION,
  label,
  nameOf,
  type Service,
  selects,
  stackSelector,
} from '../../core/kube/objects.ts';
import { stackKindOf } from '../../core/kube/turns.ts';
import { podLabels } from '../../core/kube/workload.ts';
import { isEntryOf, leadsTo } from '../../core/release/entry.ts';
import { isFaithfulEntry } from '../../core/release/followers.ts';
import { servicesOf } from '../../core/release/route.ts';
import { lettingWait } from '../../core/release/workers.ts';
import { adapterOf } from '../../routes/registry.ts';
import { identifiers } from '../../state/manifests.ts';
import { previewedServices, shownServices } from '../../state/preview-state.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';

/**
 * One candidate for each app: a second one would take the first one's preview while somebody may be about to approve
 * it. With `supersede` it may, and the replaced revision is returned.
 */
export function otherCandidate(run: Run, situation: Situation): string | undefined {
  const { app, revision, supersede } = run.inputs;
  const find = (name: string | undefined) => situation.services.find((one) => one.metadata.name === name);
  const isOf = (one: Service | undefined) => one !== undefined && label(one, LABEL_REVISION) === revision;
  // A preview that shows this revision among others is written again.
  if (shownServices(situation).some((name) => isOf(find(name)))) return undefined;
  const [name] = previewedServices(situation);
  const service = find(name);
  const other = service && label(service, LABEL_APP) === app ? label(service, LABEL_REVISION) : undefined;
  if (other === undefined || other === revision || other === situation.revision) return undefined;
  if (supersede) return other;
  throw new GreenpathError(
    'candidate-exists',
    `revision ${other} is the candidate of app ${app} and waits to be promoted`,
    `Promote it, remove it with mode reject, or set supersede: true to replace it with this revision.`,
  );
}

/** The stack with workers that wait for its promotion; what a Service outside of it selects starts with it. */
export function withWorkers(run: Run, stack: Stack, { services }: Situation): Stack {
  const { own, called } = lettingWait(stack.own, services);
  for (const { deployment, service } of called)
    run.report.notice(
      `${deployment} starts with its stack and is no worker: ${nameOf(service)}, which is not in the manifests, selects its pods. That Service does not follow the release; add it to the manifests if it should`,
    );
  return withOwn(stack, own);
}

/**
 * The stack as it can exist beside the live version: if an earlier Service would also select its pods, one label gets
 * another value. A hand-written pair is not changed, and `refuseCollisions` reports it.
 */
export async function besideLive(run: Run, plain: Stack, situation: Situation): Promise<Stack> {
  const stack = await asDeployed(run, plain, situation);
  const others = foreignServices(run, stack, situation);
  const collides = stack.own.some(({ object }) =>
    others.some((one) => selects(one.spec.selector ?? {}, podLabels(object))),
  );
  if (stack.form === 'pair' || !collides) return stack;
  const inManifests = stack.shared.flatMap(({ object }) => (object.kind === 'NetworkPolicy' ? [object] : []));
  const policies = [...(await run.api.list<KubeObject>(KIND.NetworkPolicy)), ...inManifests];
  const result = relabel(stack.own, others, policies, identifiers(run));
  if ('refusal' in result) {
    throw new GreenpathError(
      'selector-collision',
      result.refusal,
      'Give the pods in the manifests labels that none of these Services selects; or let the NetworkPolicy, if one is named, select by a label that both versions keep.',
    );
  }
  if (result.change !== undefined)
    run.report.line(
      `Pods get another label value, so that no Service of the live version selects them: ${result.change}`,
    );
  for (const { given } of unselected(stack.shared, stack.own, result.own))
    run.report.warning(`${given} selects the pods by that label, and does not select those of ${run.inputs.revision}`);
  return withOwn(stack, result.own);
}

/** An existing revision keeps the labels that it got at first, when another version may have been beside it. */
export async function asDeployed(run: Run, stack: Stack, { services }: Situation): Promise<Stack> {
  const names = stack.services.map((service) => service.metadata.name);
  if (stack.form === 'pair' || !services.some((one) => names.includes(one.metadata.name))) return stack;
  const { app, revision } = run.inputs;
  const labels = stackSelector(app, revision);
  const present = await run.api.list<KubeObject>(KIND.Deployment, labels);
  return withOwn(stack, asPresent(stack.own, present, identifiers(run)) ?? stack.own);
}

function withOwn(stack: Stack, own: Stack['own']): Stack {
  return {
    ...stack,
    own,
    services: own.flatMap(({ object }) => (object.kind === 'Service' ? [object as Service] : [])),
  };
}

/** Green's pods must not become endpoints of a Service that others use: they would get traffic before any check. */
export function refuseCollisions(run: Run, stack: Stack, situation: Situation): void {
  refuseSelected(stack, foreignServices(run, stack, situation), servicesOf(situation.rules));
}

/**
 * The same among the manifests alone: a Service that exists once must not select the pods of a hand-written revision.
 * Other pods would get another label value.
 */
export function refuseSelectedByShared(stack: Stack): void {
  if (stack.form === 'pair') refuseSelected(stack, sharedServices(stack), []);
}

function refuseSelected(stack: Stack, others: readonly Service[], live: readonly string[]): void {
  const problems = stack.own.flatMap(({ object, place, given }) => {
    const service = stackKindOf(object).makesPods
      ? others.find((one) => selects(one.spec.selector ?? {}, podLabels(object)))
      : undefined;
    if (service === undefined) return [];
    const { name } = service.metadata;
    const text = `pods of ${given} would match the selector of Service ${name}${live.includes(name) ? ', which is live' : ''}, and get its traffic before they are verified`;
    return [{ text, place }];
  });
  const [first] = problems;
  if (first === undefined) return;
  throw new GreenpathError(
    'selector-collision',
    first.text,
    'Add the revision to the pod labels of the live version and to the selector of that Service, so that it selects one version only.',
    { problems },
  );
}

/** The Services of the manifests that exist once. */
function sharedServices({ shared }: Stack): Service[] {
  // Knative has a kind of that name too, which selects no pods.
  return shared.flatMap(({ object }) => (kindOf(object) === KIND.Service ? [object as Service] : []));
}

function foreignServices(run: Run, stack: Stack, situation: Situation): Service[] {
  const own = new Set(stack.services.map((service) => service.metadata.name));
  const { app, revision } = run.inputs;
  // What the manifests had at an earlier deployment of this revision selects its pods alone.
  const isEarlier = (service: Service) => isOwn(service) && isOfRevision(service, app, revision);
  // An entry Service selects the app's own pods on purpose, as long as it selects those of one revision only.
  const isFaithful = (service: Service) =>
    isFaithfulEntry(service, situation.services, app) ||
    // Nothing is live, and it was left behind by an earlier deployment of this revision.
    (situation.revision === undefined &&
      isEntryOf(service, app) &&
      stack.services.some((one) => leadsTo(service, one)));
  const isForeign = (service: Service) =>
    !own.has(service.metadata.name) && !isEarlier(service) && !isFaithful(service);
  return [...situation.services, ...sharedServices(stack)].filter(isForeign);
}

/** The manifests' routes as live ones that do not exist yet: they name the stack's Services by base name. */
export function routesIn({ routes, counterparts }: Pick<Stack, 'routes' | 'counterparts'>): KubeObject[] {
  const baseNames = new Map(counterparts.map(({ service, baseName }) => [service, baseName]));
  return routes.map(
    ({ object }) => adapterOf(object)?.renamed(object, (service) => baseNames.get(service) ?? service) ?? object,
  );
}
