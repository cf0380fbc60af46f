import { setTimeout as delay } from 'node:timers/promises';
import { GreenpathError } from '../../core/base/error.ts';
import { type HookPoint, jobState, renewedHook } from '../../core/kube/hooks.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { type KubeObject, LABEL_APP, nameOf } from '../../core/kube/objects.ts';
import { noteWrite, type Run } from '../../state/run.ts';
import { changed, type JobEnding, jobEnd, PAUSE } from './job-end.ts';
import { JobStart, readJobPod } from './job-pods.ts';
import { removeJob } from './remove-job.ts';

/** How many of the last lines of each container an error quotes. */
const LINES = 10;

/** Runs a hook that has not ended well yet, and waits for it. Throws `hook-failed` with what its newest pod shows. */
export async function runHook(run: Run, point: HookPoint, job: KubeObject): Promise<void> {
  const before = jobState(job).state;
  if (before === 'done') return run.report.line(`${nameOf(job)} (${point}) has run already`);
  const present = before === 'failed' ? await renew(run, job) : job;
  const begun = performance.now();
  if (before !== 'running') await write(run, present, { suspend: false });
  run.report.line(`${nameOf(job)} (${point}) ${before === 'running' ? 'was started by an earlier run' : 'started'}`);
  const { end, start } = await ended(run, present);
  if (end.state === 'done')
    return run.report.line(`${nameOf(job)} succeeded after ${Math.round(performance.now() - begun)} ms`);
  const error = await failed(run, point, end, start);
  if (end.state === 'stuck') await write(run, end.job, { suspend: true });
  throw error;
}

/** The Job of another point that runs, as it is when it does so no longer, however it ended. */
export async function hookOver(run: Run, job: KubeObject): Promise<KubeObject> {
  const { end } = await ended(run, job);
  return end.state === 'stuck' ? write(run, end.job, { suspend: true }) : end.job;
}

/** Starts a Job; or suspends one that can never start: it waits for its point again, and a corrected one replaces it. */
async function write(run: Run, job: KubeObject, spec: { readonly suspend: boolean }): Promise<KubeObject> {
  const target = { kind: KIND.Job, name: job.metadata.name };
  const answer = await run.api.mergeUnlessRecreated(target, { spec }, job);
  if (answer === 'changed') throw changed(job);
  noteWrite(run, { object: nameOf(job), action: 'change', diff: '' });
  return answer;
}

async function ended(run: Run, job: KubeObject): Promise<{ readonly end: JobEnding; readonly start: JobStart }> {
  const start = new JobStart(run, job);
  for (;;) {
    const end = await jobEnd(run, job, start);
    if (end !== undefined) return { end, start };
    await delay(PAUSE, undefined, { signal: run.waiting });
  }
}

/** A Job runs once; one that failed is deleted as what was read, and made again. */
async function renew(run: Run, job: KubeObject): Promise<KubeObject> {
  await removeJob(run, job, run.waiting);
  run.report.line(`${nameOf(job)} failed before: it is created again`);
  return run.api.apply(renewedHook(job), [LABEL_APP, run.inputs.app]);
}

async function failed(
  run: Run,
  point: HookPoint,
  { state, job, why }: Exclude<JobEnding, { state: 'done' }>,
  { waitsFor }: JobStart,
): Promise<GreenpathError> {
  const { texts, lines } = await readJobPod(run, job, { lines: LINES, signal: run.waiting });
  const waited = waitsFor !== undefined && why.startsWith('DeadlineExceeded') ? [waitsFor] : [];
  const shown = state === 'stuck' ? [] : [...new Set([...waited, ...texts])];
  const how = state === 'stuck' ? `cannot start, and was stopped: ${why}` : [`failed (${why})`, ...shown].join('; ');
  const said = lines.length > 0 ? `\nIts last lines:\n${lines.map((line) => `  ${line}`).join('\n')}` : '';
  return new GreenpathError(
    'hook-failed',
    `${nameOf(job)}, a ${point} hook, ${how}${said}`,
    `Fix what it needs and run the step again: the hook runs again. ${AFTER[point]}`,
  );
}

const AFTER: Readonly<Record<HookPoint, string>> = {
  'pre-deploy': 'Nothing of the candidate was started; a corrected Job in the manifests replaces this one.',
  'post-deploy': 'Nothing of the candidate has visitors; a corrected Job in the manifests replaces this one.',
  'pre-promote':
    'Visitors were not moved. If the Job itself is wrong, run deploy-green with the corrected one, then verify and promote.',
  'post-promote':
    'Visitors are on the new version; rollback moves them back. If the Job itself is wrong, it needs a new revision.',
  'post-rollback': 'Visitors are back on the earlier version.',
};
