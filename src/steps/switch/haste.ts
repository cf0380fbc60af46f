import { attemptAt, type Check } from '../../checks/check.ts';
import { checksAt } from '../../checks/registry.ts';
import type { Config } from '../../core/base/config.ts';
import { areReady, type KubeObject, readyPods } from '../../core/kube/objects.ts';
import { type RevisionServices, servicesText } from '../../core/kube/revision-services.ts';
import { weakIn } from '../../core/kube/strength.ts';
import { hasteFor } from '../../core/release/haste.ts';
import { hasAllPods } from '../../core/rollout/readiness.ts';
import { CLOCK } from '../../process/clock.ts';
import { deploymentsBehind } from '../../state/deployments-behind.ts';
import type { Run } from '../../state/run.ts';
import { checkTools } from '../checks/check-tools.ts';
import { checkedRelease } from '../checks/checked-release.ts';
import { tellRunnable } from '../checks/dry-checks.ts';
import { liveIdentity } from '../evidence/live-marks.ts';
import type { RollbackRun } from './complete-rollback.ts';

/** How often each check is attempted before the switch, to see whether haste is needed. */
const LOOKS = 2;

/** Whether a rollback switches before it scales. */
interface Haste {
  readonly first: boolean;
  /** The Deployments behind the target, if they were just read. */
  readonly behind?: readonly KubeObject[];
}

/** Whether this rollback switches first; docs/design.md section 4. */
export async function hasteOf(rollback: RollbackRun, from: RevisionServices, to: RevisionServices): Promise<Haste> {
  const { run, situation } = rollback;
  const { slices, services, rules } = situation;
  const isWeak = weakIn(slices, to, from).length > 0;
  const names = Object.values(to.services);
  const own = services.filter(({ metadata }) => names.includes(metadata.name));
  const behind = isWeak && areReady(slices, names) ? await deploymentsBehind(run, own) : undefined;
  // The requests to the live version take time, and what was read before them is outdated then.
  const isWhole = behind?.every(hasAllPods) ?? false;
  const answers = rules.every((rule) => readyPods(slices, to.services[rule.baseName] ?? '').length > 0);
  const haste = hasteFor({ isWeak, answers, isWhole });
  if (haste === 'ask') return { first: await failsChecks(rollback) };
  if (haste === 'scale' || behind === undefined) return { first: false };
  run.report.line(`All pods of ${servicesText(to)} are ready: switching first, scaling after`);
  return { first: true, behind };
}

/** The checks that show whether haste is needed, without those for which this step lacks something. */
function rollbackChecks(run: Run, config: Config): Check[] {
  return tellRunnable(run, checksAt('rollback', config, checkTools(run))).filter(({ name, lacks }) => {
    if (lacks === undefined) return true;
    run.report.warning(`This rollback does not look whether the live version passes ${name}: ${lacks}`);
    return false;
  });
}

/** Whether a check of the live version fails, each time that it is attempted: then every second counts. */
async function failsChecks({ run, anchor, situation, endpoints }: RollbackRun): Promise<boolean> {
  const { config } = anchor;
  const revision = situation.halfway ?? situation.revision ?? '';
  const release = checkedRelease(situation, endpoints, { previous: '' });
  const subject = {
    endpoints,
    revision,
    identity: liveIdentity(config, situation, revision),
    release,
    skipsBlame: true as const,
  };
  const targets = rollbackChecks(run, config).flatMap((check) => check.targets(subject));
  for (let look = 1; look <= LOOKS; look += 1) {
    const attempts = await Promise.all(targets.map((target) => attemptAt(target, CLOCK, run.waiting)));
    const failure = attempts.find((one) => !one.passed);
    if (failure === undefined) return false;
    if (look === LOOKS)
      run.report.line(`The live version fails a check (${failure.reason}): switching first, scaling after`);
  }
  return true;
}
