import type { GreenpathError } from '../../src/core/base/error.ts';
import type { Who } from '../../src/core/checks/expect.ts';
import type { AnswerSeen, Journal, Stage, StageTitle } from '../../src/core/report/journal.ts';
import { type ResultInput, resultOf } from '../../src/core/report/result.ts';
import type { Result } from '../../src/core/report/result-schema.ts';
import { summaryOf } from '../../src/github/summary.ts';

/** A run as it ends. */
export interface Story {
  readonly result: Result;
  readonly journal: Journal;
}

const facts: ResultInput = {
  mode: 'promote',
  app: 'web',
  namespace: 'shop',
  routes: [{ kind: 'ingress', name: 'web' }],
  dryRun: false,
  revision: 'v1.24.0',
  previousRevision: 'v1.22.0',
  liveUrl: 'https://example.com/',
  previewHeader: '',
  previewUrl: '',
  state: 'live',
  proof: 'identity',
  changed: true,
  visitors: 'https://example.com/ is served by web-v1-24-0 (revision v1.24.0), proven by answers (identity).',
  status: undefined,
  check: undefined,
  codes: 'https://github.com/greenpath/greenpath/blob/v1/docs/troubleshooting.md',
};
/** Where visitors are, on a revision. */
export const live = (revision: string) => ({
  url: 'https://example.com/',
  service: `web-${revision.replaceAll('.', '-')}`,
  revision,
});
/** Where the candidate is. */
export const preview = { url: 'https://example.com/green/', service: 'web-v1-24-0', revision: 'v1.24.0' };
/** When each run began. */
export const START = Date.UTC(2026, 10, 23, 20, 37, 12, 345);
export const REPOSITORY = { server: 'https://github.com', name: 'acme/shop' };

/** What a promotion without trouble notes. */
export const journal: Journal = {
  stages: stagesOf(
    ['Situation', 90],
    ['Strength', 4_100],
    ['Switch', 150],
    ['Proof', 2_950],
    ['Bake', 11_700],
    ['Notes', 99],
  ),
  before: { live: live('v1.22.0'), preview },
  after: { live: live('v1.24.0'), preview: undefined },
  checks: [],
  failures: { checks: [], pods: [] },
  looks: [{ to: 'v1.24.0', zero: 'switch', answers: answersOver(-200, 3_000, 400) }],
  changes: [
    {
      object: 'Ingress web',
      action: 'change',
      diff: '@@ -14,3 +14,3 @@\n   service:\n-    name: web-v1-22-0\n+    name: web-v1-24-0\n     port:',
    },
    { object: 'ConfigMap greenpath-web-v1-24-0', action: 'change', diff: '' },
    { object: 'Ingress greenpath-web', action: 'delete', diff: '' },
  ],
  warnings: [],
  spells: [],
  comparison: undefined,
};

/** A promotion without trouble, save what is said. */
export function story(change: Partial<ResultInput>, more: Partial<Journal>, error?: GreenpathError): Story {
  const whole = { ...journal, ...more };
  return { journal: whole, result: resultOf({ ...facts, ...change }, whole, error) };
}

/** Stages one after the other, each with its length in milliseconds. */
export function stagesOf(...parts: readonly (readonly [StageTitle, number, 'failed'?])[]): Stage[] {
  let from = START;
  return parts.map(([title, length, failed]) => {
    const stage = { title, from, to: from + length, failed: failed !== undefined };
    from = stage.to;
    return stage;
  });
}

/** An answer each 60 ms: of another version until `turn`, then for a while of both, then of the one that is awaited. */
export function answersOver(from: number, to: number, turn: number): AnswerSeen[] {
  const times = Array.from({ length: Math.floor((to - from) / 60) }, (_, index) => from + index * 60);
  return times.map((at, index) => {
    const mixed = at > turn && at < turn + 500;
    const who = at <= turn || (mixed && index % 2 === 0) ? 'blue' : 'green';
    return { at, who, ms: 4 + ((index * 7) % 13) };
  });
}

/** Answers of one kind that each took `ms`, one in each span of `every`. */
export function seen(who: Who, ms: number, from: number, to: number, every: number): AnswerSeen[] {
  return Array.from({ length: Math.floor((to - from) / every) }, (_, index) => ({ at: from + index * every, who, ms }));
}

/** The summary of a run. */
export const summary = ({ result, journal: told }: Story, options?: Parameters<typeof summaryOf>[2]) =>
  summaryOf(result, told, { repository: REPOSITORY, ...options });
