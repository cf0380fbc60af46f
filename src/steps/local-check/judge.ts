import type { GreenpathError, Place, Problem } from '../../core/base/error.ts';
import { doubtsIn, doubtText } from '../../core/colouring/doubts.ts';
import type { Identifiers } from '../../core/colouring/identifiers.ts';
import { revisionsOf } from '../../core/colouring/pair.ts';
import { plainNamesText } from '../../core/colouring/plain-names.ts';
import type { Built, Stack } from '../../core/colouring/stack.ts';
import type { Verdict } from '../../core/colouring/verdicts.ts';
import { kindOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { podSpecOf } from '../../core/kube/workload.ts';
import type { Manifest } from '../../core/manifests/manifests.ts';
import { nodePathDoubts } from '../../core/release/doubled-data.ts';
import { isWorker } from '../../core/release/worker-state.ts';
import { type Alternative, alternativeTo, type Checked, checkedObjects, WORDS } from '../../core/report/checked.ts';
import type { Inputs } from '../../state/inputs.ts';
import { wiredNames } from '../candidate/plain-names.ts';
import { keptImages } from '../candidate/tell-verdicts.ts';
import { type JudgedBuilds, judgedBuilds } from './judged-builds.ts';
import { type LocalManifests, USUAL_NAMESPACE } from './local-manifests.ts';
import { asStarted, refusalsIn } from './local-refusals.ts';
import { meantRoutes } from './meant-routes.ts';
import { notLookedAt } from './not-looked-at.ts';

/** What the manifests alone say about a release. */
export interface ManifestJudgement {
  readonly checked: Checked;
  /** The revision that they were judged for; empty if its value does not matter. */
  readonly revision: string;
  /** What `deploy-green` would refuse. */
  readonly errors: readonly GreenpathError[];
  /** What may be wrong and is not refused. */
  readonly warnings: readonly PlacedText[];
  /** Workloads that exist once, and what is left alone. */
  readonly notices: readonly PlacedText[];
  readonly lines: readonly string[];
}

/** A sentence about an object of the manifests. */
interface PlacedText {
  readonly text: string;
  readonly place: Place;
}

/** Stands for a revision where its value does not matter; as long as the default. */
const ANY_REVISION = '0000000';
const NO_STACK = { warnings: [], lines: [], workers: [], plainNames: '' };

/** Judges manifests by the rules of `deploy-green`, as far as they hold whatever is in the cluster. */
export function judgeManifests(inputs: Inputs, given: LocalManifests): ManifestJudgement {
  const ids = identifiersIn(inputs, given.manifests);
  const builds = judgedBuilds(inputs, given, ids);
  const { shown, ifRouted, ifFirst } = builds;
  const refused = refusalsIn(inputs, given, ids, builds);
  const { errors } = refused;
  const stack = given.unread.length > 0 ? undefined : shownStack(builds);
  const found = stack === undefined ? NO_STACK : findingsIn(inputs, stack, builds.routed, ids);
  const problems = errors.flatMap((error) => error.problems);
  const verdicts = namingWorkers(shown.verdicts, found.workers);
  return {
    revision: ids.revision === ANY_REVISION ? '' : ids.revision,
    checked: {
      namespace: ids.namespace,
      objects: checkedObjects(verdicts, problems, [...ifRouted, ifFirst]),
      plainNames: found.plainNames,
      notLookedAt: notLookedAt(inputs, given, { ids, builds, stack }),
    },
    errors,
    warnings: [
      ...meantRoutes(given.manifests, builds.missing, ids),
      ...found.warnings,
      ...refused.depending,
      ...ifRouted.flatMap((other) => refusedIf(shown.verdicts, other, problems)),
    ],
    notices: noticesOf(shown),
    lines: found.lines,
  };
}

/** The stack that people see: the other one only if there is none. */
function shownStack({ shown, lenient }: JudgedBuilds): Stack | undefined {
  if ('stack' in shown) return shown.stack;
  return 'stack' in lenient ? lenient.stack : undefined;
}

/** What there is to say of a stack. */
function findingsIn(inputs: Inputs, stack: Stack, routed: ReadonlySet<string>, { namespace }: Identifiers) {
  const parts = asStarted(stack);
  const doubts = doubtsIn(stack).map((doubt) => ({ text: doubtText(doubt), place: doubt.place }));
  const names = wiredNames(stack, inputs.config, namespace);
  return {
    warnings: [...doubts, ...nodePathDoubts(parts, routed), ...keptImages(inputs, stack)],
    lines: stack.notices,
    workers: parts.own.flatMap(({ object, given }) => (isWorker(object) ? [given] : [])),
    plainNames: plainNamesText(names, inputs.revision || 'each revision') ?? '',
  };
}

/** The verdicts, which say of workers that they are some. */
function namingWorkers(verdicts: readonly Verdict[], workers: readonly string[]): Verdict[] {
  return verdicts.map((verdict) => {
    const { word, why, manifest } = verdict;
    const isOne = word === 'coloured' && workers.includes(manifest.given);
    return isOne ? { ...verdict, why: `${why}: a worker, which works only while its revision is live` } : verdict;
  });
}

/**
 * Workloads that are refused if something holds that only the cluster can say, and that no known problem refuses. Routes
 * seldom lead to other objects: what would be refused of those is said where they are listed.
 */
function refusedIf(verdicts: readonly Verdict[], alternative: Alternative, known: readonly Problem[]): PlacedText[] {
  return verdicts.flatMap((verdict, index) => {
    const other = alternativeTo(verdict, index, alternative);
    if (other?.word !== 'refused' || podSpecOf(other.manifest.object) === undefined) return [];
    if (known.some(({ text }) => text === other.why)) return [];
    return [{ text: `if ${alternative.condition}: ${other.why}`, place: other.manifest.place }];
  });
}

/** Objects of another revision in a hand-written pair are no news. */
function noticesOf(built: Built): PlacedText[] {
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
  const [revision = ANY_REVISION] = revisionsOf(manifests, revisionLabel);
  const [namespace = USUAL_NAMESPACE] = deployments.flatMap(({ metadata }) => metadata.namespace ?? []);
  return {
    app: inputs.app,
    namespace: inputs.namespace || namespace,
    revision: inputs.revision || revision,
    revisionLabel,
  };
}
