import type { KindRow, StackKind } from './kind-row.ts';
import { KINDS } from './kinds.ts';
import { type KubeObject, nameOf } from './objects.ts';

/** The kinds that stacks consist of, in the order of removal. */
export const STACK_KINDS: readonly StackKind[] = KINDS.filter(isStackKind).toSorted((a, b) => a.removed - b.removed);

/** The kinds whose pods do the work of a revision, whenever they run: all that make pods, other than hooks. */
export const WORKLOAD_KINDS: readonly StackKind[] = KINDS.filter(isStackKind).filter(
  ({ treatment, makesPods }) => treatment === 'coloured' && makesPods,
);

/** Objects of one kind, which are written together. */
export interface Turn {
  readonly kind: StackKind;
  readonly objects: readonly KubeObject[];
}

/** The objects of a stack by kind, in the order of apply. */
export function applyTurns(objects: readonly KubeObject[]): Turn[] {
  return removalTurns(objects).toSorted((a, b) => a.kind.applied - b.kind.applied);
}

/** The objects of a stack by kind, in the order of removal. */
export function removalTurns(objects: readonly KubeObject[]): Turn[] {
  const turns = STACK_KINDS.map((kind) => ({ kind, objects: objects.filter((one) => stackKindOf(one) === kind) }));
  return turns.filter((turn) => turn.objects.length > 0);
}

/** The kind of an object of a stack. An unknown kind is a defect and throws, so that none is skipped silently. */
export function stackKindOf(object: KubeObject): StackKind {
  const found = STACK_KINDS.find((one) => one.kind === object.kind && one.apiVersion === object.apiVersion);
  if (found === undefined)
    throw new Error(`${nameOf(object)} (${object.apiVersion}) is of no kind that stacks consist of`);
  return found;
}

function isStackKind(row: KindRow): row is StackKind {
  return row.treatment === 'coloured' || row.treatment === 'hook';
}
