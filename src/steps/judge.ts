import { GreenpathError, type Place, type Problem } from '../core/base/error.ts';
import { doubtsIn, doubtText } from '../core/colouring/doubts.ts';
import type { Identifiers } from '../core/colouring/identifiers.ts';
import { plainNamesText } from '../core/colouring/plain-names.ts';
import type { Built, Stack } from '../core/colouring/stack.ts';
import type { Verdict } from '../core/colouring/verdicts.ts';
import { kindOf } from '../core/kube/identity.ts';
import { KIND } from '../core/kube/kinds.ts';
import { claimModes } from '../core/kube/volumes.ts';
import { podLabels, podSpecOf } from '../core/kube/workload.ts';
import type { Manifest } from '../core/manifests/manifests.ts';
import { doubledFaults, nodePathDoubts } from '../core/release/doubled-data.ts';
import { isSameRoute, routeText } from '../core/release/route.ts';
import { isWorker } from '../core/release/worker-state.ts';
import { lettingWait } from '../core/release/workers.ts';
import { type Alternative, type Checked, checkedObjects, WORDS } from '../core/report/checked.ts';
import type { Inputs } from '../state/inputs.ts';
import { builtFrom, refusalOf, routedIn } from '../state/manifests.ts';
import { refuseSelectedByShared } from './candidate.ts';
import { doubledError } from './doubled-data.ts';
import { type LocalManifests, USUAL_NAMESPACE } from './local-manifests.ts';
import { notLookedAt } from './not-looked-at.ts';
import { wiredNames } from './plain-names.ts';
import { plannedRoutes, routeRefusals } from './planned-routes.ts';

/** What the manifests alone say about a release. */
export interface Judgement {
  readonly checked: Checked;
  /** The revision that they were judged for; empty if its value does not matter. */
  readonly revision: string;
  /** What `deploy-green` would refuse. */
  readonly errors: readonly GreenpathError[];
  /** What may be wrong and is not refused. */
  readonly warnings: readonly Placed[];
  /** Workloads that exist once, and what is left alone. */
  readonly notices: readonly Placed[];
  readonly lines: readonly string[];
}

/** A sentence about an object of the manifests. */
interface Placed {
  readonly text: string;
  readonly place: Place;
}

/** Stands for a revision where its value does not matter; as long as the default. */
const ANY_REVISION = '0000000';
const NO_STACK = { errors: [], warnings: [], lines: [], workers: [], plainNames: '' };

/** Judges manifests by the rules of `deploy-green`, as if the namespace were empty. It reads only the arguments. */
export function judge(inputs: Inputs, given: LocalManifests): Judgement {
  const { manifests, faults, unread } = given;
  const ids = identifiersIn(inputs, manifests);
  const routed = routedIn(inputs, ids, manifests, { allRoutes: [], services: [] });
  const around = { routed, services: [], isFirst: false };
  const built = builtFrom(inputs, given, ids, around);
  const routes = plannedRoutes(inputs, built.verdicts);
  const missing = inputs.routes.filter((ref) => !routes.some((one) => isSameRoute(one.ref, ref)));
  const whole = unread.length === 0;
  const found = 'stack' in built && whole ? inStack(inputs, built.stack, ids, routed) : NO_STACK;
  const { counterparts } = built;
  // What is wrong in the manifests may be why a route has no Service to lead to.
  const canJudge = whole && faults.length === 0 && counterparts.length > 0;
  const ofRoutes = routeRefusals(inputs, ids, { planned: canJudge ? routes : [], manifests, counterparts });
  const errors = [
    ...unread,
    ...refusals(faults, whole ? problemsOf(built) : refusedIn(built)),
    ...found.errors,
    ...ofRoutes.errors,
  ];
  const problems = errors.flatMap((error) => error.problems);
  const verdictsIf = (more: Partial<typeof around>) => builtFrom(inputs, given, ids, { ...around, ...more }).verdicts;
  const condition = `${missing.map(routeText).join(' or ')} leads to it`;
  const ifRouted =
    missing.length === 0 ? [] : [{ condition, verdicts: verdictsIf({ routed: allServices(manifests) }) }];
  const ifFirst = { condition: 'nothing is live yet', verdicts: verdictsIf({ isFirst: true }) };
  return {
    revision: ids.revision === ANY_REVISION ? '' : ids.revision,
    checked: {
      namespace: ids.namespace,
      objects: checkedObjects(withWorkers(built.verdicts, found.workers), problems, [...ifRouted, ifFirst]),
      plainNames: found.plainNames,
      notLookedAt: notLookedAt(inputs, given, { routes, missing, built }),
    },
    errors,
    warnings: [
      ...found.warnings,
      ...ofRoutes.depending,
      ...ifRouted.flatMap((other) => refusedIf(built.verdicts, other)),
    ],
    notices: noticesOf(built),
    lines: found.lines,
  };
}

/** The errors and doubts of a stack that was built. */
function inStack(inputs: Inputs, stack: Stack, ids: Identifiers, routed: ReadonlySet<string>) {
  const modes = claimModes([...stack.own, ...stack.shared].map(({ object }) => object));
  const parts = { own: lettingWait(stack.own, []).own, services: stack.services };
  const doubled = doubledFaults(parts, routed, (claim) => modes.get(claim));
  const doubts = doubtsIn(stack).map((doubt) => ({ text: doubtText(doubt), place: doubt.place }));
  const names = wiredNames(stack, inputs.config, ids.namespace);
  return {
    errors: [...selectedByShared(stack), ...(doubled.length > 0 ? [doubledError(doubled)] : [])],
    warnings: [...doubts, ...nodePathDoubts(parts, routed)],
    lines: stack.notices,
    workers: parts.own.flatMap(({ object, given }) => (isWorker(object) ? [given] : [])),
    plainNames: plainNamesText(names, inputs.revision || 'each revision') ?? '',
  };
}

/** The verdicts, which say of workers that they are some. */
function withWorkers(verdicts: readonly Verdict[], workers: readonly string[]): Verdict[] {
  return verdicts.map((verdict) => {
    const { word, why, manifest } = verdict;
    const isOne = word === 'coloured' && workers.includes(manifest.given);
    return isOne ? { ...verdict, why: `${why}: a worker, which works only while its revision is live` } : verdict;
  });
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
  return faults.length + problems.length === 0 ? [] : [refusalOf(faults, problems)];
}

function problemsOf(built: Built): readonly Problem[] {
  return 'problems' in built ? built.problems : [];
}

/** What is refused whatever the manifests that could not be read say. */
function refusedIn({ verdicts }: Built): Problem[] {
  return verdicts.flatMap(({ word, why, manifest: { place } }) => (word === 'refused' ? [{ text: why, place }] : []));
}

/** The names of all Services of the manifests. */
function allServices(manifests: readonly Manifest[]): ReadonlySet<string> {
  const services = manifests.filter(({ object }) => kindOf(object) === KIND.Service);
  return new Set(services.map(({ object }) => object.metadata.name));
}

/** Parts that are refused if something holds that only the cluster can say. */
function refusedIf(verdicts: readonly Verdict[], { condition, verdicts: others }: Alternative): Placed[] {
  return others.flatMap(({ word, why, manifest: { place } }, index) =>
    word === 'refused' && verdicts[index]?.word !== 'refused' ? [{ text: `if ${condition}: ${why}`, place }] : [],
  );
}

/** Objects of another revision in a hand-written pair are no news. */
function noticesOf(built: Built): Placed[] {
  const isBacking = ({ word, manifest }: Verdict) => word === 'backing' && podSpecOf(manifest.object) !== undefined;
  const left = 'stack' in built ? built.stack.left : built.verdicts.filter(({ word }) => word === 'left');
  return [...built.verdicts.filter(isBacking), ...left].map(({ word, why, manifest: { given, place } }) => ({
    text: `${given} is ${WORDS[word]}: ${why}`,
    place,
  }));
}

/** What the step does not say of the release, its manifests do: its namespace, and the revision of a hand-written pair. */
function identifiersIn(inputs: Inputs, manifests: readonly Manifest[]): Identifiers {
  const revisionLabel = inputs.config['revision-label'];
  const deployments = manifests.flatMap(({ object }) => (kindOf(object) === KIND.Deployment ? [object] : []));
  const [namespace = USUAL_NAMESPACE] = deployments.flatMap(({ metadata }) => metadata.namespace ?? []);
  const [revision = ANY_REVISION] = deployments.flatMap((one) => podLabels(one)[revisionLabel] ?? []);
  return {
    app: inputs.app,
    namespace: inputs.namespace || namespace,
    revision: inputs.revision || revision,
    revisionLabel,
  };
}
