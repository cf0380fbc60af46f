import { LABEL_APP, LABEL_REVISION, label } from '../core/kube/objects.ts';
import { type Side, sideOf } from '../core/kube/side.ts';
import type { Release } from '../core/release/record.ts';
import type { Stands } from '../core/release/redeploy.ts';
import { roleOf } from '../core/release/stack-role.ts';
import type { Situation } from './app-state.ts';
import { shownServices } from './preview-state.ts';
import type { Recorded } from './records.ts';
import type { Run } from './run.ts';

/** What a revision is now, by what was read of the app. */
export function standsOf(run: Run, situation: Situation, revision: string, recorded: Recorded | undefined): Stands {
  const own = situation.services.filter(
    (one) => label(one, LABEL_APP) === run.inputs.app && label(one, LABEL_REVISION) === revision,
  );
  const names = [
    ...own.map((one) => one.metadata.name),
    ...(recorded?.release.twins ?? []).map((twin) => twin.service),
  ];
  return roleOf({
    revision,
    isLive: situation.revision === revision || situation.halfway === revision,
    isPreviewed: shownServices(run, situation).some((name) => names.includes(name)),
    services: own.length > 0 ? 'greenpath' : situation.handMade.has(revision) ? 'hand' : 'none',
    events: recorded?.timeline.map((moment) => moment.event),
    phase: situation.phase,
  });
}

/** The side of a release, by what its stack offers. */
export function stackSide({ revision, twins }: Pick<Release, 'revision' | 'twins'>): Side {
  return { revision, services: Object.fromEntries(twins.map((twin) => [twin.base, twin.service])) };
}

/** The Services of a revision of the app, or undefined if one of the live paths has none among them. */
export function findSide(run: Run, revisionLabel: string, situation: Situation, revision: string): Side | undefined {
  const side = sideOf(situation.services, revision, { app: run.inputs.app, revisionLabel });
  const isWhole = situation.rules.every((rule) => side.services[rule.base] !== undefined);
  return isWhole ? side : undefined;
}
