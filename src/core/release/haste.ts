/** What is known of the two sides of a rollback before its switch. */
export interface HasteFacts {
  /** Whether the target has fewer ready pods than the side that visitors leave, or none behind a path. */
  readonly isWeak: boolean;
  /** Whether every path of the target has a ready pod. */
  readonly answers: boolean;
  /** Whether the target has every pod that it asks for. */
  readonly isWhole: boolean;
}

/**
 * Whether a rollback switches before it scales. What is at strength needs no haste. A weaker target that is whole always
 * goes first, since seconds count and whoever calls a rollback may have seen what no check sees; one that can answer at
 * least does if live answers badly: `ask`.
 */
export function hasteFor({ isWeak, answers, isWhole }: HasteFacts): 'scale' | 'switch' | 'ask' {
  if (!isWeak) return 'scale';
  if (isWhole) return 'switch';
  return answers ? 'ask' : 'scale';
}
