import { isObject, numberAt, objectAt, textAt } from '../base/json.ts';
import { LEASE_SECONDS, SLOW_LEASE_SECONDS } from '../base/timing.ts';
import { type KubeObject, LABEL_APP } from './objects.ts';

/** Who works on an app: enough to tell people, and to know a later attempt of the same job. */
export interface LockHolder {
  readonly mode: string;
  readonly revision: string;
  /** Address of the workflow run, or a word for a run outside of GitHub. */
  readonly run: string;
  /** The run and the job within it; empty outside of GitHub. */
  readonly job: string;
  readonly attempt: number;
  readonly actor: string;
  /** ISO 8601, by the clock of the runner: for people, and compared with nothing. */
  readonly since: string;
}

/** A run that takes the lock: `id` tells its process from any other, `now` is ISO 8601. */
export interface Claim {
  readonly id: string;
  readonly holder: LockHolder;
  readonly now: string;
}

/** A lock as it was read. `id` is empty when nobody holds it. */
export interface HeldLock {
  readonly id: string;
  readonly holder: LockHolder | undefined;
  /** Who asks the holder to give way. */
  readonly wanted: LockHolder | undefined;
  /** Changes with each sign of life of the holder, and with nothing else. */
  readonly renewed: string;
  /** How long the lock outlives its last renewal, in seconds. */
  readonly seconds: number;
  readonly resourceVersion: string;
}

const ANNOTATION_HOLDER = 'greenpath.dev/holder';
/** On the Lease: who asks its holder to give way. */
export const ANNOTATION_WANTED = 'greenpath.dev/wanted';
const WANTED = '/metadata/annotations/greenpath.dev~1wanted';
const HOLDER_IDENTITY = '/spec/holderIdentity';

/** Name of the Lease that one run at a time holds for an app. */
export function leaseName(app: string): string {
  return `greenpath-${app}`;
}

/** A new Lease, to be created. */
export function leaseObject(app: string, namespace: string, claim: Claim): KubeObject {
  const annotations = annotationsOf(claim);
  const metadata = { name: leaseName(app), namespace, labels: { [LABEL_APP]: app }, annotations };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: specOf(claim) };
}

/** A JSON patch that takes a lock which nobody holds, and that nobody with precedence waits for. */
export function takeFreePatch(claim: Claim): object[] {
  return [
    { op: 'test', path: HOLDER_IDENTITY, value: '' },
    // `null` accepts a member that is not there.
    ...(hasPrecedence(claim.holder) ? [] : [{ op: 'test', path: WANTED, value: null }]),
    { op: 'replace', path: '/spec', value: specOf(claim) },
    { op: 'add', path: '/metadata/annotations', value: annotationsOf(claim) },
  ];
}

/** A merge patch that takes the lock as it was read, whoever holds it or waits for it. */
export function takeOverPatch(claim: Claim, resourceVersion: string): object {
  const annotations = { ...annotationsOf(claim), [ANNOTATION_WANTED]: null };
  return { metadata: { resourceVersion, annotations }, spec: specOf(claim) };
}

/**
 * A JSON patch that renews the lock if `id` holds it; it touches nothing that others may have written meanwhile. With
 * `isSlow` it makes the lock last longer. Nothing makes it shorter again but the next one to take it: of two renewals
 * that overtake each other, the other order would promise more than the Lease says.
 */
export function renewPatch(id: string, now: string, isSlow = false): object[] {
  return [
    { op: 'test', path: HOLDER_IDENTITY, value: id },
    { op: 'replace', path: '/spec/renewTime', value: microTime(now) },
    ...(isSlow ? [{ op: 'add', path: '/spec/leaseDurationSeconds', value: SLOW_LEASE_SECONDS }] : []),
  ];
}

/** A JSON patch that gives the lock back if `id` holds it. */
export function releasePatch(id: string): object[] {
  return [
    { op: 'test', path: HOLDER_IDENTITY, value: id },
    { op: 'replace', path: HOLDER_IDENTITY, value: '' },
  ];
}

/** A merge patch by which `me` asks the holder to give way: it writes one annotation and nothing else. */
export function wantPatch(me: LockHolder): object {
  return { metadata: { annotations: { [ANNOTATION_WANTED]: JSON.stringify(me) } } };
}

/** A JSON patch that takes back what `wantPatch` asked, if it still stands there. */
export function withdrawPatch(me: LockHolder): object[] {
  return [
    { op: 'test', path: WANTED, value: JSON.stringify(me) },
    { op: 'remove', path: WANTED },
  ];
}

/** What a Lease says. */
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
 * Whether the lock may be taken without waiting: nobody holds it, or an earlier attempt of this very job does, which is
 * over when a later one runs. Otherwise it is only free once it was not seen renewed for as long as it lasts, by the clock
 * of the one who waits, so that clocks need not agree.
 */
export function isFree(held: HeldLock, me: LockHolder): boolean {
  if (held.id === '') return true;
  const { holder } = held;
  return holder !== undefined && me.job !== '' && holder.job === me.job && holder.attempt < me.attempt;
}

/** Whether a run comes before all others: who takes visitors back does not stand in line. */
export function hasPrecedence(me: Pick<LockHolder, 'mode'>): boolean {
  return me.mode === 'rollback';
}

/** The run to which `me` has to give way, or for which it has to wait; undefined if there is none. */
export function comesFirst(held: HeldLock, me: Pick<LockHolder, 'mode'>): LockHolder | undefined {
  const { wanted } = held;
  return wanted !== undefined && hasPrecedence(wanted) && !hasPrecedence(me) ? wanted : undefined;
}

/**
 * Whether `me`, which waits for the lock as it was read, asks for it now: it has precedence, and nobody's wish stands
 * there. Whoever takes the lock ends all asking, so who still waits asks anew, of a rollback too: that one goes on, and
 * nobody else comes next. `asked` is the holder that was asked already; it is asked again only if a wish was seen since.
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

/** Whatever somebody wrote there, nobody waits longer than for the slowest run. */
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
