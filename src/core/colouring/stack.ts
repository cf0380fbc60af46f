import type { Problem } from '../base/error.ts';
import { isCheckJob, waitingCheck } from '../kube/check-jobs.ts';
import { type OfferedService, offeredService } from '../kube/counterpart.ts';
import { exposedType } from '../kube/exposure.ts';
import { waitingHook } from '../kube/hooks.ts';
import { keyOf } from '../kube/identity.ts';
import { type KubeObject, nameOf, type Service } from '../kube/objects.ts';
import { keyRead, type ReferenceKind, referencesIn } from '../kube/references.ts';
import { repetitionFault } from '../kube/repeated-entries.ts';
import { storedForm } from '../kube/stored-form.ts';
import { stackKindOf } from '../kube/turns.ts';
import { podSpecOf } from '../kube/workload.ts';
import { duplicates } from '../manifests/copies.ts';
import type { Manifest } from '../manifests/manifests.ts';
import { colour } from './colour.ts';
import { digestOf } from './content.ts';
import { evictionNotice } from './eviction.ts';
import { atItsPoint, hookNotice } from './hook-points.ts';
import type { Identifiers } from './identifiers.ts';
import { baseOf, normalizeImages, normalizeKind, type ServiceManifest, structureFaults } from './normalize.ts';
import { type Pair, pairOf } from './pair.ts';
import { podlessFaults } from './podless.ts';
import { lastingNotice, lastingOnce } from './shared-jobs.ts';
import { namingFaults } from './shared-references.ts';
import { sharedFaults } from './sharing.ts';
import { ALONE, refusedIn, type Surroundings, type Verdict, verdictsOf } from './verdicts.ts';

/** An object that exists once for all revisions, and why. */
export interface SharedManifest extends Manifest {
  readonly word: 'shared' | 'backing';
  readonly why: string;
}

/** The objects of one revision of one app, as they will be sent. */
export interface Stack {
  /** `pair`: the manifests carry the revision themselves; `coloured`: Greenpath added it. */
  readonly form: 'pair' | 'coloured';
  /** In the order of apply: what pods read, then Services, then Deployments and what acts on them. */
  readonly own: readonly Manifest[];
  /** What exists once for all revisions, workloads last. */
  readonly shared: readonly SharedManifest[];
  /** What is not written, besides the objects of another revision in a hand-written pair. */
  readonly left: readonly Verdict[];
  /** Routes of the manifests: created by the first promote if they do not exist, never applied if they do. */
  readonly routes: readonly Manifest[];
  readonly services: readonly Service[];
  /** What each Service offers to live routes. */
  readonly counterparts: readonly OfferedService[];
  /** Digest of `own` without the content of Secrets, which must not be readable anywhere. */
  readonly digest: string;
  readonly notices: readonly string[];
}

/** What becomes of each object of the manifests, what its Services offer to live routes, and the stack or every problem. */
export type Built = { readonly verdicts: readonly Verdict[]; readonly counterparts: readonly OfferedService[] } & (
  | { readonly stack: Stack }
  | { readonly problems: Problem[] }
);

/**
 * Turns manifests into the stack of one revision, or returns every problem. It reads only the arguments and does not
 * change the manifests.
 */
export function buildStack(
  manifests: readonly Manifest[],
  images: ReadonlyMap<string, string>,
  ids: Identifiers,
  around: Partial<Surroundings> = {},
): Built {
  const copies = manifests.map((manifest) => ({
    ...manifest,
    object: storedForm(structuredClone(manifest.object)),
  }));
  const judged = verdictsOf(copies, ids, { ...ALONE, ...around });
  const of = (...words: Verdict['word'][]) =>
    judged.flatMap(({ word, manifest }) => (words.includes(word) ? [manifest] : []));
  for (const { object } of of('coloured', 'shared', 'backing', 'route')) object.metadata.namespace = ids.namespace;
  const problems = duplicates(of('coloured', 'shared', 'backing', 'route', 'refused'));
  problems.push(...normalizeImages(copies, images), ...repetitionFaults(manifests, judged));

  const pair = pairOf(of('coloured'), ids);
  const verdicts = pair === undefined ? judged : withPair(judged, pair);
  const own = pair ? pair.own : colour(of('coloured'), ids);
  problems.push(...(pair?.problems ?? []), ...own.flatMap((manifest) => normalizeKind(manifest)));
  const renamed = pair === undefined ? of('coloured') : [];
  problems.push(...refusedIn(verdicts), ...sharedFaults(of('shared'), renamed));
  problems.push(...namingFaults(of('shared', 'backing'), renamed));

  const services = own.filter(({ object }) => object.kind === 'Service') as ServiceManifest[];
  const isOfOthers = pair !== undefined && !pair.isHeld;
  problems.push(...(isOfOthers ? [] : structureFaults(own, services, verdicts, ids)), ...podlessFaults(own));
  const counterparts = services.map(({ object }) => stackTwin(object));
  if (problems.length > 0) return { verdicts, counterparts, problems };
  const isFirst = around.isFirst ?? ALONE.isFirst;
  return { verdicts, counterparts, stack: stackOf({ own, services, counterparts, verdicts, pair, isFirst }) };
}

interface Parts {
  readonly own: readonly Manifest[];
  readonly services: readonly ServiceManifest[];
  readonly counterparts: readonly OfferedService[];
  readonly verdicts: readonly Verdict[];
  readonly pair: Pair | undefined;
  readonly isFirst: boolean;
}

function stackOf({ own, services, counterparts, verdicts, pair, isFirst }: Parts): Stack {
  const waiting = own.map((manifest) => {
    const { object } = manifest;
    if (stackKindOf(object).treatment !== 'hook') return manifest;
    return { ...manifest, object: isCheckJob(object) ? waitingCheck(object) : waitingHook(object) };
  });
  const skipped = (pair?.skipped ?? []).map(({ object }) => keyOf(object));
  const ordered = waiting.toSorted((a, b) => stackKindOf(a.object).applied - stackKindOf(b.object).applied);
  const shared = verdicts.flatMap(({ manifest, word, why }): SharedManifest[] =>
    word === 'shared' || word === 'backing' ? [{ ...manifest, word, why }] : [],
  );
  return {
    form: pair === undefined ? 'coloured' : 'pair',
    own: ordered.map((one) => atItsPoint(one, isFirst)),
    shared: shared.map(lastingOnce).toSorted((a, b) => Number(hasPods(a.object)) - Number(hasPods(b.object))),
    left: verdicts.filter(({ word, manifest }) => word === 'left' && !skipped.includes(keyOf(manifest.object))),
    routes: verdicts.flatMap(({ word, manifest }) => (word === 'route' ? [manifest] : [])),
    services: services.map(({ object }) => object),
    counterparts,
    digest: digestOf(ordered),
    notices: [
      ...ordered.flatMap((one) => hookNotice(one, isFirst)),
      ...own.flatMap(evictionNotice),
      ...shared.flatMap(lastingNotice),
      ...(pair?.skipped ?? []).map(({ object }) => `${nameOf(object)} belongs to another revision and is skipped`),
      ...services.flatMap(({ object }) =>
        pair === undefined || exposedType(object) === 'ClusterIP'
          ? []
          : [
              `${nameOf(object)} is released as ClusterIP, not as ${exposedType(object)}: with a hand-written pair, no Service follows the live version`,
            ],
      ),
    ],
  };
}

/** The verdicts where a hand-written pair says itself what belongs to which revision. */
function withPair(verdicts: readonly Verdict[], { shared, skipped }: Pair): Verdict[] {
  const keysIn = (manifests: readonly Manifest[]) => new Set(manifests.map(({ object }) => keyOf(object)));
  const [common, others] = [keysIn(shared), keysIn(skipped)];
  return verdicts.map((verdict) => {
    const key = keyOf(verdict.manifest.object);
    if (verdict.word !== 'coloured') return verdict;
    if (others.has(key)) return { ...verdict, word: 'left', why: 'it belongs to another revision' };
    return common.has(key) ? { ...verdict, word: 'shared', why: 'it carries no revision' } : verdict;
  });
}

/** Entries of lists that the stored form leaves out, although that changes what pods do. The verdicts are in the order of `manifests`. */
function repetitionFaults(manifests: readonly Manifest[], verdicts: readonly Verdict[]): Problem[] {
  const objects = manifests.map(({ object }) => object);
  return manifests.flatMap(({ object, given, place }, index) => {
    const word = verdicts[index]?.word;
    const fault = word === 'left' || word === 'refused' ? undefined : repetitionFault(object, objects);
    return fault === undefined ? [] : [{ text: `${given} ${fault}`, place }];
  });
}

function hasPods(object: KubeObject): boolean {
  return podSpecOf(object) !== undefined;
}

/** Names that the stack's pods read and that neither the stack nor its shared objects provide. */
export function outsideReferences(stack: Stack): { manifest: Manifest; kind: ReferenceKind; name: string }[] {
  const held = new Set([...stack.own, ...stack.shared].map(({ object }) => keyOf(object)));
  const found = stack.own.flatMap((manifest) =>
    referencesIn(podSpecOf(manifest.object)).flatMap((reference) => {
      const { kind, name, optional } = reference;
      const isThere = held.has(keyRead(reference)) || (kind === 'ServiceAccount' && name === 'default');
      return optional || isThere ? [] : [{ manifest, kind, name }];
    }),
  );
  return found.filter((one, index) => found.findIndex((other) => keyRead(other) === keyRead(one)) === index);
}

function stackTwin(service: Service): OfferedService {
  return offeredService(service, baseOf(service));
}
