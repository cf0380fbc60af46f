import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { besideKind } from '../../core/base/preview-kind.ts';
import { type Unpreviewed, unpreviewed } from '../../core/checks/difference.ts';
import { isFine } from '../../core/checks/expect.ts';
import { placesFor } from '../../state/endpoints.ts';
import { shownServices } from '../../state/preview-state.ts';
import type { ReleaseRecord } from '../../state/records.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { askAll, pathsOf, placeNames } from './samples.ts';

/**
 * The acceptable answers at the preview's paths while there was no preview: there such an answer does not show that
 * green gave it. Answers requested for an earlier deployment of the candidate count, unless the config has changed.
 */
export async function unpreviewedBy(
  run: Run,
  situation: Situation,
  before: ReleaseRecord | undefined,
): Promise<readonly Unpreviewed[]> {
  const known = before?.release.unpreviewed;
  if (known === undefined) return askUnpreviewed(run, situation);
  const isSame = isDeepStrictEqual(before?.release.config, run.inputs.rawConfig);
  return isSame ? known : [...known, ...(await askUnpreviewed(run, situation))];
}

/** If there is a preview already, a place beside it is requested. Only needed if answers do not name their version. */
async function askUnpreviewed(run: Run, situation: Situation): Promise<readonly Unpreviewed[]> {
  const { config } = run.inputs;
  if (config.identity !== undefined || config.proof === 'off') return [];
  const unguessable = randomBytes(8).toString('hex');
  const isThere = shownServices(situation).length > 0;
  const kind = isThere ? besideKind(situation.previewKind, unguessable) : situation.previewKind;
  const places = await placesFor(run, { ...situation, previewKind: kind });
  const { preview } = places;
  const names = placeNames(places);
  const found = await Promise.all(
    [...pathsOf(config), `/${unguessable}`].map(async (path) => {
      const seen = await askAll(run, preview, path);
      return seen
        .filter(({ reply }) => isFine(config.checks, path, reply.status))
        .map(({ reply }) => unpreviewed(path, reply, names));
    }),
  );
  // Through each address comes the same, mostly.
  const each = new Map(found.flat().map((one) => [JSON.stringify(one), one]));
  return [...each.values()];
}
