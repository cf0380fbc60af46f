import type { Stands } from '../core/again.ts';
import { LABEL_APP, LABEL_REVISION, label } from '../core/objects.ts';
import type { Release } from '../core/record.ts';
import { ADOPTED } from '../core/revision.ts';
import { type Side, sideOf } from '../core/side.ts';
import type { Recorded } from './release-record.ts';
import type { Run } from './run.ts';
import { shownServices } from './shown.ts';
import type { Situation } from './situation.ts';

/** Where a revision stands now: by the routes' backends first, then by the preview, then by what its record remembers. */
export function standsOf(run: Run, situation: Situation, revision: string, recorded: Recorded | undefined): Stands {
  const { phase, services } = situation;
  if (situation.revision === revision || situation.halfway === revision) return 'live';
  const events = recorded?.timeline.map((moment) => moment.event) ?? [];
  if (events.includes('retiring')) return 'retiring';
  const own = services.filter(
    (one) => label(one, LABEL_APP) === run.inputs.app && label(one, LABEL_REVISION) === revision,
  );
  const names = [
    ...own.map((one) => one.metadata.name),
    ...(recorded?.release.twins ?? []).map((twin) => twin.service),
  ];
  if (shownServices(run, situation).some((name) => names.includes(name))) return 'candidate';
  if (recorded === undefined && own.length === 0) return 'absent';
  // It was live before the first release, and nobody recorded that.
  if (revision === ADOPTED) return 'previous';
  const wasLive = events.some((event) => event === 'proven' || event === 'switched' || event === 'rolled-back');
  return wasLive || phase?.previous === revision || phase?.left === revision ? 'previous' : 'candidate';
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
