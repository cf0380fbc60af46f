import type { Problem } from '../base/error.ts';
import { objectAt, textsOf } from '../base/json.ts';
import { listed } from '../base/plural.ts';
import { baseNameIn, slugOf } from '../base/revision.ts';
import { type KubeObject, nameOf } from '../kube/objects.ts';
import { isScaler, scales } from '../kube/scalers.ts';
import { stackKindOf } from '../kube/turns.ts';
import { podLabels } from '../kube/workload.ts';
import type { Manifest } from '../manifests/manifests.ts';
import { track } from './colour.ts';
import type { Identifiers } from './identifiers.ts';

/** How the objects of a hand-written pair divide for one revision. */
export interface Pair {
  readonly own: Manifest[];
  readonly shared: Manifest[];
  /** Objects of another revision. */
  readonly skipped: Manifest[];
  readonly problems: Problem[];
  /** Whether a Deployment is of this revision: nothing else is wrong with a pair without one. */
  readonly isHeld: boolean;
}

/**
 * Divides manifests that already carry their revision (a pod template has the revision label). Objects of this revision
 * are kept and only labelled, to be found again. Objects of another revision are skipped. Objects without a revision,
 * such as a ConfigMap that both sides read, are shared. Undefined if no pod template has the label: then the manifests
 * are to be coloured.
 */
export function pairOf(manifests: readonly Manifest[], ids: Identifiers): Pair | undefined {
  const deployments = manifests.filter(({ object }) => object.kind === 'Deployment');
  const revisions = revisionsOf(deployments, ids.revisionLabel);
  if (revisions.length === 0) return undefined;
  const isHeld = revisions.includes(ids.revision);
  const pair = divided(manifests, { deployments, revisions }, ids);
  return { ...pair, isHeld, problems: isHeld ? pair.problems : [notHeld(revisions, ids)] };
}

/** The revisions that pod templates of the manifests carry, each once. */
export function revisionsOf(manifests: readonly Manifest[], revisionLabel: string): string[] {
  const deployments = manifests.filter(({ object }) => object.kind === 'Deployment');
  return [...new Set(deployments.flatMap(({ object }) => podLabels(object)[revisionLabel] ?? []))];
}

/** The manifests are for other revisions. No object is named: each may be right. */
function notHeld(revisions: readonly string[], { revision, revisionLabel }: Identifiers): Problem {
  const isOne = revisions.length === 1;
  const held = `${isOne ? 'revision' : 'revisions'} ${listed(revisions, 'and')}`;
  const text = `input revision is ${revision}, and the manifests hold ${held} (pod label ${revisionLabel}): set it to ${isOne ? 'that' : 'one of them'} or, if this label means something else, set another revision-label in the config`;
  return { text };
}

function divided(
  manifests: readonly Manifest[],
  { deployments, revisions }: { deployments: readonly Manifest[]; revisions: readonly string[] },
  ids: Identifiers,
): Omit<Pair, 'isHeld'> {
  const pair: Omit<Pair, 'isHeld'> = { own: [], shared: [], skipped: [], problems: [] };
  for (const manifest of manifests) {
    const object = structuredClone(manifest.object);
    const { place } = manifest;
    const carried = carriedRevision(object, deployments, ids) ?? hookRevision(object, revisions, ids);
    const baseName = baseNameIn(object.metadata.name, ids.revision);
    if (stackKindOf(object).once && baseName === undefined && carried === ids.revision) {
      const text = `${nameOf(object)} belongs to one revision, but its name does not say which: name it ${object.metadata.name}-${slugOf(ids.revision)}`;
      pair.problems.push({ text, place });
    } else if (carried === ids.revision) {
      track(object, baseName ?? object.metadata.name, ids);
      pair.own.push({ ...manifest, object });
    } else (carried === undefined ? pair.shared : pair.skipped).push({ ...manifest, object });
  }
  return pair;
}

/** A hook belongs to some revision; if its name does not say which, it belongs to this one. */
function hookRevision(
  { kind, metadata }: KubeObject,
  revisions: readonly string[],
  ids: Identifiers,
): string | undefined {
  if (kind !== 'Job') return undefined;
  return revisions.find((one) => baseNameIn(metadata.name, one) !== undefined) ?? ids.revision;
}

/** The revision of an object: in what it selects, scales or creates, in its labels, or in its name. */
function carriedRevision(object: KubeObject, deployments: readonly Manifest[], ids: Identifiers): string | undefined {
  const spec = objectAt(object, 'spec');
  if (isScaler(object)) {
    const scaled = deployments.find((one) => scales(object, one.object));
    if (scaled !== undefined) return podLabels(scaled.object)[ids.revisionLabel];
  }
  if (object.kind === 'Deployment') return podLabels(object)[ids.revisionLabel];
  if (object.kind === 'Service') return textsOf(spec.selector)[ids.revisionLabel];
  const selected = textsOf(objectAt(spec, 'selector').matchLabels)[ids.revisionLabel];
  const made = object.kind === 'CronJob' ? podLabels(object)[ids.revisionLabel] : undefined;
  const labelled = object.metadata.labels?.[ids.revisionLabel];
  const inName = baseNameIn(object.metadata.name, ids.revision) === undefined ? undefined : ids.revision;
  return selected ?? made ?? labelled ?? inName;
}
