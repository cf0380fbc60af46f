import * as v from 'valibot';
import { formatDuration } from '../../core/base/duration.ts';
import { duration, settings } from '../../core/base/settings.ts';
import type { Attempt } from '../check.ts';
import type { CheckKind } from '../check-kind.ts';
import { checkLines } from '../check-lines.ts';
import { lastLinesOf } from '../last-lines.ts';
import { group } from '../points.ts';
import type { Subject } from '../subject.ts';
import type { CheckTools, JobEnd } from '../tools.ts';
import { variablesFor } from '../variables.ts';

const NAME = 'expected the name of a Job in the manifests';
const map = settings({
  job: v.pipe(v.string(NAME), v.regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, NAME)),
  group,
  timeout: v.optional(duration, '5m'),
});
type Settings = v.InferOutput<typeof map>;

/** Runs a Job of the manifests in the cluster: how it ends is the verdict. */
export const job: CheckKind<Settings> = {
  key: 'job',
  form: 'a map with job',
  about: 'Runs a Job of the manifests in the cluster. It passes if the Job completes.',
  example: { job: 'smoke' },
  schema: map,
  inBake: () => ({ runs: false }),
  make: (settings, tools) => ({
    name: `Job ${settings.job}`,
    kind: 'job',
    isReadOnly: false,
    group: settings.group,
    points: ['preview'],
    passes: 1,
    retries: 0,
    targets: (subject) => [{ where: subject.release.url, attempt: (signal) => run(settings, subject, tools, signal) }],
  }),
};

async function run(
  { job: name, timeout }: Settings,
  subject: Subject,
  tools: CheckTools,
  signal: AbortSignal,
): Promise<Attempt> {
  const { clock, step, runJob } = tools;
  signal.throwIfAborted();
  const start = clock.now();
  const late = clock.timeout(timeout);
  const failed = (reason: string): Attempt => ({ passed: false, ms: clock.now() - start, reason, who: 'bad' });
  const asked = { name, revision: subject.revision, variables: variablesFor(subject), timeout, late };
  const end = await runJob(asked, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  if (end.state === 'missing')
    return failed(`revision ${subject.revision} has no Job ${name} with the annotation greenpath.dev/check: "true"`);
  end.lines.forEach(checkLines(step, `Job ${name}`));
  if (end.state === 'done') return { passed: true, ms: clock.now() - start };
  return { ...failed(reasonOf(end, timeout)), ...lastLinesOf(end.lines.join('\n')) };
}

/** Why a Job did not pass, with what its newest pod shows. */
function reasonOf(end: Exclude<JobEnd, { state: 'missing' | 'done' }>, timeout: number): string {
  const shown = (separator: string) => (end.texts.length === 0 ? '' : `${separator}${end.texts.join('; ')}`);
  if (end.state === 'failed') return `it failed (${end.why})${shown('; ')}`;
  if (end.state === 'stuck') return `it cannot start, and was deleted: ${end.why}`;
  return `it was still running after ${formatDuration(timeout)} and was deleted${shown(': ')}`;
}
