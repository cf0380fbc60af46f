import { isOfRevision } from '../core/kube/objects.ts';
import { type RevisionServices, servicesOfRevision } from '../core/kube/revision-services.ts';
import type { Release } from '../core/release/record.ts';
import type { StackRole } from '../core/release/stack-role.ts';
import { roleOf } from '../core/release/stack-role.ts';
import { shownServices } from './preview-state.ts';
import type { ReleaseRecord } from './records.ts';
import type { Situation } from './situation.ts';

/** The present role of a revision, by what was read of the app. */
export function roleIn(situation: Situation, revision: string, releaseRecord: ReleaseRecord | undefined): StackRole {
  const own = situation.services.filter((one) => isOfRevision(one, situation.app, revision));
  const names = [
    ...own.map((one) => one.metadata.name),
    ...(releaseRecord?.release.counterparts ?? []).map((counterpart) => counterpart.service),
  ];
  return roleOf({
    revision,
    isLive: situation.revision === revision || situation.halfway === revision,
    isPreviewed: shownServices(situation).some((name) => names.includes(name)),
    services: own.length > 0 ? 'greenpath' : situation.handMade.has(revision) ? 'hand' : 'none',
    events: releaseRecord?.timeline.map((timelineEvent) => timelineEvent.event),
    switchNote: situation.switchNote,
  });
}

/** The Services of a release, by what its stack offers. */
export function stackServices({
  revision,
  counterparts,
}: Pick<Release, 'revision' | 'counterparts'>): RevisionServices {
  return {
    revision,
    services: Object.fromEntries(counterparts.map((counterpart) => [counterpart.baseName, counterpart.service])),
  };
}

/** The Services of a revision of the app, or undefined if one of the live paths has none among them. */
export function findServices(situation: Situation, revision: string): RevisionServices | undefined {
  const side = servicesOfRevision(situation.services, revision, situation);
  const isWhole = situation.rules.every((rule) => side.services[rule.baseName] !== undefined);
  return isWhole ? side : undefined;
}
