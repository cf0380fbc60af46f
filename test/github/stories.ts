import { GreenpathError } from '../../src/core/base/error.ts';
import type { LiveSpell } from '../../src/core/report/journal.ts';
import { answersOver, journal, live, preview, START, type Story, seen, stagesOf, story } from './story.ts';

/** Runs that move visitors, or end what is there, as they end: for the tests of what people get to see of them. */

export const promoted = story({}, {});

const FAILED = new GreenpathError(
  'green-failed',
  'checks failed at green: GET / at https://example.com/: status 500; expected 2xx (3 of 40 attempts failed, with 1 allowed)',
  'Check green.',
);
const away = {
  state: 'restored',
  visitors: 'https://example.com/ is served by web-v1-22-0 (revision v1.22.0) again; green still runs and is not live.',
};

/** The switch was proven, the bake failed, and visitors were taken back, proven by answers of the old version. */
export const restored = story(
  away,
  {
    stages: stagesOf(
      ['Situation', 90],
      ['Strength', 4_100],
      ['Switch', 150],
      ['Proof', 2_950],
      ['Bake', 6_200, 'failed'],
      ['Restore', 140],
      ['Inside', 80],
      ['Proof of the switch back', 2_700],
    ),
    after: journal.before,
    spells: spellsOf(4_340, 13_630),
    changes: [...journal.changes.slice(0, 2), ...journal.changes.slice(0, 2)],
    looks: [...journal.looks, { to: 'v1.22.0', zero: 'switch', answers: answersOver(0, 2_700, 500) }],
  },
  FAILED,
);

/** Green hung, the restore could not be proven either, and at its end nothing answered any more. */
export const unproven = story(
  { ...away, proof: '' },
  {
    stages: stagesOf(
      ['Situation', 90],
      ['Switch', 150],
      ['Proof', 11_300, 'failed'],
      ['Restore', 140],
      ['Proof of the switch back', 60_000, 'failed'],
    ),
    after: journal.before,
    spells: spellsOf(240, 11_680),
    changes: journal.changes.slice(0, 2),
    looks: [
      {
        to: 'v1.24.0',
        zero: 'switch',
        answers: [...answersOver(-200, 400, 400), ...seen('bad', 5_000, 700, 6_000, 225)],
      },
      {
        to: 'v1.22.0',
        zero: 'switch',
        answers: [...answersOver(0, 3_000, 800), ...seen('silent', 0, 3_000, 60_000, 900)],
      },
    ],
  },
  FAILED,
);

/** An earlier run switched and was cut off: this one cannot say when that was. Nothing was asked for two seconds. */
export const resumed = story(
  {},
  {
    stages: stagesOf(['Situation', 90], ['Proof', 3_650], ['Notes', 99]),
    before: journal.after,
    looks: [
      {
        to: 'v1.24.0',
        zero: 'look',
        answers: [...answersOver(0, 1_150, -1_000), ...seen('green', 9, 3_000, 3_600, 225)],
      },
    ],
  },
);

export const rolledBack = story(
  {
    mode: 'rollback',
    state: 'rolled-back',
    revision: 'v1.22.0',
    previousRevision: 'v1.24.0',
    visitors: 'https://example.com/ is served by web-v1-22-0 (revision v1.22.0), proven by answers (identity).',
  },
  {
    stages: stagesOf(
      ['Situation', 90],
      ['Strength', 60],
      ['Switch', 150],
      ['Inside', 75],
      ['Proof', 2_800],
      ['Notes', 120],
    ),
    before: { live: live('v1.24.0'), preview: undefined },
    after: { live: live('v1.22.0'), preview: undefined },
    looks: [{ to: 'v1.22.0', zero: 'switch', answers: answersOver(-200, 2_800, 300) }],
  },
);

/** Nothing was live before. */
export const first = story(
  { previousRevision: '' },
  {
    stages: stagesOf(['Situation', 90], ['Switch', 150], ['Proof', 2_950], ['Notes', 99]),
    before: { live: { url: 'https://example.com/', service: '', revision: '' }, preview },
    looks: [
      { to: 'v1.24.0', zero: 'switch', answers: [...seen('bad', 3, -400, 900, 60), ...answersOver(960, 3_000, 0)] },
    ],
  },
);

/** The candidate is removed; what is live is not. */
export const rejected = story(
  { mode: 'reject', state: 'rejected', previousRevision: 'v1.20.0', visitors: 'they are on web-v1-22-0.' },
  {
    stages: stagesOf(['Situation', 190], ['Removal', 1_250]),
    after: { live: live('v1.22.0'), preview: undefined },
    looks: [],
  },
);

const SPAN = { first: 1, last: 2, from: 0, to: 9, quickest: 1, slowest: 2 };

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
        { name: words, kind: words, where: words, passed: false, attempts: 1, slowestMs: 1, failure: words },
        { name: words, kind: words, where: words, passed: true, attempts: 1, slowestMs: 1, failure: '' },
      ],
      failures: {
        checks: [
          {
            ...{ title: words, reason: words, cause: words, since: 0 },
            detail: { title: words, text: words, form: 'text' },
            attempts: [
              { place: words, spans: [{ ...SPAN, how: words }] },
              { place: '', spans: [{ ...SPAN, how: words }] },
            ],
          },
        ],
        pods: [
          {
            revision: words,
            pods: [{ name: words, state: words, events: [words], logs: [{ title: words, lines: [words] }] }],
            ...{ more: 1, quiet: 1, unseen: 1, lacks: [words] },
          },
        ],
      },
      changes: [
        { object: words, action: 'change', diff: words },
        { object: words, action: 'delete', diff: '' },
      ],
      warnings: [words],
      spells: [serving, { ...serving, revision: `${words}2` }, serving].map((one, from) => ({ live: one, from })),
      comparison: {
        live: { revision: words, commit: undefined },
        candidate: { revision: words, commit: { repository: words, sha: words, actor: words } },
        images: [{ of: words, before: words, after: '' }],
        twins: [
          { before: words, after: words, diff: words },
          { before: words, after: words, diff: '' },
          { before: words, after: '', diff: '' },
        ],
      },
    },
    error,
  );
}

/** Visitors got the new version from a moment until another, milliseconds after the start. */
function spellsOf(from: number, to: number): LiveSpell[] {
  return [
    { live: live('v1.22.0'), from: START },
    { live: live('v1.24.0'), from: START + from },
    { live: live('v1.22.0'), from: START + to },
  ];
}
