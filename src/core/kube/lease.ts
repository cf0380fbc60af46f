import { isObject, numberAt, objectAt, textAt } from '../base/json.ts';
import { LEASE_SECONDS, SLOW_LEASE_SECONDS } from '../base/timing.ts';
import { type KubeObject, LABEL_APP } from './objects.ts';

/** The run that works on an app: enough to show people, and to recognise a later attempt of the same job. */
export interface LockHolder {
  readonly mode: string;
  readonly revision: string;
  /** Address of the workflow run, or a phrase for a run outside of GitHub. */
  readonly run: string;
  /** The run and the job within it; empty outside of GitHub. */
  readonly job: string;
  readonly attempt: number;
  readonly actor: string;
  /** ISO 8601, by the runner's clock: for people only, never compared. */
  readonly since: string;
}

/** A run that takes the lock: `id` identifies its process, `now` is ISO 8601. */
export interface Claim {
  readonly id: string;
  readonly holder: LockHolder;
  readonly now: string;
}

/** A lock as it was read. `id` is empty if nobody holds it. */
export interface HeldLock {
  readonly id: string;
  readonly holder: LockHolder | undefined;
  /** The run that asks the holder to give way. */
  readonly wanted: LockHolder | undefined;
  /** Changes with each renewal by the holder, and with nothing else. */
  readonly renewed: string;
  /** How long the lock is valid after its last renewal, in seconds. */
  readonly seconds: number;
  readonly resourceVersion: string;
}

const ANNOTATION_HOLDER = 'greenpath.dev/holder';
/** On the Lease: the run that asks its holder to give way. */
export const ANNOTATION_WANTED = 'greenpath.dev/wanted';
const WANTED = '/metadata/annotations/greenpath.dev~1wanted';
const HOLDER_IDENTITY = '/spec/holderIdentity';

/** Name of the Lease that only one run at a time holds for an app. */
export function leaseName(app: string): string {
  return `greenpath-${app}`;
}

/** A new Lease, to be created. */
export function leaseObject(app: string, namespace: string, claim: Claim): KubeObject {
  const annotations = annotationsOf(claim);
  const metadata = { name: leaseName(app), namespace, labels: { [LABEL_APP]: app }, annotations };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: specOf(claim) };
}

/** A JSON patch that takes a lock which nobody holds and no run with precedence waits for. */
export function takeFreePatch(claim: Claim): object[] {
  return [
    { op: 'test', path: HOLDER_IDENTITY, value: '' },
    // `null` accepts a missing member.
    ...(hasPrecedence(claim.holder) ? [] : [{ op: 'test', path: WANTED, value: null }]),
    { op: 'replace', path: '/spec', value: specOf(claim) },
    { op: 'add', path: '/metadata/annotations', value: annotationsOf(claim) },
  ];
}

/** A merge patch that takes the lock as it was read, even if somebody holds it or waits for it. */
export function takeOverPatch(claim: Claim, resourceVersion: string): object {
  const annotations = { ...annotationsOf(claim), [ANNOTATION_WANTED]: null };
  return { metadata: { resourceVersion, annotations }, spec: specOf(claim) };
}

/**
 * A JSON patch that renews the lock if `id` holds it, and changes nothing that others may have written meanwhile. With
 * `isSlow` it makes the lock last longer. Only the next holder makes it shorter again: two renewals can overtake each
 * other, and this run would then rely on more than the Lease says.
 */
export function renewPatch(id: string, now: string, { isSlow = false } = {}): object[] {
  return [
    { op: 'test', path: HOLDER_IDENTITY, value: id },
    { op: 'replace', path: '/spec/renewTime', value: microTime(now) },
    ...(isSlow ? [{ op: 'add', path: '/spec/leaseDurationSeconds', value: SLOW_LEASE_SECONDS }] : []),
  ];
}

/** A JSON patch that releases the lock if `id` holds it. */
export function releasePatch(id: string): object[] {
  return [
    { op: 'test', path: HOLDER_IDENTITY, value: id },
    { op: 'replace', path: HOLDER_IDENTITY, value: '' },
  ];
}

/** A merge patch with which `me` asks the holder to give way: it writes one annotation and nothing else. */
export function wantPatch(me: LockHolder): object {
  return { metadata: { annotations: { [ANNOTATION_WANTED]: JSON.stringify(me) } } };
}

/** A JSON patch that withdraws the request of `wantPatch`, if it is still there. */
export function withdrawPatch(me: LockHolder): object[] {
  return [
    { op: 'test', path: WANTED, value: JSON.stringify(me) },
    { op: 'remove', path: WANTED },
  ];
}

/** Reads a Lease. */
export function readLease(lease: KubeObject): HeldLock {
  const annotations = objectAt(lease, 'metadata', 'annotations');
  return {
    id: textAt(lease, 'spec', 'holderIdentity') ?? '',
    holder: readHolder(annotations[ANNOTATION_HOLDER]),
    wanted: readHolder(annotations[ANNOTATION_WANTED]),
    renewed: textAt(lease, 'spec', 'renewTime') ?? '',
    seconds: lasting(numberAt(lease, 'spec', 'leaseDurationSeconds')),
    resourceVersion: lease.metadata.resourceVersion ?? '',
  };
}

/**
 * Whether the lock may be taken without waiting: nobody holds it, or an earlier attempt of the same job does, which is
 * over when a later one runs. Otherwise it is free only if no renewal was seen for as long as it is valid, by the
 * waiting run's clock, so that clocks need not agree.
 */
export function isFree(held: HeldLock, me: LockHolder): boolean {
  if (held.id === '') return true;
  const { holder } = held;
  return holder !== undefined && me.job !== '' && holder.job === me.job && holder.attempt < me.attempt;
}

/** Whether a run has precedence over all others: a rollback does not queue. */
export function hasPrecedence(me: Pick<LockHolder, 'mode'>): boolean {
  return me.mode === 'rollback';
}

/** The run to which `me` must give way, or for which it must wait; undefined if there is none. */
export function comesFirst(held: HeldLock, me: Pick<LockHolder, 'mode'>): LockHolder | undefined {
  const { wanted } = held;
  return wanted !== undefined && hasPrecedence(wanted) && !hasPrecedence(me) ? wanted : undefined;
}

/**
 * Whether `me`, which waits for the lock as it was read, asks for it now: it has precedence, and no request is there.
 * Taking the lock clears the request, so a run that still waits asks again, even of a rollback: that one continues, and
 * no other run comes next. `asked` is the holder that was asked already; it is asked again only if a request was seen
 * since.
 */
export function hasToAsk(held: HeldLock, me: Pick<LockHolder, 'mode'>, asked: string): boolean {
  return hasPrecedence(me) && held.id !== '' && held.wanted === undefined && held.id !== asked;
}

/** `promote of v2 by octocat (https://…) since 2026-01-01T00:00:00.000Z`, for sentences. */
export function holderText({ id, holder }: Pick<HeldLock, 'id' | 'holder'>): string {
  return holder === undefined ? `somebody (${id})` : `${runText(holder)} since ${holder.since}`;
}

/** `promote of v2 by octocat (https://…)`. */
export function runText({ mode, revision, actor, run }: LockHolder): string {
  const what = revision === '' ? mode : `${mode} of ${revision}`;
  return `${what}${actor === '' ? '' : ` by ${actor}`} (${run})`;
}

function annotationsOf({ holder }: Claim): Record<string, string> {
  return { [ANNOTATION_HOLDER]: JSON.stringify(holder) };
}

function specOf({ id, now }: Claim) {
  const time = microTime(now);
  return { holderIdentity: id, leaseDurationSeconds: LEASE_SECONDS, acquireTime: time, renewTime: time };
}

/** Limits what somebody may have written there: nobody waits longer than for the slowest run. */
function lasting(seconds = LEASE_SECONDS): number {
  return Math.min(SLOW_LEASE_SECONDS, Math.max(LEASE_SECONDS, seconds));
}

function readHolder(text: unknown): LockHolder | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isHolder(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is LockHolder {
  if (!isObject(value) || typeof value.attempt !== 'number') return false;
  return ['mode', 'revision', 'run', 'job', 'actor', 'since'].every((key) => typeof value[key] === 'string');
}

/** The API's MicroTime: RFC 3339 with six decimals. */
function microTime(iso: string): string {
  return iso.replace(/Z$/, '000Z');
}
