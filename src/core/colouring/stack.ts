import { digest } from '../base/digest.ts';
import type { Problem } from '../base/error.ts';
import { canonical } from '../base/json.ts';
import { type OfferedService, offeredService } from '../kube/counterpart.ts';
import { exposedType } from '../kube/exposure.ts';
import { waitingHook } from '../kube/hooks.ts';
import { keyOf } from '../kube/identity.ts';
import { ANNOTATION_SHARED, type KubeObject, nameOf, type Service } from '../kube/objects.ts';
import { keyRead, type ReferenceKind, referencesIn } from '../kube/references.ts';
import { storedForm } from '../kube/stored-form.ts';
import { treatmentOf } from '../kube/treatment.ts';
import { stackKindOf } from '../kube/turns.ts';
import { podSpecOf } from '../kube/workload.ts';
import type { Manifest } from '../manifests/manifests.ts';
import { colour } from './colour.ts';
import type { Identifiers } from './identifiers.ts';
import {
  baseOf,
  normalizeImages,
  normalizeKind,
  normalizeNamespace,
  type ServiceManifest,
  structureFaults,
} from './normalize.ts';
import { pairOf } from './pair.ts';
import { podlessFaults } from './podless.ts';
import { namingFaults, unshareable } from './shared-references.ts';
import { namedByShared, sharedFaults, withoutTarget } from './sharing.ts';

/** The objects of one revision of one app, as they will be sent. */
export interface Stack {
  /** `pair`: the manifests carry the revision themselves; `coloured`: Greenpath added it. */
  readonly form: 'pair' | 'coloured';
  /** In the order of apply: what pods read, then Services, then Deployments and what acts on them. */
  readonly own: readonly Manifest[];
  readonly shared: readonly Manifest[];
  /** Routes of the manifests: created by the first promote if they do not exist, never applied if they do. */
  readonly routes: readonly Manifest[];
  readonly services: readonly Service[];
  /** What each Service offers to live routes. */
  readonly counterparts: readonly OfferedService[];
  /** Digest of `own` without the content of Secrets, which must not be readable anywhere. */
  readonly digest: string;
  readonly notices: readonly string[];
}

/**
 * Turns manifests into the stack of one revision, or returns every problem. It reads only the arguments and does not
 * change the manifests. `namedBy` returns the keys of what a route names besides Services: it keeps its name.
 */
export function buildStack(
  manifests: readonly Manifest[],
  images: ReadonlyMap<string, string>,
  ids: Identifiers,
  namedBy: (object: KubeObject) => readonly string[] = () => [],
): { stack: Stack } | { problems: Problem[] } {
  const copies = manifests.map((manifest) => ({
    ...manifest,
    object: storedForm(structuredClone(manifest.object)),
  }));
  const problems: Problem[] = [];
  const kept = copies.filter(({ object }) => typeof treatmentOf(object) === 'string');
  for (const manifest of kept) problems.push(...normalizeNamespace(manifest, ids.namespace));
  problems.push(...normalizeImages(kept, images));

  const fixed = new Set([
    ...kept.flatMap(({ object }) => namedBy(object)),
    ...namedByShared(kept),
    ...withoutTarget(kept, ids),
  ]);
  const of = (treatment: string) =>
    kept.filter(({ object }) => (fixed.has(keyOf(object)) ? 'shared' : treatmentOf(object)) === treatment);
  const pair = pairOf(of('coloured'), ids);
  const divided = pair ?? { own: of('coloured'), shared: [], skipped: [], problems: [] };
  const own = pair ? divided.own : colour(divided.own, ids);
  problems.push(...divided.problems, ...own.flatMap((manifest) => normalizeKind(manifest)));
  const renamed = pair === undefined ? of('coloured') : [];
  problems.push(...refusals(copies, renamed), ...sharedFaults(of('shared'), renamed));
  problems.push(...namingFaults(of('shared'), renamed));

  const services = own.filter(({ object }) => object.kind === 'Service') as ServiceManifest[];
  problems.push(...structureFaults(own, services), ...podlessFaults(own));
  if (problems.length > 0) return { problems };
  const waiting = own.map((manifest) => {
    const { object } = manifest;
    return { ...manifest, object: stackKindOf(object).treatment === 'hook' ? waitingHook(object) : object };
  });
  const ordered = waiting.toSorted((a, b) => stackKindOf(a.object).applied - stackKindOf(b.object).applied);
  const stack = {
    form: pair ? ('pair' as const) : ('coloured' as const),
    own: ordered,
    shared: [...of('shared'), ...divided.shared],
    routes: of('route'),
    services: services.map(({ object }) => object),
    counterparts: services.map(({ object }) => stackTwin(object)),
    digest: digestOf(ordered),
    notices: [
      ...divided.skipped.map(({ object }) => `${nameOf(object)} belongs to another revision and is skipped`),
      ...services.flatMap(({ object }) =>
        pair === undefined || exposedType(object) === 'ClusterIP'
          ? []
          : [
              `${nameOf(object)} is released as ClusterIP, not as ${exposedType(object)}: with a hand-written pair, no Service follows the live version`,
            ],
      ),
    ],
  };
  return { stack };
}

/** Why objects are not released; `renamed` are those that get another name in each revision. */
function refusals(manifests: readonly Manifest[], renamed: readonly Manifest[]): Problem[] {
  return manifests.flatMap((manifest) => {
    const treatment = treatmentOf(manifest.object);
    if (typeof treatment === 'string') return [];
    const { refusal } = treatment;
    const advisesSharing = refusal.includes(ANNOTATION_SHARED);
    const text = (advisesSharing ? unshareable(manifest, renamed) : undefined) ?? refusal;
    return [{ text, place: manifest.place }];
  });
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

function digestOf(own: readonly Manifest[]): string {
  const plain = own.map(({ object }) =>
    object.kind === 'Secret' ? { kind: object.kind, name: object.metadata.name } : object,
  );
  return digest(canonical(plain));
}
