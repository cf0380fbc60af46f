import * as v from 'valibot';
import type { InBake } from '../core/base/config-rules.ts';
import { choice } from '../core/base/settings.ts';
import type { CheckPoint } from './check.ts';

/** When a check runs, as the config says it. */
const WHEN = ['verify', 'bake'] as const;
type When = (typeof WHEN)[number];
const POINTS: Readonly<Record<When, CheckPoint>> = { verify: 'preview', bake: 'bake' };

const GROUP = 'expected a name of letters, digits, - and _';

/** The setting `group` of a check. */
export const group = v.optional(v.pipe(v.string(GROUP), v.regex(/^[\w-]+$/, GROUP)));

const FORM = 'expected verify, bake, or a list of both';

/** The setting `at` of a check: `verify`, `bake`, or both. */
export const at = v.pipe(
  v.union([choice(WHEN), v.pipe(v.array(choice(WHEN)), v.minLength(1, FORM))], FORM),
  v.transform((given): readonly CheckPoint[] => [given].flat().map((one) => POINTS[one])),
);

/** What the settings `at` and `every` say of the bake. */
export function inBakeBy(points: readonly CheckPoint[]): InBake {
  const runs = points.includes('bake');
  const value = points.every((point) => point === 'bake') ? '"bake"' : 'a list with bake';
  return { runs, pace: 'every', ...(runs && { asked: { setting: 'at', value } }) };
}
