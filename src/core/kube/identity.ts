import type { Kind, KindRow } from './kind-row.ts';
import { KINDS } from './kinds.ts';

/** The part of an object that identifies it. */
export interface Named extends Pick<Kind, 'apiVersion' | 'kind'> {
  readonly metadata: { readonly name: string };
}

/** The group of an apiVersion; the core group of Kubernetes is the empty string. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/**
 * Identifies an object in its namespace, as a key of maps: two groups may have a kind of the same name. `nameOf` is its
 * name for people.
 */
export function keyOf(object: Named): string {
  return keyAt(object, object.metadata.name);
}

/** The key of the object of this kind and name. */
export function keyAt({ apiVersion, kind }: Pick<Kind, 'apiVersion' | 'kind'>, name: string): string {
  return keyIn({ group: groupOf(apiVersion), kind, name });
}

/** As much of an object as is recorded to find it again. */
export interface ObjectIdentity {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** The key of an object that was recorded. */
export function keyIn({ group, kind, name }: ObjectIdentity): string {
  return `${group}/${kind}/${name}`;
}

/** `Deployment web`, for sentences, of a key. */
export function nameAt(key: string): string {
  const [, kind, name] = key.split('/');
  return `${kind} ${name}`;
}

/** Whether an object that was recorded is of `kind`. */
export function isOfKind({ group, kind }: Pick<ObjectIdentity, 'group' | 'kind'>, row: Kind): boolean {
  return kind === row.kind && group === groupOf(row.apiVersion);
}

/** Kinds of which nothing is written, unless an object is shared: not every cluster has them. */
const UNASKED: readonly KindRow['treatment'][] = ['left', 'refused'];

/** The kind of an object whose request path the table knows. For other kinds, if they are shared, the server is asked. */
export function kindOf({ apiVersion, kind }: Pick<Kind, 'apiVersion' | 'kind'>): KindRow | undefined {
  return KINDS.find((one) => one.kind === kind && one.apiVersion === apiVersion && !UNASKED.includes(one.treatment));
}

/**
 * The kind in the table that a name and an optional group or apiVersion refer to. A version, and a group of Kubernetes,
 * may be wrong. A group of others must be that of the row, since a Knative Service is another kind than a Service.
 */
export function kindMeant(kind: string, version = ''): KindRow | undefined {
  const group = version.split('/')[0] ?? '';
  const isOfKubernetes = !group.includes('.') || group.endsWith('.k8s.io');
  return KINDS.find((one) => one.kind === kind && (isOfKubernetes || groupOf(one.apiVersion) === group));
}
