import type { CheckResult } from '../checks/check-result.ts';
import type { Who } from '../checks/expect.ts';
import type { ImagePair, Twin } from '../kube/twins.ts';
import type { Commit } from '../release/commit.ts';
import type { FailureReport } from './failure-report.ts';

/** The parts of a run, as named in the log's groups and the summary's timeline. */
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
  'Proof of the switch back',
  'Bake',
  'Restore',
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
  /** Whether the run failed in it; a switch back that follows may succeed. */
  readonly failed: boolean;
}

/** What a URL leads to. */
export interface Serving {
  readonly url: string;
  /** `X-Preview: green` if only requests with that header get there. */
  readonly header?: string;
  /** Empty if nothing serves it yet. */
  readonly service: string;
  /** Empty if unknown. */
  readonly revision: string;
}

/** `https://example.com/`, and the header that is needed to get there, if one is. */
export function servingText({ url, header }: Serving): string {
  return header === undefined ? url : `${url} with the header ${header}`;
}

/** What the live URL led to from a moment on, until it led to another revision; `from` in milliseconds since 1970. */
export interface LiveSpell {
  readonly live: Serving;
  readonly from: number;
}

/** Which Service and revision each URL leads to; no preview if there is no candidate. */
export interface Scene {
  readonly live: Serving;
  readonly preview: Serving | undefined;
}

/**
 * One request to the live URLs: when it was sent, who answered (`green`: the revision that visitors were switched to),
 * and how long that took; times in milliseconds, `at` from the zero of its sequence.
 */
export interface AnswerSeen {
  readonly at: number;
  readonly who: Who;
  readonly ms: number;
}

/** What was seen at the live URLs around one switch. */
export interface SwitchAnswers {
  /** The revision that visitors were switched to. */
  readonly to: string;
  /**
   * The zero of its times: `switch`, when this run sent the switch, or `look`, when it sent the first request after an
   * earlier run had switched.
   */
  readonly zero: 'switch' | 'look';
  readonly answers: readonly AnswerSeen[];
}

/** What happens to one object. */
export type Action = 'create' | 'change' | 'keep' | 'delete';
export interface Change {
  /** `Deployment web-v2`. */
  readonly object: string;
  readonly action: Action;
  /** A unified diff without its header; empty if the difference is not known or not shown. */
  readonly diff: string;
}

/** One side of a comparison. */
export interface Compared {
  /** Empty if nothing is live. */
  readonly revision: string;
  /** That of the run that deployed it; undefined if it is not known. */
  readonly commit: Commit | undefined;
}

/** How the candidate differs from what was live when it was compared: what a person looks at who approves it. */
export interface Comparison {
  readonly live: Compared;
  readonly candidate: Compared;
  readonly images: readonly ImagePair[];
  readonly twins: readonly Twin[];
}

/** What a run collects for its summary and its output `json`, in the order of observation. */
export interface Journal {
  readonly stages: readonly Stage[];
  /** Before this run changed anything, and as last observed. */
  readonly before: Scene | undefined;
  readonly after: Scene | undefined;
  /** What the live URL led to, one after the other, as far as the run has seen. */
  readonly spells: readonly LiveSpell[];
  /** Undefined if nothing was compared. */
  readonly comparison: Comparison | undefined;
  readonly checks: readonly CheckResult[];
  /** What there is to say of the checks that failed. */
  readonly failures: FailureReport;
  /** One for each switch: a run that switched visitors back has two. */
  readonly looks: readonly SwitchAnswers[];
  readonly changes: readonly Change[];
  readonly warnings: readonly string[];
}
