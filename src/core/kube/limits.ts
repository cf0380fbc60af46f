import { type JsonObject, numberAt } from '../base/json.ts';
import { kindMeant } from './identity.ts';
import type { KindRow } from './kind-row.ts';
import { KIND } from './kinds.ts';
import { annotation, type KubeObject } from './objects.ts';

/** Stores an autoscaler's own limits while Greenpath holds it higher; `retire` restores them. */
const ANNOTATION_LIMITS = 'greenpath.dev/limits';

/** How an autoscaler says its limits, and what it means without them. */
interface LimitFields {
  readonly min: string;
  readonly max: string;
  /** The replicas while nothing is to do, which may be fewer than the minimum. */
  readonly idle?: string;
  readonly defaults: { readonly min: number; readonly max?: number };
}

/** https://keda.sh/docs/latest/reference/scaledobject-spec/ */
const FIELDS: ReadonlyMap<KindRow, LimitFields> = new Map<KindRow, LimitFields>([
  [KIND.HorizontalPodAutoscaler, { min: 'minReplicas', max: 'maxReplicas', defaults: { min: 1 } }],
  [
    KIND.ScaledObject,
    { min: 'minReplicaCount', max: 'maxReplicaCount', idle: 'idleReplicaCount', defaults: { min: 0, max: 100 } },
  ],
]);

export interface Limits {
  readonly min: number;
  readonly max: number;
  readonly idle?: number;
}

function fieldsOf({ kind, apiVersion }: KubeObject): LimitFields | undefined {
  const row = kindMeant(kind, apiVersion);
  return row && FIELDS.get(row);
}

/** Whether an object is an autoscaler with limits of replicas. */
export function hasLimits(object: KubeObject): boolean {
  return fieldsOf(object) !== undefined;
}

/** The fields of an autoscaler's spec that hold its limits. */
export function limitFields(object: KubeObject): string[] {
  const { min, max, idle } = fieldsOf(object) ?? {};
  return [min, max, idle].flatMap((field) => field ?? []);
}

/** The limits in the spec of an autoscaler. */
export function limitsOf(scaler: KubeObject): Limits {
  const fields = fieldsOf(scaler);
  if (fields === undefined) throw new Error(`${scaler.kind} has no limits`);
  const at = (field: string | undefined) => (field === undefined ? undefined : numberAt(scaler, 'spec', field));
  const min = at(fields.min) ?? fields.defaults.min;
  const idle = at(fields.idle);
  return { min, max: at(fields.max) ?? fields.defaults.max ?? min, ...(idle === undefined ? {} : { idle }) };
}

/** The limits that an autoscaler had before Greenpath raised them, or undefined if it did not. */
export function limitsBefore(scaler: KubeObject): Limits | undefined {
  const fields = fieldsOf(scaler);
  const said = /^(\d+)\.\.(\d+)(?: or (\d+))?$/.exec(annotation(scaler, ANNOTATION_LIMITS) ?? '');
  if (said === null || fields === undefined) return undefined;
  const [min = 0, max = 0, idle] = said.slice(1).map((text) => (text === undefined ? undefined : Number(text)));
  return min >= fields.defaults.min && max >= Math.max(min, 1)
    ? { min, max, ...(idle === undefined ? {} : { idle }) }
    : undefined;
}

/** A change of an autoscaler. */
interface Change {
  readonly metadata: { readonly annotations: Record<string, string | null> };
  readonly spec: JsonObject;
}

/** The change that keeps an autoscaler from going below `count`, or undefined if it does not do so anyway. */
export function raiseLimits(scaler: KubeObject, count: number): Change | undefined {
  const [now, fields] = [limitsOf(scaler), fieldsOf(scaler)];
  if (fields === undefined || Math.min(now.min, now.idle ?? now.min) >= count) return undefined;
  const { min, max, idle } = limitsBefore(scaler) ?? now;
  const text = `${min}..${max}${idle === undefined ? '' : ` or ${idle}`}`;
  const spec: JsonObject = { [fields.min]: Math.max(now.min, count), [fields.max]: Math.max(now.max, count) };
  if (fields.idle !== undefined && now.idle !== undefined) spec[fields.idle] = null;
  return { metadata: { annotations: { [ANNOTATION_LIMITS]: text } }, spec };
}

/** The change that restores an autoscaler's own limits, or undefined if it has them. */
export function restoreLimits(scaler: KubeObject): Change | undefined {
  const [before, fields] = [limitsBefore(scaler), fieldsOf(scaler)];
  if (before === undefined || fields === undefined) return undefined;
  const spec: JsonObject = { [fields.min]: before.min, [fields.max]: before.max };
  if (fields.idle !== undefined && before.idle !== undefined) spec[fields.idle] = before.idle;
  return { metadata: { annotations: { [ANNOTATION_LIMITS]: null } }, spec };
}
