import { KINDS, type Kind, type KindRow } from './kinds.ts';

/** As much of an object as says which one it is. */
export interface Named extends Pick<Kind, 'apiVersion' | 'kind'> {
  readonly metadata: { readonly name: string };
}

/** The group of an apiVersion; Kubernetes' core group is the empty one. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/**
 * What tells an object from every other one of its namespace, as a key of maps: two groups may have a kind of one name.
 * For people it is called by `nameOf`.
 */
export function keyOf(object: Named): string {
  return keyAt(object, object.metadata.name);
}

/** The key of the object of this kind and name. */
export function keyAt({ apiVersion, kind }: Pick<Kind, 'apiVersion' | 'kind'>, name: string): string {
  return `${groupOf(apiVersion)}/${kind}/${name}`;
}

/** The kind of an object whose request path the table knows: what is refused unless it is shared, the server is asked for. */
export function kindOf({ apiVersion, kind }: Pick<Kind, 'apiVersion' | 'kind'>): KindRow | undefined {
  return KINDS.find((one) => one.kind === kind && one.apiVersion === apiVersion && one.treatment !== 'refused');
}

/**
 * The kind of the table that somebody means by its name and, if they say one, a group or apiVersion, right or wrong:
 * undefined for groups of others, since a Knative Service is another kind than a Service.
 */
export function kindMeant(kind: string, version = ''): KindRow | undefined {
  const group = version.split('/')[0] ?? '';
  const isOfKubernetes = !group.includes('.') || group.endsWith('.k8s.io');
  return isOfKubernetes ? KINDS.find((one) => one.kind === kind) : undefined;
}
