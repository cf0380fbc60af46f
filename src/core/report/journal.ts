import type { Who } from '../checks/expect.ts';

/** The parts of a run, as the log's groups and the summary's timeline name them. */
export const STAGE_TITLES = [
  'Situation',
  'Plan',
  'Objects',
  'Hooks',
  'Rollout',
  'Preview',
  'Checks',
  'Strength',
  'Switch',
  'Proof',
  'Proof of the way back',
  'Bake',
  'Way back',
  'Drain',
  'Removal',
  'Inside',
  'Notes',
] as const;
export type StageTitle = (typeof STAGE_TITLES)[number];

/** One part of a run; times in milliseconds since 1970. */
export interface Stage {
  readonly title: StageTitle;
  readonly from: number;
  readonly to: number;
  /** Whether the run failed in it; a way back that follows may go well. */
  readonly failed: boolean;
}

/** What a URL leads to. */
export interface Serving {
  readonly url: string;
  /** Empty if nobody serves it yet. */
  readonly service: string;
  /** Empty if unknown. */
  readonly revision: string;
}

/** Who serves what; no preview if there is no candidate. */
export interface Scene {
  readonly live: Serving;
  readonly preview: Serving | undefined;
}

/** How one check went; `slowest` is milliseconds of the slowest answer that counted, undefined if none did. */
export interface CheckRow {
  readonly request: string;
  readonly url: string;
  readonly passed: boolean;
  readonly asked: number;
  readonly slowest: number | undefined;
  /** Why it failed; empty if it passed. */
  readonly failure: string;
}

/**
 * One request to the live URLs: when it was sent, who answered (`green`: the revision that visitors were switched to),
 * and how long that took; times in milliseconds, `at` from the zero of its look.
 */
export interface AnswerSeen {
  readonly at: number;
  readonly who: Who;
  readonly ms: number;
}

/** What was seen at the live URLs of one switch. */
export interface SwitchAnswers {
  /** The revision that visitors were switched to. */
  readonly to: string;
  /** From when times count: `switch`, when this run sent it, or `look`, when it began to look, after an earlier run had. */
  readonly zero: 'switch' | 'look';
  readonly answers: readonly AnswerSeen[];
}

/** What happens to one object. */
export type Action = 'create' | 'change' | 'keep' | 'delete';
export interface Change {
  /** `Deployment web-v2`. */
  readonly object: string;
  readonly action: Action;
  /** A unified diff without its header, or empty if what differs is not known or not shown. */
  readonly diff: string;
}

/** What a run collects for its summary and its output `json`, in the order in which it was observed. */
export interface Journal {
  readonly stages: readonly Stage[];
  /** Before this run changed anything, and as last observed. */
  readonly before: Scene | undefined;
  readonly after: Scene | undefined;
  readonly checks: readonly CheckRow[];
  /** One for each switch: a run that took visitors back has two. */
  readonly looks: readonly SwitchAnswers[];
  readonly changes: readonly Change[];
  readonly warnings: readonly string[];
}
