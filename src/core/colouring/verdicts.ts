import type { Problem } from '../base/error.ts';
import { baseNameIn } from '../base/revision.ts';
import { keyOf, kindOf } from '../kube/identity.ts';
import { KIND } from '../kube/kinds.ts';
import { type KubeObject, type Service, selects } from '../kube/objects.ts';
import { type Treatment, treatmentOf } from '../kube/treatment.ts';
import { claimModes, mountedClaims } from '../kube/volumes.ts';
import { podLabels } from '../kube/workload.ts';
import type { Manifest } from '../manifests/manifests.ts';
import { isElsewhere, verdictApart } from './apart.ts';
import { belonging, unclearText, type WorkloadFacts, type Workloads, whyBacking } from './backing.ts';
import { hookVerdict } from './hook-points.ts';
import type { Identifiers } from './identifiers.ts';
import { actingIn, namedByShared } from './sharing.ts';
import { singleText, WAYS_OUT, whySingle } from './single-instance.ts';
import { unwrittenVerdict } from './unwritten.ts';

/** What is known around the manifests. */
export interface Surroundings {
  /** The Services that live routes name, without the revision in their names: visitors reach their pods. */
  readonly routed: ReadonlySet<string>;
  /** The Services of the namespace. */
  readonly services: readonly Service[];
  /** Whether nothing is live yet: hooks of Helm tell an install from an upgrade. */
  readonly isFirst: boolean;
  /** What becomes of objects that are no part of a release. */
  readonly others: 'leave' | 'refuse';
  /** Whether a route of the manifests is a live one. */
  isLive(route: KubeObject): boolean;
  /** The keys of what a route names besides Services: it keeps its name. */
  namedBy(object: KubeObject): readonly string[];
}

/** Nothing is known around the manifests. */
export const ALONE: Surroundings = {
  routed: new Set(),
  services: [],
  isFirst: false,
  others: 'leave',
  isLive: () => true,
  namedBy: () => [],
};

/**
 * What becomes of one object of the manifests. `coloured`: each revision has its own. `shared` and `backing` exist once:
 * created if missing, else left unchanged; what is backing has state, or belongs to something that has. `route`: a live
 * route. `left`: not written. `refused`: nothing of the release is written.
 */
export interface Verdict {
  readonly manifest: Manifest;
  readonly word: Treatment | 'left' | 'refused';
  /** The reason. A refusal is a sentence that says what to do; what is backing by itself has a predicate, such as `says strategy: Recreate`; the others have a clause. */
  readonly why: string;
}

/** The verdict on each object of the manifests, in their order. It reads only the arguments. */
export function verdictsOf(manifests: readonly Manifest[], ids: Identifiers, around: Surroundings): Verdict[] {
  const known = knownIn(manifests, ids, around);
  const words = manifests.map((manifest) => {
    const apart = verdictApart(manifest.object, ids, known.callers, around.others);
    if (apart !== undefined) return { manifest, ...apart };
    const treatment = treatmentOf(manifest.object);
    return typeof treatment === 'string' ? written(manifest, treatment, known) : { manifest, unwritten: treatment };
  });
  const of = (word: Verdict['word']) =>
    words.flatMap((one) => ('word' in one && one.word === word ? [one.manifest] : []));
  const kept = { coloured: of('coloured'), shared: of('shared') };
  return words.map((one) =>
    'word' in one
      ? one
      : { manifest: one.manifest, ...unwrittenVerdict(one.manifest, one.unwritten, kept, around.others) },
  );
}

/** What the verdict on an object depends on besides the object. */
interface Known {
  /** Why workloads are backing, by their keys. */
  readonly backing: ReadonlyMap<string, string>;
  readonly workloads: Workloads;
  /** Why objects exist once for another reason, by their keys. */
  readonly once: ReadonlyMap<string, string>;
  /** What nothing of the manifests uses, by its keys. */
  readonly unused: ReadonlySet<string>;
  readonly isFirst: boolean;
  /** The Services of the manifests and of the namespace. */
  readonly callers: readonly Service[];
  facts(workload: KubeObject): WorkloadFacts;
  /** Whether a Service selects no pods of the manifests, and no live route names it. */
  isApart(service: Service): boolean;
  isLive(route: KubeObject): boolean;
  /** The access modes of a claim of the manifests. */
  modesOf(claim: string): readonly string[] | undefined;
}

function knownIn(manifests: readonly Manifest[], ids: Identifiers, around: Surroundings): Known {
  const kept = manifests.filter(({ object }) => typeof treatmentOf(object) === 'string' && !isElsewhere(object, ids));
  const objects = kept.map(({ object }) => object);
  const modes = claimModes(objects);
  const modesOf = (claim: string) => modes.get(claim);
  const given = objects.filter((object): object is Service => kindOf(object) === KIND.Service);
  const callers = [...given, ...around.services];
  const facts = factsIn(objects, modesOf, ids, { given, callers, routed: around.routed });
  const backing = new Map(
    objects.flatMap((object): [string, string][] => {
      const why = whyBacking(object, facts(object));
      return why === undefined ? [] : [[keyOf(object), why]];
    }),
  );
  const isBacking = (object: KubeObject) => backing.has(keyOf(object));
  const workloads = {
    backing: objects.filter(isBacking),
    coloured: objects.filter((object) => kindOf(object) === KIND.Deployment && !isBacking(object)),
  };
  const isCronJob = (object: KubeObject) => kindOf(object) === KIND.CronJob && treatmentOf(object) === 'coloured';
  const acting = actingIn(objects, [...workloads.coloured, ...objects.filter(isCronJob)], ids);
  const once = new Map([
    ...[...acting.once].map((key) => [key, 'it is for something else'] as const),
    ...namedByShared(kept).map((key) => [key, 'a ServiceAccount names it'] as const),
    ...kept.flatMap(({ object }) => around.namedBy(object)).map((key) => [key, 'a route names it'] as const),
  ]);
  const isApart = (service: Service) => {
    const { selector = {} } = service.spec;
    const isOurs = ids.revisionLabel in selector || isNamed(service, around.routed, ids);
    return !isOurs && !objects.some((object) => selects(selector, podLabels(object)));
  };
  const { isFirst, isLive } = around;
  const { unused } = acting;
  return { backing, workloads, once, unused, isFirst, isLive, callers, facts, isApart, modesOf };
}

/** Whether a live route names a Service of the manifests, whose name may carry the revision. */
function isNamed({ metadata: { name } }: Service, routed: ReadonlySet<string>, { revision }: Identifiers): boolean {
  return routed.has(name) || routed.has(baseNameIn(name, revision) ?? name);
}

/** What the manifests and the namespace say about each workload. */
function factsIn(
  objects: readonly KubeObject[],
  modesOf: Known['modesOf'],
  ids: Identifiers,
  {
    given,
    callers,
    routed,
  }: { given: readonly Service[]; callers: readonly Service[]; routed: Surroundings['routed'] },
): Known['facts'] {
  const callersIn = (all: readonly Service[], workload: KubeObject) =>
    all.filter(({ spec }) => selects(spec.selector ?? {}, podLabels(workload)));
  const isRouted = (workload: KubeObject) => callersIn(given, workload).some((one) => isNamed(one, routed, ids));
  const together = new Set(
    objects
      .filter((object) => kindOf(object) === KIND.Deployment && isRouted(object))
      .flatMap((object) => mountedClaims(object).map(({ name }) => name))
      .filter((name) => modesOf(name)?.includes('ReadWriteMany')),
  );
  return (workload) => ({
    callers: callersIn(callers, workload),
    isRouted: isRouted(workload),
    isOfRevision: ids.revisionLabel in podLabels(workload),
    together,
  });
}

function written(manifest: Manifest, treatment: Treatment, known: Known): Verdict {
  const { object, given } = manifest;
  const key = keyOf(object);
  const self = known.backing.get(key);
  if (self !== undefined) return { manifest, word: 'backing', why: self };
  if (treatment === 'route') return routeVerdict(manifest, known);
  const owner = belonging(object, known.workloads);
  if (owner !== undefined) return { manifest, word: 'backing', why: owner };
  const once = known.once.get(key);
  if (once !== undefined) return { manifest, word: 'shared', why: once };
  if (treatment !== 'coloured') return { manifest, word: 'shared', why: 'it serves every revision' };
  if (known.unused.has(key)) return { manifest, word: 'left', why: 'no ScaledObject of the manifests names it' };
  if (kindOf(object) === KIND.Service && known.isApart(object as Service))
    return { manifest, word: 'shared', why: 'it selects no pods of the manifests' };
  if (kindOf(object) === KIND.Job) return { manifest, ...hookVerdict(object, known.isFirst) };
  const unclear = unclearText(object, known.facts(object));
  if (unclear !== undefined) return { manifest, word: 'refused', why: `${given} ${unclear}` };
  const why = refusedSingle(object, known);
  if (why !== undefined) return { manifest, word: 'refused', why: singleText(given, why, WAYS_OUT) };
  return { manifest, word: 'coloured', why: 'each revision has its own' };
}

function routeVerdict(manifest: Manifest, { isLive }: Known): Verdict {
  if (isLive(manifest.object)) return { manifest, word: 'route', why: 'it is a live route' };
  return { manifest, word: 'left', why: 'the input route does not name it' };
}

/** Why a Deployment that visitors reach must not run twice, as far as the manifests show it. */
function refusedSingle(object: KubeObject, { facts, modesOf }: Known): string | undefined {
  if (kindOf(object) !== KIND.Deployment || !facts(object).isRouted) return undefined;
  return whySingle(object, modesOf);
}

/** The problems of the objects that are refused, each with its place. */
export function refusedIn(verdicts: readonly Verdict[]): Problem[] {
  return verdicts.flatMap(({ word, why, manifest: { place } }) => (word === 'refused' ? [{ text: why, place }] : []));
}
