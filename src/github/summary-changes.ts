import type { Action, Change, Journal } from '../core/report/journal.ts';
import type { Result } from '../core/report/result-schema.ts';
import { codes, foldedDiff } from './markdown.ts';

const SIGNS: Readonly<Record<Action, string>> = { create: '➕', change: '✏️', keep: '➖', delete: '🗑️' };

/**
 * Each object once: those without a difference to show in one line for each action, then a folded section for each of
 * the others. A diff may be large, so each section can be left out separately.
 */
export function changes({ dryRun }: Pick<Result, 'dryRun'>, { changes: all, comparison }: Journal): string[] {
  if (all.length === 0) return [];
  // How these differ from their counterparts is shown already.
  const compared = new Set(comparison?.twins.map(({ after }) => after));
  const isShown = ({ action, object }: Change) => action === 'create' && compared.has(object);
  const merged = mergedByObject(all.map((one) => (isShown(one) ? { ...one, diff: '' } : one)));
  const plain = (Object.keys(SIGNS) as Action[]).flatMap((action) => {
    const names = merged.filter((one) => one.action === action && one.diff === '').map(({ object }) => object);
    return names.length === 0 ? [] : [titleOf(action, names)];
  });
  const title = dryRun ? 'What would change in the cluster' : 'What changed in the cluster';
  const shown = merged.filter(({ diff }) => diff !== '');
  return [
    `#### ${title}`,
    ...plain,
    ...shown.map(({ object, action, diff }) => foldedDiff(titleOf(action, [object]), diff)),
  ];
}

function titleOf(action: Action, names: readonly string[]): string {
  return `${SIGNS[action]} ${action} ${codes(names)}`;
}

/** What happened to each object in all, where it happened first. */
function mergedByObject(all: readonly Change[]): Change[] {
  const merged = new Map<string, Change>();
  for (const change of all) {
    const before = merged.get(change.object);
    merged.set(change.object, before === undefined ? change : together(before, change));
  }
  return [...merged.values()];
}

function together(before: Change, { object, action, diff }: Change): Change {
  const isReplaced = before.action === 'delete' && action === 'create';
  const isStillNew = before.action === 'create' && action === 'change';
  return {
    object,
    action: isReplaced ? 'change' : isStillNew ? 'create' : action,
    diff: [before.diff, diff].filter((one) => one !== '').join('\n'),
  };
}
