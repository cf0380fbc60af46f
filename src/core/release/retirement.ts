import type { StackRole } from './stack-role.ts';
import type { SwitchNote } from './switch-note.ts';

/** What `retire` knows of one stack. */
export interface StackFacts {
  readonly revision: string;
  readonly role: StackRole;
  /** A candidate without a preview that was deployed before the last switch: it is no longer needed. */
  readonly abandoned: boolean;
  /** Whether visitors ever were on it: only such stacks are kept for rollback. */
  readonly wasLive: boolean;
  /** When visitors last came to it, ISO 8601; undefined if that was not noted. */
  readonly liveAt: string | undefined;
  /** A route besides parking that names it although it is neither live nor candidate. */
  readonly namedBy: string | undefined;
  /** Whether a route was last applied with it, so that the next apply would bring visitors to it. */
  readonly applied: boolean;
}

/** What is removed, and in how many milliseconds it has drained; what stays, and why. */
export interface Retirement {
  readonly go: readonly { readonly revision: string; readonly drainedIn: number }[];
  readonly stay: readonly { readonly revision: string; readonly why: string }[];
}

/**
 * Decides which stacks are removed. Times are milliseconds; `switchNote` is the annotation on the live route. A stack lost
 * its last visitors at the latest with the last switch or, if that switch moved visitors off another stack, before that
 * other stack went live.
 */
export function planRetirement(
  stacks: readonly StackFacts[],
  settings: {
    readonly switchNote: Pick<SwitchNote, 'live' | 'previous' | 'left' | 'at'> | undefined;
    readonly now: number;
    readonly keep: number;
    readonly drain: number;
  },
): Retirement {
  const { switchNote, now, keep, drain } = settings;
  const go: { revision: string; drainedIn: number }[] = [];
  const stay: { revision: string; why: string }[] = [];
  const left = switchNote === undefined ? undefined : (switchNote.left ?? switchNote.previous);
  const leftLiveAt = stacks.find((stack) => stack.revision === left)?.liveAt;
  const rank = (stack: StackFacts) => (stack.revision === left ? '~' : (stack.liveAt ?? ''));
  const idle = stacks.filter((stack) => stack.role !== 'live' && stack.role !== 'candidate');
  for (const { revision, role, abandoned } of stacks) {
    if (role !== 'candidate') continue;
    if (abandoned) go.push({ revision, drainedIn: 0 });
    else stay.push({ revision, why: 'it is the candidate; reject removes it' });
  }
  const previous = idle.filter((stack) => stack.wasLive).toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1));
  const kept = previous.filter((stack) => stack.role !== 'retiring').slice(0, keep);
  for (const stack of idle) {
    const { revision } = stack;
    if (stack.namedBy !== undefined) stay.push({ revision, why: `${stack.namedBy} names it` });
    else if (kept.includes(stack)) stay.push({ revision, why: `it is kept for rollback (keep: ${keep})` });
    else if (stack.applied) {
      stay.push({
        revision,
        why: 'a live route was last applied with it, and the next apply would send visitors there; take the route out of that apply, or set retire-applied: true',
      });
    } else if (switchNote === undefined)
      stay.push({ revision, why: 'no switch is recorded, so it is not known since when it has had no visitors' });
    else {
      const since = revision === left || leftLiveAt === undefined ? switchNote.at : leftLiveAt;
      go.push({ revision, drainedIn: Math.max(0, Date.parse(since) + drain - now) });
    }
  }
  return { go, stay };
}
