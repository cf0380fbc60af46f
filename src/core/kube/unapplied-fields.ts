import { canonical, type Json, textsOf, valueAt } from '../base/json.ts';
import { isMark } from './exposure.ts';
import { unequal } from './merged-content.ts';
import type { KubeObject } from './objects.ts';
import { storedForm } from './stored-form.ts';

/** One place where an existing object differs from the manifests. */
export interface Unapplied {
  readonly path: readonly string[];
  /** `annotation eks.amazonaws.com/role-arn`, `spec.resources.requests.storage`: never a value. */
  readonly text: string;
}

/** Fields that identify an object, and fields that others write. */
const IDENTITY = ['apiVersion', 'kind', 'metadata', 'status'];
/** Differs in every release. */
const VERSION = 'app.kubernetes.io/version';
const MOST = 10;

/**
 * Where `present` lacks or contradicts what `wanted` says, except below `except`. Additional content (defaults of the
 * server, annotations of others) does not count outside of label selectors, nor do marks of tools.
 */
export function unappliedIn(wanted: KubeObject, present: KubeObject, except: readonly string[] = []): Unapplied[] {
  const stored = storedForm(wanted);
  const fields = Object.keys(stored).filter((key) => !IDENTITY.includes(key) && !except.includes(key));
  return [
    ...unappliedMetadata(stored, present),
    ...fields
      .flatMap((key) => unequal(stored[key] as Json, present[key], [key]))
      .map((path) => ({ path, text: path.join('.') })),
  ];
}

/** The same for annotations and labels only. */
export function unappliedMetadata(wanted: KubeObject, present: KubeObject): Unapplied[] {
  return (['annotations', 'labels'] as const).flatMap((field) => {
    const now = textsOf(present.metadata[field]);
    const others = Object.entries(textsOf(wanted.metadata[field])).filter(
      ([key, value]) => !isMark(key) && key !== VERSION && now[key] !== value,
    );
    return others.map(([key]) => ({ path: ['metadata', field, key], text: `${field.slice(0, -1)} ${key}` }));
  });
}

/** The entries of `found` that an apply would change: the server writes `1024Mi` as `1Gi` and omits empty fields. */
export function stillUnapplied(found: readonly Unapplied[], present: KubeObject, applied: KubeObject): Unapplied[] {
  return found.filter(({ path }) => canonical(valueAt(present, ...path)) !== canonical(valueAt(applied, ...path)));
}

/** `annotation a, spec.b and 2 more`. */
export function unappliedText(found: readonly Unapplied[]): string {
  const named = found.slice(0, MOST).map(({ text }) => text);
  const more = found.length > MOST ? ` and ${found.length - MOST} more` : '';
  return `${named.join(', ')}${more}`;
}
