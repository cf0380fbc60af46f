import { type Check, checkText } from '../../checks/check.ts';
import { parseConfig } from '../../checks/config.ts';
import { checksAt } from '../../checks/registry.ts';
import { type Repeated, repeat, timesOf } from '../../checks/repeat.ts';
import type { Subject } from '../../checks/subject.ts';
import type { CheckTools } from '../../checks/tools.ts';
import type { Config } from '../../core/base/config.ts';
import { formatDuration } from '../../core/base/duration.ts';
import { GreenpathError } from '../../core/base/error.ts';
import { counted } from '../../core/base/plural.ts';
import type { CheckResult } from '../../core/checks/check-result.ts';
import { type FailedCheck, failureTitle } from '../../core/checks/failed-check.ts';
import { CLOCK } from '../../process/clock.ts';
import type { Endpoints } from '../../proof/followed-endpoints.ts';
import type { Places } from '../../state/endpoints.ts';
import type { ReleaseRecord } from '../../state/records.ts';
import type { Run } from '../../state/run.ts';
import { isServed, type Situation } from '../../state/situation.ts';
import { liveIdentity } from '../evidence/live-marks.ts';
import { PreviewAnswers } from '../evidence/preview-answers.ts';
import { knownCause } from '../evidence/preview-failure.ts';
import { baseNameOf, listCheckJobs } from '../jobs/check-jobs.ts';
import { hasJobs } from '../jobs/hooks.ts';
import { tellPods } from '../pods/tell-pods.ts';
import { CheckProgress, tellProgress } from './check-progress.ts';
import { checkTools } from './check-tools.ts';
import { checkedRelease } from './checked-release.ts';
import { runnable, tellRunnable } from './dry-checks.ts';
import { inGroups } from './in-groups.ts';

/** How the checks passed. One that ran at the preview and at the live URLs has two results. */
export interface PassedChecks {
  readonly count: number;
  /** How many checks a dry run left out, since they may change something. */
  readonly leftOut: number;
  readonly results: readonly CheckResult[];
}

/**
 * Runs the checks against the preview, and then those that the live version has to pass too. Returns how each passed.
 * Throws `input` if none runs at the preview, `check-failed` after all of them if one failed at the preview, and
 * `live-broken` at the first that the live version fails. `answers` reports what they and earlier answers show of the
 * preview.
 */
export async function runChecks(
  run: Run,
  { config, release }: Pick<ReleaseRecord, 'config' | 'release'>,
  situation: Situation,
  places: Places,
  answers = new PreviewAnswers(run, situation.previewKind),
): Promise<PassedChecks> {
  const { identity, verify } = config;
  const { revision } = release;
  const causeOf: Subject['causeOf'] = (refused) => knownCause(situation, config, refused);
  const seen = checkedRelease(situation, places.preview, { previous: situation.revision ?? '' });
  const onAnswer: Subject['onAnswer'] = (answer) => answers.note(answer);
  const subject = { endpoints: places.preview, revision, identity, causeOf, onAnswer, release: seen };
  const { checks, leftOut } = await previewChecks(run, config, release);
  const progress = new CheckProgress(checks.length, CLOCK);
  const runOne = async (check: Check) => {
    const repeated = await repeat(progress.begin(check), subject, verify, CLOCK, run.waiting);
    progress.end(check, repeated.failed === undefined ? 'passed' : 'failed');
    run.report.check(repeated.result);
    const place = verify.parallel > 1 ? ` (${progress.ended} of ${checks.length})` : '';
    tellEnd(run, repeated, howOften(check, verify.passes), place);
    return repeated;
  };
  const say = (line: string) => run.report.line(line);
  const all = await tellProgress(progress, say, () => inGroups(checks, verify.parallel, runOne));
  answers.tell();
  const results = all.map(({ result }) => result);
  const failed = all.flatMap((one) => (one.failed === undefined ? [] : [failureText(one.result, one.failed)]));
  if (failed.length === 0) {
    const live = await runLiveChecks(run, { config, release }, situation, places.live);
    return { count: results.length + live.count, results: [...results, ...live.results], leftOut };
  }
  await tellFailed(run, situation, revision, all);
  throw new GreenpathError(
    'check-failed',
    `${failed.length} of ${counted(results.length, 'check')} failed against green: ${failed.join('; ')}`,
    'No visitor was affected. Fix the application and release it under a new revision, or fix the checks and run deploy-green again.',
  );
}

/** What is checked at the preview, and how many checks are left out. */
interface PreviewChecks extends Pick<PassedChecks, 'leftOut'> {
  readonly checks: readonly Check[];
}

/** The checks that run at the preview: a stamp without one would say that something was checked. */
async function previewChecks(run: Run, config: Config, release: ReleaseRecord['release']): Promise<PreviewChecks> {
  const tools = checkTools(run, { mixesLines: config.verify.parallel > 1 });
  const named = checksAt('preview', config, tools);
  const all = [...named, ...(await unnamedJobs(run, { named, tools }, release))];
  if (all.length > 0) {
    const checks = tellRunnable(run, all);
    return { checks, leftOut: all.length - checks.length };
  }
  const kinds = [...new Set(config.checks.map(({ kind }) => kind))].join(', ');
  throw new GreenpathError(
    'input',
    `none of the checks in the config runs at the preview (${kinds}), so there is nothing to verify green by`,
    'Add a check that does, and run verify again with that config. No stamp was written.',
  );
}

/** Jobs of the manifests that are checks, and that the config does not name. */
async function unnamedJobs(
  run: Run,
  { named, tools }: { readonly named: readonly Check[]; readonly tools: CheckTools },
  release: ReleaseRecord['release'],
): Promise<Check[]> {
  if (!hasJobs({ release })) return [];
  const jobs = await listCheckJobs(run, release.revision);
  if (jobs.length === 0) return [];
  const parsed = parseConfig({ checks: jobs.map((job) => ({ job: baseNameOf(job) })) });
  if ('problems' in parsed) throw new Error(parsed.problems.join('; '));
  const all = checksAt('preview', parsed.config, tools);
  return all.filter(({ name }) => !named.some((one) => one.kind === 'job' && one.name === name));
}

/**
 * Blue goes on serving while green is tested, on the same data: a migration may be fine for one and break the other, so
 * that its pods answer badly or are not ready any more.
 */
async function runLiveChecks(
  run: Run,
  { config, release }: Pick<ReleaseRecord, 'config' | 'release'>,
  situation: Situation,
  endpoints: Endpoints,
): Promise<Omit<PassedChecks, 'leftOut'>> {
  // The log has named those that are left out: each of them belongs to the preview too.
  const checks = runnable(run, checksAt('live', config, checkTools(run)));
  if (checks.length === 0) return { count: 0, results: [] };
  if (release.served !== true && !isServed(situation)) {
    run.report.line('Checks at the live URL are skipped: not every path of it was served before green either');
    return { count: 0, results: [] };
  }
  const { verify } = config;
  const revision = situation.revision ?? '';
  const identity = liveIdentity(config, situation, revision);
  const seen = checkedRelease(situation, endpoints, { previous: '' });
  const subject = { endpoints, revision, identity, release: seen };
  const results: CheckResult[] = [];
  for (const check of checks) {
    const repeated = await repeat(check, subject, verify, CLOCK, run.waiting);
    const { result } = repeated;
    run.report.check(result);
    results.push(result);
    if (repeated.failed !== undefined) {
      await tellFailed(run, situation, revision, [repeated]);
      throw new GreenpathError(
        'live-broken',
        `the live version ${revision} does not pass its check since green was deployed: ${failureText(result, repeated.failed)}`,
        'Visitors may be affected now. Find what green changed for both, such as a migration of the data; undo that, then reject green.',
      );
    }
    run.report.line(`✓ ${checkText(result, result)} (live, ${revision}): ${howOften(check, verify.passes)}`);
  }
  // The others ran at the preview, and are counted there.
  const count = checks.filter(({ points }) => !points.includes('preview')).length;
  return { count, results };
}

/** How a check ended, as soon as it has. */
function tellEnd(run: Run, { result, seen, failed }: Repeated, howOften: string, progress: string): void {
  if (failed !== undefined) return run.report.line(`✗ ${failureText(result, failed)}${progress}`);
  const found = seen === undefined ? '' : `, ${seen}`;
  run.report.line(
    `✓ ${checkText(result, result)}: ${howOften}${found}, slowest ${formatDuration(result.slowestMs ?? 0)}${progress}`,
  );
}

/** Reports in full what there is to say of checks of a revision that failed. */
async function tellFailed(run: Run, situation: Situation, revision: string, all: readonly Repeated[]): Promise<void> {
  const failed = all.flatMap((repeated) => repeated.failed ?? []);
  run.report.explain({ checks: failed });
  await tellPods(run, situation, revision, Math.min(...failed.map(({ since }) => since)));
}

function howOften(check: Check, usual: number): string {
  const { passes } = timesOf(check, usual);
  return passes > 1 ? `passed ${passes} in a row` : 'passed';
}

function failureText({ attempts }: CheckResult, failed: FailedCheck): string {
  return failureTitle(failed, attempts);
}
