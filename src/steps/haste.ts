import { asksOf, type Front, probe } from '../checks/probe.ts';
import { complaintOf } from '../checks/run.ts';
import { areReady, type KubeObject, readyPods } from '../core/kube/objects.ts';
import { type Side, sideText } from '../core/kube/side.ts';
import { weakIn } from '../core/kube/strength.ts';
import { hasAllPods } from '../core/rollout/readiness.ts';
import type { Situation } from '../state/app-state.ts';
import { deploymentsBehind } from '../state/behind.ts';
import type { Recorded } from '../state/records.ts';
import type { Run } from '../state/run.ts';
import type { Way } from './rollback-finish.ts';

/** How often each check asks the live URLs before the switch, to see whether haste is needed. */
const LOOKS = 2;

/** Whether a rollback switches before it scales. */
interface Haste {
  readonly first: boolean;
  /** The Deployments behind the target, if they were just read. */
  readonly behind?: readonly KubeObject[];
}

/**
 * What is at strength needs no haste. A weaker side that has every pod it asks for always goes first, since seconds count
 * and whoever calls a rollback may have seen what no check sees; any side that can answer does, if live answers badly.
 */
export async function hasteOf({ run, anchor, situation, fronts }: Way, from: Side, to: Side): Promise<Haste> {
  const { slices, services } = situation;
  if (weakIn(slices, to, from).length === 0) return { first: false };
  const names = Object.values(to.services);
  if (!areReady(slices, names)) return { first: await isHasty(run, anchor, situation, fronts, to) };
  const behind = await deploymentsBehind(
    run,
    services.filter(({ metadata }) => names.includes(metadata.name)),
  );
  // The looks at live take their time, and what was read before them is old then.
  if (!behind.every(hasAllPods)) return { first: await isHasty(run, anchor, situation, fronts, to) };
  run.report.line(`All pods of ${sideText(to)} are ready: switching first, scaling after`);
  return { first: true, behind };
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
