import { isCheckJob } from '../kube/check-jobs.ts';
import { foreignHook, pointIn } from '../kube/foreign-hooks.ts';
import { hookAt } from '../kube/hooks.ts';
import { ANNOTATION_HOOK, type KubeObject } from '../kube/objects.ts';
import type { Manifest } from '../manifests/manifests.ts';

/** What becomes of a Job that is a hook: it has its point, or it belongs to other releases than this one. */
export function hookVerdict(job: KubeObject, isFirst: boolean): { word: 'coloured' | 'left'; why: string } {
  if (isCheckJob(job)) return { word: 'coloured', why: 'it is a check, which verify runs' };
  const point = pointIn(job, isFirst);
  const said = foreignHook(job)?.said;
  const from = said === undefined ? '' : ` (${said})`;
  if (point !== undefined) return { word: 'coloured', why: `it runs once for each revision, at ${point}${from}` };
  return { word: 'left', why: `it is a hook${from} of ${isFirst ? 'later releases' : 'the first release'} only` };
}

/** A hook of another tool as one of Greenpath's own; other objects as they are. */
export function atItsPoint(manifest: Manifest, isFirst: boolean): Manifest {
  const { object } = manifest;
  const point = foreignHook(object) && pointIn(object, isFirst);
  return point === undefined ? manifest : { ...manifest, object: hookAt(object, point) };
}

/** When a hook of another tool runs, as a line for the plan; none for other objects. */
export function hookNotice({ object, given }: Manifest, isFirst: boolean): string[] {
  const [hook, point] = [foreignHook(object), pointIn(object, isFirst)];
  if (hook === undefined || point === undefined) return [];
  const isLate = point === 'post-promote';
  const advice = isLate
    ? `. If the candidate's pods wait for it, annotate it ${ANNOTATION_HOOK}: pre-deploy or post-deploy`
    : '';
  return [`${given} (${hook.said}) runs at ${point}${advice}`];
}
