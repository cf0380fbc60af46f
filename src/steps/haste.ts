import { complaintOf } from '../checks/run.ts';
import { areReady, type KubeObject, readyPods } from '../core/kube/objects.ts';
import { type RevisionServices, servicesText } from '../core/kube/revision-services.ts';
import { weakIn } from '../core/kube/strength.ts';
import { hasteFor } from '../core/release/haste.ts';
import { hasAllPods } from '../core/rollout/readiness.ts';
import { type Endpoint, probe, probeRequests } from '../proof/probe.ts';
import type { Situation } from '../state/app-state.ts';
import { deploymentsBehind } from '../state/deployments-behind.ts';
import type { ReleaseRecord } from '../state/records.ts';
import type { Run } from '../state/run.ts';
import type { RollbackRun } from './complete-rollback.ts';

/** How often each check asks the live URLs before the switch, to see whether haste is needed. */
const LOOKS = 2;

/** Whether a rollback switches before it scales. */
interface Haste {
  readonly first: boolean;
  /** The Deployments behind the target, if they were just read. */
  readonly behind?: readonly KubeObject[];
}

/** Whether this rollback switches first; docs/design.md section 4. */
export async function hasteOf(
  { run, anchor, situation, endpoints }: RollbackRun,
  from: RevisionServices,
  to: RevisionServices,
): Promise<Haste> {
  const { slices, services, rules } = situation;
  const isWeak = weakIn(slices, to, from).length > 0;
  const names = Object.values(to.services);
  const own = services.filter(({ metadata }) => names.includes(metadata.name));
  const behind = isWeak && areReady(slices, names) ? await deploymentsBehind(run, own) : undefined;
  // The looks at live take their time, and what was read before them is old then.
  const isWhole = behind?.every(hasAllPods) ?? false;
  const answers = rules.every((rule) => readyPods(slices, to.services[rule.baseName] ?? '').length > 0);
  const haste = hasteFor({ isWeak, answers, isWhole });
  if (haste === 'ask') return { first: await answersBadly(run, anchor, situation, endpoints) };
  if (haste === 'scale' || behind === undefined) return { first: false };
  run.report.line(`All pods of ${servicesText(to)} are ready: switching first, scaling after`);
  return { first: true, behind };
}

/** Whether live answers badly, each time that it is asked: then every second counts. */
async function answersBadly(
  run: Run,
  releaseRecord: ReleaseRecord,
  situation: Situation,
  endpoints: readonly Endpoint[],
): Promise<boolean> {
  const { config } = releaseRecord;
  const revision = situation.halfway ?? situation.revision ?? '';
  for (let look = 1; look <= LOOKS; look += 1) {
    const complaints = await Promise.all(
      config.checks.flatMap((check) =>
        probeRequests(endpoints, check.request).map(async ({ endpoint }) =>
          complaintOf(check, await probe(endpoint, check.request, check.timeout, run.waiting), { config, revision }),
        ),
      ),
    );
    const complaint = complaints.find((one) => one !== undefined);
    if (complaint === undefined) return false;
    if (look === LOOKS) run.report.line(`Live answers badly (${complaint}): switching first, scaling after`);
  }
  return true;
}
