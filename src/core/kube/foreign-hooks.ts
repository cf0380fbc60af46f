import { type HookPoint, hookPoint } from './hooks.ts';
import { ANNOTATION_CHECK, ANNOTATION_HOOK, annotation, type KubeObject, nameOf } from './objects.ts';

/**
 * Hooks of Helm and Argo CD; docs/decisions/0032-hooks-and-scalers.md has the reasons.
 * https://helm.sh/docs/topics/charts_hooks/
 * https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
const ARGO = 'argocd.argoproj.io/hook';
const HELM = 'helm.sh/hook';

/** What orders hooks: Argo CD has waves, Helm has weights. */
const WEIGHTS = ['argocd.argoproj.io/sync-wave', 'helm.sh/hook-weight'];

/** The point in a release while nothing is live, and in every later one. */
type Points = Readonly<Partial<Record<'first' | 'later', HookPoint>>>;

/** The hooks that have a point, the earlier ones first. */
const POINTS: Readonly<Record<string, readonly (readonly [name: string, points: Points])[]>> = {
  [ARGO]: [
    ['PreSync', { first: 'pre-deploy', later: 'pre-deploy' }],
    ['Sync', { first: 'pre-deploy', later: 'pre-deploy' }],
    ['PostSync', { first: 'post-promote', later: 'post-promote' }],
  ],
  [HELM]: [
    ['pre-install', { first: 'pre-deploy' }],
    ['pre-upgrade', { later: 'pre-deploy' }],
    ['post-install', { first: 'post-deploy' }],
    ['post-upgrade', { later: 'post-promote' }],
  ],
};

/** What another tool takes for a hook. */
export interface ForeignHook {
  /** `helm.sh/hook: pre-install, pre-upgrade` */
  readonly said: string;
  /** Without any, it has no point in a release, such as a test of Helm. */
  readonly points: Points;
}

/** An object as the hook of another tool; undefined if it is none, or Greenpath's own. */
export function foreignHook(object: KubeObject): ForeignHook | undefined {
  if (annotation(object, ANNOTATION_HOOK) !== undefined || annotation(object, ANNOTATION_CHECK) !== undefined)
    return undefined;
  const said = Object.entries(POINTS).find(([key]) => namesIn(object, key).length > 0);
  if (said === undefined) return undefined;
  const [key, all] = said;
  const names = namesIn(object, key);
  const known = all.filter(([name]) => names.includes(name)).map(([, points]) => points);
  // A Job runs once, so the earliest of several names counts.
  return { said: `${key}: ${names.join(', ')}`, points: Object.assign({}, ...known.toReversed()) };
}

function namesIn(object: KubeObject, key: string): string[] {
  return (annotation(object, key) ?? '').split(',').flatMap((name) => name.trim() || []);
}

/** The point at which a Job runs in this release, whoever wrote it; undefined if it does not run, or is no Job. */
export function pointIn(object: KubeObject, isFirst: boolean): HookPoint | undefined {
  if (object.kind !== 'Job') return undefined;
  return hookPoint(object) ?? foreignHook(object)?.points[isFirst ? 'first' : 'later'];
}

/** Whether an object is a Job that runs in some releases only: in the first, or in all later ones. */
export function isForSome(object: KubeObject): boolean {
  const points = object.kind === 'Job' ? foreignHook(object)?.points : undefined;
  return points !== undefined && (points.first === undefined || points.later === undefined);
}

/** A hook as the other tool wrote it: without the point that Greenpath gave it. Other objects as they are. */
export function withoutPoint(object: KubeObject): KubeObject {
  const { [ANNOTATION_HOOK]: point, ...annotations } = object.metadata.annotations ?? {};
  const plain = { ...object, metadata: { ...object.metadata, annotations } };
  const isGiven = Object.values(foreignHook(plain)?.points ?? {}).some((one) => one === point);
  return object.kind === 'Job' && isGiven ? plain : object;
}

/** The order of hooks at one point: what runs during a sync after what runs before it, by weight or wave, by name. */
export function compareHooks(one: KubeObject, other: KubeObject): number {
  const order = phaseOf(one) - phaseOf(other) || weightOf(one) - weightOf(other);
  return order || (nameOf(one) < nameOf(other) ? -1 : 1);
}

function phaseOf(job: KubeObject): number {
  const names = namesIn(job, ARGO);
  return names.includes('Sync') && !names.includes('PreSync') ? 1 : 0;
}

function weightOf(job: KubeObject): number {
  const [weight = 0] = WEIGHTS.flatMap((key) => annotation(job, key) ?? []).map(Number);
  return Number.isSafeInteger(weight) ? weight : 0;
}
