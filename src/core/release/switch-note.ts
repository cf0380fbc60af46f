import type { Config } from '../base/config.ts';
import { type KubeObject, switchNoteKey } from '../kube/objects.ts';

/** The annotation of one app on the live route; `docs/design.md` section 5. */
export interface SwitchNote {
  readonly live: string;
  readonly previous: string;
  /** ISO 8601, by the clock of the API server. */
  readonly at: string;
  readonly run: string;
  /**
   * `switched`: what follows a switch is outstanding. `proven`: all of it is done. `proof-off`: all of it is done
   * except the proof, since the config says `proof: off`.
   */
  readonly phase: 'switched' | 'proven' | 'proof-off';
  /** The revision that visitors were moved off by a restore or a rollback; absent after a promotion. */
  readonly left?: string;
  /** Set if the mode `rollback` did that: its `post-rollback` hooks belong to it. A restore has none. */
  readonly rollback?: boolean;
}

/** The annotation of `app` on the live route, or undefined if there is none or it cannot be read. */
export function switchNoteOf(route: KubeObject, app: string): SwitchNote | undefined {
  const text = route.metadata.annotations?.[switchNoteKey(app)];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isSwitchNote(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSwitchNote(value: unknown): value is SwitchNote {
  if (typeof value !== 'object' || value === null) return false;
  const {
    live,
    previous,
    at,
    run,
    phase,
    left = '',
    rollback = false,
  } = value as Partial<Record<keyof SwitchNote, unknown>>;
  return (
    [left, live, previous, at, run].every((item) => typeof item === 'string') &&
    typeof rollback === 'boolean' &&
    (phase === 'switched' || phase === 'proven' || phase === 'proof-off')
  );
}

/** Whether the switch of a note made `revision` live, and its proof and what follows it are outstanding. */
export function isUnproven<T extends Pick<SwitchNote, 'phase' | 'live'>>(
  note: T | undefined,
  revision: string | undefined,
): note is T {
  return note?.phase === 'switched' && note.live === revision;
}

/**
 * When an unfinished switch to `revision` moved its first visitors, by what the routes note: milliseconds since 1970 by
 * the clock of the API server. Undefined if none notes such a switch.
 */
export function firstMovedAt(
  notes: readonly Pick<SwitchNote, 'phase' | 'live' | 'at'>[],
  revision: string,
): number | undefined {
  const times = notes.filter((note) => isUnproven(note, revision)).map(({ at }) => Date.parse(at));
  const known = times.filter((time) => !Number.isNaN(time));
  return known.length === 0 ? undefined : Math.min(...known);
}

/** The phase when everything that follows a switch is done. */
export function endOf({ proof }: Config): Exclude<SwitchNote['phase'], 'switched'> {
  return proof === 'off' ? 'proof-off' : 'proven';
}
