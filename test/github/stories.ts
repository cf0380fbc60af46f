import { GreenpathError } from '../../src/core/error.ts';
import type { AnswerSeen, Journal } from '../../src/core/journal.ts';
import { type Facts, type Result, resultOf } from '../../src/core/result.ts';

/** Runs as they end, for the tests of what people get to see of them. */

export interface Story {
  readonly result: Result;
  readonly journal: Journal;
}

const facts: Facts = {
  mode: 'promote',
  app: 'web',
  namespace: 'shop',
  route: 'web',
  dryRun: false,
  revision: 'v1.24.0',
  previousRevision: 'v1.22.0',
  liveUrl: 'https://example.com/',
  previewUrl: '',
  state: 'live',
  proof: 'identity',
  changed: true,
  visitors: 'https://example.com/ is served by web-v1-24-0 (revision v1.24.0), proven by answers (identity).',
  status: undefined,
};
const live = (revision: string) => ({
  url: 'https://example.com/',
  service: `web-${revision.replaceAll('.', '-')}`,
  revision,
});
const preview = { url: 'https://example.com/green/', service: 'web-v1-24-0', revision: 'v1.24.0' };
const START = Date.UTC(2026, 10, 23, 20, 0, 0);

export const journal: Journal = {
  stages: [
    { title: 'Situation', from: START, to: START + 90 },
    { title: 'Strength', from: START + 90, to: START + 4_200 },
    { title: 'Switch', from: START + 4_200, to: START + 4_350 },
    { title: 'Proof', from: START + 4_350, to: START + 7_300 },
    { title: 'Bake', from: START + 7_300, to: START + 19_000 },
    { title: 'Notes', from: START + 19_000, to: START + 19_100 },
  ],
  before: { live: live('v1.22.0'), preview },
  after: { live: live('v1.24.0'), preview: undefined },
  checks: [
    {
      request: '/healthz',
      url: 'https://example.com/green/healthz',
      passed: true,
      asked: 3,
      slowest: 12.4,
      failure: '',
    },
    {
      request: '/version',
      url: 'https://example.com/green/version',
      passed: true,
      asked: 4,
      slowest: 31,
      failure: '',
    },
  ],
  answers: answersOver(-200, 3_000, 400),
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
};

export const promoted = story({}, {});

export const deployed = story(
  { mode: 'deploy-green', state: 'candidate', previewUrl: preview.url, visitors: 'they are on web-v1-22-0.' },
  { before: { live: live('v1.22.0'), preview: undefined }, after: { live: live('v1.22.0'), preview }, answers: [] },
);

export const failed = story(
  { mode: 'verify', state: 'unchanged', visitors: 'they are on web-v1-22-0.' },
  {
    after: journal.before,
    answers: [],
    checks: journal.checks.map((check, index) =>
      index === 0 ? check : { ...check, passed: false, failure: 'status 500; expected 2xx' },
    ),
    warnings: ['the API server says: v1 Endpoints is deprecated'],
  },
  new GreenpathError('check-failed', '1 of 2 checks failed against green', 'Mend the application.', {
    problems: [{ text: 'status 500; expected 2xx', place: { file: 'k8s/web.yaml', line: 12 } }],
  }),
);

/** The same run with `words` wherever something comes from outside. */
export function saying(words: string): Story {
  const serving = { url: words, service: words, revision: words };
  const error = new GreenpathError('check-failed', words, words, {
    problems: [{ text: words, place: { file: words, line: 1 } }, { text: words }],
  });
  return story(
    { revision: words, previousRevision: words, liveUrl: words, previewUrl: words, visitors: words, state: 'switched' },
    {
      before: { live: serving, preview: serving },
      after: { live: serving, preview: undefined },
      checks: [
        { request: words, url: words, passed: false, asked: 1, slowest: 1, failure: words },
        { request: words, url: words, passed: true, asked: 1, slowest: 1, failure: '' },
      ],
      changes: [
        { object: words, action: 'change', diff: words },
        { object: words, action: 'delete', diff: '' },
      ],
      warnings: [words],
    },
    error,
  );
}

function story(change: Partial<Facts>, more: Partial<Journal>, error?: GreenpathError): Story {
  const whole = { ...journal, ...more };
  return { journal: whole, result: resultOf({ ...facts, ...change }, whole, error) };
}

/** An answer each 60 ms; blue's until `turn`, then for a while both, then green's. */
function answersOver(from: number, to: number, turn: number): AnswerSeen[] {
  const times = Array.from({ length: Math.floor((to - from) / 60) }, (_, index) => from + index * 60);
  return times.map((at, index) => {
    const mixed = at > turn && at < turn + 500;
    const who = at <= turn || (mixed && index % 2 === 0) ? 'blue' : 'green';
    return { at, who, ms: 4 + ((index * 7) % 13) };
  });
}
