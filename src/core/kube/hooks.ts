import { numberAt, objectAt, objectsAt, textAt } from '../base/json.ts';
import { ANNOTATION_HOOK, annotation, type KubeObject } from './objects.ts';

/** When a hook runs; docs/hooks.md says what each point is for. */
export const HOOK_POINTS = ['pre-deploy', 'post-deploy', 'pre-promote', 'post-promote', 'post-rollback'] as const;
export type HookPoint = (typeof HOOK_POINTS)[number];

/** The time limit of a hook that sets none, in seconds. */
const DEADLINE = 300;

/** The state of a Job: `waiting` has not been started; `running` was started, by this run or an earlier one. */
export type JobState =
  | { readonly state: 'waiting' | 'running' | 'done' }
  | { readonly state: 'failed'; readonly why: string };

export function isHookPoint(text: string): text is HookPoint {
  return HOOK_POINTS.some((point) => point === text);
}

/** The point at which a Job of the app runs, or undefined if it is no hook. */
export function hookPoint(job: KubeObject): HookPoint | undefined {
  const text = annotation(job, ANNOTATION_HOOK) ?? '';
  return isHookPoint(text) ? text : undefined;
}

/** The Job as a hook at `point`, whoever wrote it. The argument is not changed. */
export function hookAt(job: KubeObject, point: HookPoint): KubeObject {
  const annotations = { ...job.metadata.annotations, [ANNOTATION_HOOK]: point };
  return { ...job, metadata: { ...job.metadata, annotations } };
}

/** Why a Job cannot be a hook, as predicates of a sentence about it. */
export function hookFaults(job: KubeObject): string[] {
  return objectAt(job, 'spec').manualSelector === true ? ['has a selector of its own (manualSelector)'] : [];
}

/** The Job without what would remove it: one that has ended is the record that it ran. The argument is not changed. */
export function lastingJob(job: KubeObject): KubeObject {
  const { ttlSecondsAfterFinished: _, ...spec } = objectAt(job, 'spec');
  return { ...job, spec };
}

/**
 * The Job as it is created: suspended until its point comes, never without a deadline, and lasting. The argument is not
 * changed.
 */
export function waitingHook(job: KubeObject): KubeObject {
  const spec = objectAt(lastingJob(job), 'spec');
  const deadline = numberAt(spec, 'activeDeadlineSeconds') ?? DEADLINE;
  return { ...job, spec: { ...spec, suspend: true, activeDeadlineSeconds: deadline } };
}

/** The state of a Job: https://kubernetes.io/docs/concepts/workloads/controllers/job/#terminal-job-conditions */
export function jobState(job: KubeObject): JobState {
  const conditions = objectsAt(job, 'status', 'conditions').filter((condition) => condition.status === 'True');
  const failed = conditions.find((condition) => condition.type === 'Failed');
  if (failed !== undefined)
    return { state: 'failed', why: `${textAt(failed, 'reason') ?? 'failed'}: ${textAt(failed, 'message') ?? ''}` };
  if (conditions.some((condition) => condition.type === 'Complete')) return { state: 'done' };
  return { state: objectAt(job, 'spec').suspend === true ? 'waiting' : 'running' };
}

/**
 * Whether the work of a revision's hooks was undone: its `post-rollback` hook has succeeded. All its hooks must then
 * run again before the revision is released again, and at the next rollback.
 */
export function areUndone(hooks: readonly KubeObject[]): boolean {
  return hooks.some((job) => hookPoint(job) === 'post-rollback' && jobState(job).state === 'done');
}

/** A failed Job as it is created again: without what the server wrote into it. */
export function renewedHook(job: KubeObject): KubeObject {
  const { name, namespace, labels, annotations } = job.metadata;
  const { selector: _, ...spec } = objectAt(job, 'spec');
  const template = objectAt(spec, 'template');
  const metadata = objectAt(template, 'metadata');
  const own = Object.entries(objectAt(metadata, 'labels')).filter(([key]) => !SERVER_LABELS.has(key));
  return {
    apiVersion: job.apiVersion,
    kind: job.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      ...spec,
      suspend: true,
      template: { ...template, metadata: { ...metadata, labels: Object.fromEntries(own) } },
    },
  };
}

const SERVER_LABELS = new Set([
  'controller-uid',
  'job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
]);
