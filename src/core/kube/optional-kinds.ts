import { isOptional, type StackKind } from './kind-row.ts';
import { ANNOTATION_KINDS, annotation, type KubeObject, LABEL_APP, label } from './objects.ts';
import { STACK_KINDS, stackKindOf } from './turns.ts';

/** The kinds that not every cluster has and that the stacks of the app have, as their Services say. */
export function optionalKinds(objects: readonly KubeObject[], app: string): StackKind[] {
  const said = objects.filter((object) => label(object, LABEL_APP) === app).flatMap(namedKinds);
  return STACK_KINDS.filter((row) => isOptional(row) && said.includes(row.kind));
}

/**
 * The annotation of a stack's Services that names such kinds; undefined if there are none. `before` is the same Service
 * as it is in the cluster: what an earlier deployment of the revision had is still there.
 */
export function kindsNamed(stack: readonly KubeObject[], before: KubeObject | undefined): string | undefined {
  const kinds = stack.map(stackKindOf).flatMap((row) => (isOptional(row) ? [row.kind] : []));
  const all = new Set([...kinds, ...(before === undefined ? [] : namedKinds(before))]);
  return all.size === 0 ? undefined : [...all].toSorted().join(',');
}

function namedKinds(object: KubeObject): string[] {
  return (annotation(object, ANNOTATION_KINDS) ?? '').split(',').filter((kind) => kind !== '');
}
