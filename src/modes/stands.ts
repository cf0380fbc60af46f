import type { Stands } from '../core/again.ts';
import { baseNameOf, revisionOf } from '../core/live.ts';
import type { Recorded } from './release-record.ts';
import type { Run } from './run.ts';
import { previewedService } from './shown.ts';
import type { Situation } from './situation.ts';
import type { Side } from './strength.ts';

/** Where a revision stands now: by the route's backends first, then by the preview, then by what its record remembers. */
export function standsOf(
  run: Run,
  situation: Situation,
  revision: string,
  service: string,
  recorded: Recorded | undefined,
): Stands {
  const { live, phase, services } = situation;
  if (live.service === service) return 'live';
  const events = recorded?.timeline.map((moment) => moment.event) ?? [];
  if (events.includes('retiring')) return 'retiring';
  if (previewedService(run, situation) === service) return 'candidate';
  const exists = recorded !== undefined || services.some((one) => one.metadata.name === service);
  if (!exists) return 'absent';
  const wasLive = events.some((event) => event === 'proven' || event === 'switched' || event === 'rolled-back');
  return wasLive || phase?.previous === revision || phase?.left === revision ? 'previous' : 'candidate';
}

/** The Service of another revision of the app, if it still exists. */
export function findSide({ config, release }: Recorded, situation: Situation, revision: string): Side | undefined {
  const label = config['revision-label'];
  const service = situation.services.find(
    (one) =>
      revisionOf(one, label) === revision &&
      baseNameOf(one.metadata.name, one, label) === release.twin.base &&
      one.metadata.name !== release.twin.base,
  );
  return service && { service: service.metadata.name, revision };
}
