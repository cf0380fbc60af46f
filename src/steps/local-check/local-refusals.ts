import { GreenpathError, type Problem } from '../../core/base/error.ts';
import type { Identifiers } from '../../core/colouring/identifiers.ts';
import type { Built, Stack } from '../../core/colouring/stack.ts';
import { refusedIn } from '../../core/colouring/verdicts.ts';
import { claimModes } from '../../core/kube/volumes.ts';
import { doubledFaults } from '../../core/release/doubled-data.ts';
import { lettingWait } from '../../core/release/workers.ts';
import type { Inputs } from '../../state/inputs.ts';
import { manifestsRefusal } from '../../state/manifests.ts';
import { refuseSelectedByShared } from '../candidate/candidate.ts';
import { doubledError } from '../candidate/doubled-data.ts';
import { randomRefusal } from '../random-values/random-values.ts';
import type { JudgedBuilds } from './judged-builds.ts';
import type { LocalManifests } from './local-manifests.ts';
import { type RouteRefusals, routeRefusals } from './manifest-routes.ts';

/** What is refused whatever the cluster holds, and what depends on it. */
export function refusalsIn(
  inputs: Inputs,
  given: LocalManifests,
  ids: Identifiers,
  { lenient, routes, routed }: JudgedBuilds,
): RouteRefusals {
  const { manifests, faults, unread } = given;
  const { counterparts } = lenient;
  const isWhole = unread.length === 0;
  // What is wrong in the manifests may be why a route has no Service to lead to.
  const planned = isWhole && faults.length === 0 && counterparts.length > 0 ? routes : [];
  const ofRoutes = routeRefusals(inputs, ids, { planned, manifests, counterparts });
  // What is refused object by object is so whatever the manifests that could not be read say.
  const ofManifests = refusals(faults, isWhole ? problemsOf(lenient) : refusedIn(lenient.verdicts));
  const ofStack = 'stack' in lenient && isWhole ? stackErrors(inputs, given, lenient.stack, routed, ids.namespace) : [];
  return { ...ofRoutes, errors: [...unread, ...ofManifests, ...ofStack, ...ofRoutes.errors] };
}

/** What is refused of a stack that was built. */
function stackErrors(
  inputs: Inputs,
  { random }: LocalManifests,
  stack: Stack,
  routed: ReadonlySet<string>,
  namespace: string,
): GreenpathError[] {
  const modes = claimModes([...stack.own, ...stack.shared].map(({ object }) => object));
  const doubled = doubledFaults(asStarted(stack), routed, (claim) => modes.get(claim));
  const unkept = randomRefusal(inputs, random, stack, namespace);
  return [
    ...selectedByShared(stack),
    ...(unkept === undefined ? [] : [unkept]),
    ...(doubled.length > 0 ? [doubledError(doubled)] : []),
  ];
}

function selectedByShared(stack: Stack): GreenpathError[] {
  try {
    refuseSelectedByShared(stack);
  } catch (error) {
    if (error instanceof GreenpathError) return [error];
    throw error;
  }
  return [];
}

function refusals(faults: readonly Problem[], problems: readonly Problem[]): GreenpathError[] {
  return faults.length + problems.length === 0 ? [] : [manifestsRefusal(faults, problems)];
}

function problemsOf(built: Built): readonly Problem[] {
  return 'problems' in built ? built.problems : [];
}

/** The stack with its workers waiting, if no Service of the namespace selects them. */
export function asStarted({ own, services }: Stack): Pick<Stack, 'own' | 'services'> {
  return { own: lettingWait(own, []).own, services };
}
