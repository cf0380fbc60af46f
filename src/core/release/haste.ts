/** What is known of the two sides of a rollback before its switch. */
export interface HasteFacts {
  /** Whether the target has fewer ready pods than the side that visitors are on, or none behind a path. */
  readonly isWeak: boolean;
  /** Whether every path of the target has a ready pod. */
  readonly answers: boolean;
  /** Whether the target has all the pods that it asks for. */
  readonly isWhole: boolean;
}

/**
 * Whether a rollback switches before it scales. A target at full strength needs no haste. A weaker target whose pods
 * are all ready always goes first, since seconds count and whoever calls a rollback may have seen what no check sees. A
 * target that can at least answer goes first only if the live version answers badly: `ask`.
 */
export function hasteFor({ isWeak, answers, isWhole }: HasteFacts): 'scale' | 'switch' | 'ask' {
  if (!isWeak) return 'scale';
  if (isWhole) return 'switch';
  return answers ? 'ask' : 'scale';
}
