import { asksOf, type Front, probe } from '../checks/probe.ts';
import { complaintOf } from '../checks/run.ts';
import { isWhole, readyPods } from '../core/objects.ts';
import { type Side, sideText } from '../core/side.ts';
import type { Recorded } from './release-record.ts';
import type { Run } from './run.ts';
import type { Situation } from './situation.ts';

/** How often each check asks the live URLs before the switch, to see whether haste is needed. */
const LOOKS = 2;

/**
 * Whether a rollback switches before it scales: always to a side whose pods are all ready, since seconds count and
 * whoever calls it may have seen what no check sees; and to any side that can answer, if live answers badly.
 */
export async function goesFirst(
  run: Run,
  recorded: Recorded,
  situation: Situation,
  fronts: readonly Front[],
  to: Side,
): Promise<boolean> {
  if (!isWhole(situation.slices, Object.values(to.services))) return isHasty(run, recorded, situation, fronts, to);
  run.report.line(`All pods of ${sideText(to)} are ready: switching first, scaling after if it is weaker`);
  return true;
}

/** Where live answers badly and every path of the target has a ready pod, every second counts: switch first, scale after. */
async function isHasty(
  run: Run,
  recorded: Recorded,
  situation: Situation,
  fronts: readonly Front[],
  to: Side,
): Promise<boolean> {
  const isEmpty = (name: string | undefined) => readyPods(situation.slices, name ?? '').length === 0;
  if (situation.rules.some((rule) => isEmpty(to.services[rule.base]))) return false;
  const { config } = recorded;
  const revision = situation.halfway ?? situation.revision ?? '';
  for (let look = 1; look <= LOOKS; look += 1) {
    const complaints = await Promise.all(
      config.checks.flatMap((check) =>
        asksOf(fronts, check.request).map(async ({ front }) =>
          complaintOf(check, await probe(front, check.request, check.timeout, run.waiting), { config, revision }),
        ),
      ),
    );
    const complaint = complaints.find((one) => one !== undefined);
    if (complaint === undefined) return false;
    if (look === LOOKS) run.report.line(`Live answers badly (${complaint}): switching first, scaling after`);
  }
  return true;
}
