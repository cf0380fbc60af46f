import { isObject, objectAt, textAt } from './json.ts';
import { type KubeObject, LABEL_APP } from './objects.ts';

/** Who works on an app: enough to tell people, and to know a later attempt of the same job. */
export interface Holder {
  readonly mode: string;
  readonly revision: string;
  /** Address of the workflow run, or a word for a run outside of GitHub. */
  readonly run: string;
  /** The run and the job within it; empty outside of GitHub. */
  readonly job: string;
  readonly attempt: number;
  readonly actor: string;
  /** ISO 8601, by the clock of the runner. */
  readonly since: string;
}

/** A lock as it was read. `id` is empty when nobody holds it. */
export interface Held {
  readonly id: string;
  readonly holder: Holder | undefined;
  readonly resourceVersion: string;
}

/** How long a lock outlives its last renewal, in seconds. */
export const LEASE_SECONDS = 20;
const ANNOTATION_HOLDER = 'greenpath.dev/holder';

/** Name of the Lease that one run at a time holds for an app. */
export function leaseName(app: string): string {
  return `greenpath-${app}`;
}

/** The Lease as `holder` takes or renews it; `id` tells this process from any other. */
export function leaseFields(id: string, holder: Holder, now: string) {
  return {
    metadata: { annotations: { [ANNOTATION_HOLDER]: JSON.stringify(holder) } },
    spec: {
      holderIdentity: id,
      leaseDurationSeconds: LEASE_SECONDS,
      acquireTime: microTime(holder.since),
      renewTime: microTime(now),
    },
  };
}

/** A new Lease, to be created. */
export function leaseObject(app: string, namespace: string, fields: ReturnType<typeof leaseFields>): KubeObject {
  const metadata = { ...fields.metadata, name: leaseName(app), namespace, labels: { [LABEL_APP]: app } };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: fields.spec };
}

/** What a Lease says. */
export function readLease(lease: KubeObject): Held {
  return {
    id: textAt(lease, 'spec', 'holderIdentity') ?? '',
    holder: readHolder(objectAt(lease, 'metadata', 'annotations')[ANNOTATION_HOLDER]),
    resourceVersion: lease.metadata.resourceVersion ?? '',
  };
}

/**
 * Whether the lock may be taken without waiting: nobody holds it, or an earlier attempt of this very job does, which is
 * over when a later one runs. Otherwise it is only free once it was seen unchanged for `LEASE_SECONDS`, by the clock of
 * the one who waits, so that clocks need not agree.
 */
export function isFree(held: Held, me: Holder): boolean {
  if (held.id === '') return true;
  const { holder } = held;
  return holder !== undefined && me.job !== '' && holder.job === me.job && holder.attempt < me.attempt;
}

/** `promote of v2 by octocat (https://…) since 2026-01-01T00:00:00.000Z`, for sentences. */
export function holderText({ id, holder }: Held): string {
  if (holder === undefined) return `somebody (${id})`;
  const { mode, revision, actor, run, since } = holder;
  const what = revision === '' ? mode : `${mode} of ${revision}`;
  return `${what}${actor === '' ? '' : ` by ${actor}`} (${run}) since ${since}`;
}

function readHolder(text: unknown): Holder | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isHolder(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  if (!isObject(value) || typeof value.attempt !== 'number') return false;
  return ['mode', 'revision', 'run', 'job', 'actor', 'since'].every((key) => typeof value[key] === 'string');
}

/** The API's MicroTime: RFC 3339 with six decimals. */
function microTime(iso: string): string {
  return iso.replace(/Z$/, '000Z');
}
