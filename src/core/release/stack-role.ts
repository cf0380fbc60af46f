import { ADOPTED } from '../base/revision.ts';
import { LABEL_APP, label, type Service } from '../kube/objects.ts';
import { baseNameOf, revisionOf } from '../kube/revision-services.ts';
import type { TimelineEvent } from './record.ts';
import type { SwitchNote } from './switch-note.ts';

/**
 * The role of a revision at present. `idle`: somebody created it by hand, and it is neither live nor
 * the one that the last switch moved visitors off.
 */
export const STACK_ROLES = ['absent', 'idle', 'candidate', 'live', 'previous', 'retiring'] as const;
export type StackRole = (typeof STACK_ROLES)[number];

/** What is known of one revision of an app, to determine its role. */
export interface RevisionFacts {
  readonly revision: string;
  /** Whether a live route names it. */
  readonly isLive: boolean;
  /** Whether the preview names it. */
  readonly isPreviewed: boolean;
  /** Who created its Services: `hand` if Greenpath never deployed them. */
  readonly services: 'greenpath' | 'hand' | 'none';
  /** What happened to it according to its record; undefined if there is no record. */
  readonly events: readonly TimelineEvent['event'][] | undefined;
  /** The annotation on the live route. */
  readonly switchNote: Pick<SwitchNote, 'previous' | 'left'> | undefined;
}

/** The present role of a revision: by the routes first, then by the preview, then by the notes about it. */
export function roleOf({ revision, isLive, isPreviewed, services, events, switchNote }: RevisionFacts): StackRole {
  if (isLive) return 'live';
  if (events?.includes('retiring')) return 'retiring';
  if (isPreviewed) return 'candidate';
  const wasLeft = switchNote?.previous === revision || switchNote?.left === revision;
  if (events === undefined && services === 'none') return 'absent';
  if (events === undefined && services === 'hand') return wasLeft ? 'previous' : 'idle';
  // It was live before the first release, and that was not recorded.
  if (revision === ADOPTED) return 'previous';
  const wasLive = events?.some((event) => event === 'proven' || event === 'switched' || event === 'rolled-back');
  return wasLive || wasLeft ? 'previous' : 'candidate';
}

/**
 * The Services of hand-made stacks, by revision: their names and selectors contain the revision, and they share a base
 * name (one of `bases`) with the app. Visitors may be on one, and a rollback can go to it.
 */
export function handMadeStacks(
  services: readonly Service[],
  bases: ReadonlySet<string>,
  revisionLabel: string,
): ReadonlyMap<string, readonly Service[]> {
  const made = services.filter((service) => {
    const baseName = baseNameOf(service.metadata.name, service, revisionLabel);
    return label(service, LABEL_APP) === undefined && baseName !== service.metadata.name && bases.has(baseName);
  });
  const stacks = new Map<string, Service[]>();
  for (const service of made) {
    const revision = revisionOf(service, revisionLabel);
    if (revision !== undefined) stacks.set(revision, [...(stacks.get(revision) ?? []), service]);
  }
  return stacks;
}
