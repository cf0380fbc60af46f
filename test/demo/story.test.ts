import { expect, test } from 'vitest';
import { timeline, verdict, whoAnswered } from '../../demo/story.ts';
import type { Outcome } from '../../harness/action.ts';
import type { Answer } from '../../harness/load.ts';

/** What the demo concludes from what visitors got. */

const outcome = (exitCode: number, state: string): Outcome => ({
  exitCode,
  stdout: '',
  outputs: { state, proof: 'identity' },
  state: {},
  summary: '',
  folder: '',
});
const step = (mode: string, started: number, ended: number, exitCode = 0) => ({
  mode,
  started,
  ended,
  outcome: outcome(exitCode, mode === 'promote' ? 'live' : 'candidate'),
});
const answer = (sent: number, who: string, more: Partial<Answer> = {}): Answer => ({
  client: 'fresh',
  path: '/',
  sent,
  ended: sent + 10,
  status: 200,
  who,
  error: undefined,
  closed: false,
  ...more,
});
const STEPS = [step('deploy-green', 0, 1_000), step('promote', 2_000, 3_000)];
const GOOD = [answer(500, 'blue'), answer(2_100, 'blue'), answer(2_200, 'green'), answer(3_500, 'green')];

test.each([
  ['all went well', GOOD, STEPS, true, /^Released: 0 of 4 requests lost, 0 answers by blue after the proof\.$/],
  [
    'an answer is no 2xx',
    [...GOOD, answer(2_150, 'blue', { status: 503 })],
    STEPS,
    false,
    /^NOT as promised: 1 of 5 requests lost \(status 503: 1\)/,
  ],
  [
    'an answer is missing',
    [...GOOD, answer(2_150, 'nobody', { status: 0, error: 'ECONNRESET' })],
    STEPS,
    false,
    /\(ECONNRESET: 1\)/,
  ],
  ['blue answers after the proof', [...GOOD, answer(3_100, 'blue')], STEPS, false, /1 answers by blue after the proof/],
  [
    'promote failed',
    GOOD,
    [step('deploy-green', 0, 1_000), step('promote', 2_000, 3_000, 1)],
    false,
    /^NOT as promised/,
  ],
  ['promote did not run', GOOD, STEPS.slice(0, 1), false, /^NOT as promised/],
])('%s', (_, answers, steps, ok, text) => {
  const concluded = verdict(answers, steps, 0);
  expect(concluded.ok).toBe(ok);
  expect(concluded.text).toMatch(text);
});

test('what the port-forward broke is said, and counts all the same', () => {
  const answers = [...GOOD, answer(2_150, 'nobody', { status: 0, error: 'ECONNRESET' })];
  expect(verdict(answers, STEPS, 1)).toEqual({
    ok: false,
    text: expect.stringContaining('port-forward itself broke 1'),
  });
});

test('the timeline has the steps and the last blue and first green answer of visitors, in order', () => {
  const preview = answer(1_500, 'green', { path: '/green/' });
  expect(timeline([...GOOD, preview], STEPS, (moment) => `${moment} ms`).split('\n')).toEqual([
    'Timeline',
    '     0 ms  deploy-green starts',
    '  1000 ms  deploy-green ends: candidate (proof: identity)',
    '  2000 ms  promote starts',
    '  2100 ms  last visitor asks and gets blue',
    '  2210 ms  first visitor gets green',
    '  3000 ms  promote ends: live (proof: identity)',
  ]);
});

test('the table has a row for each kind of connection and path that was asked', () => {
  const rows = whoAnswered([...GOOD, answer(0, 'green', { path: '/green/' }), answer(1, 'x', { status: 500 })]).split(
    '\n',
  );
  expect(rows.slice(3)).toEqual([
    expect.stringMatching(/^ {2}fresh +\/ +5 +2 +2 +1$/),
    expect.stringMatching(/^ {2}fresh +\/green\/ +1 +0 +1 +0$/),
  ]);
});
