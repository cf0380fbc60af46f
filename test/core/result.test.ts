import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../src/core/error.ts';
import type { Journal } from '../../src/core/journal.ts';
import { type Facts, resultOf } from '../../src/core/result.ts';

const facts: Facts = {
  mode: 'promote',
  app: 'web',
  namespace: 'shop',
  route: 'front',
  dryRun: false,
  revision: 'v2',
  previousRevision: 'v1',
  liveUrl: 'http://example.com/',
  previewUrl: '',
  state: 'live',
  proof: 'identity',
  changed: true,
  visitors: 'they are on v2.',
  status: undefined,
};
const nothing: Journal = {
  stages: [],
  before: undefined,
  after: undefined,
  checks: [],
  answers: [],
  changes: [],
  warnings: [],
};

describe('the way back', () => {
  test('names every input, the revision to leave and the one to go to', () => {
    const { wayBack } = resultOf(facts, nothing, undefined);
    expect(wayBack).toEqual({
      mode: 'rollback',
      app: 'web',
      route: 'ingress/front',
      namespace: 'shop',
      revision: 'v2',
      to: 'v1',
    });
  });

  test.each([
    ['visitors were moved and nothing is proven', { state: 'switched' }, true],
    ['release did it', { mode: 'release' }, true],
    ['visitors are back already', { state: 'restored' }, false],
    ['nobody was moved', { state: 'verified', mode: 'verify' }, false],
    ['nobody knows who was there before', { previousRevision: '' }, false],
    ['it is a way back itself', { mode: 'rollback', state: 'rolled-back' }, false],
  ] as const)('%s', (_, change, there) => {
    expect(resultOf({ ...facts, ...change }, nothing, undefined).wayBack !== undefined).toBe(there);
  });
});

test('an error is told with its places', () => {
  const problems = [{ text: 'is wrong', place: { file: 'web.yaml', line: 3 } }, { text: 'is odd' }];
  const error = new GreenpathError('manifest', 'cannot be read', 'Mend it.', { problems });
  expect(resultOf(facts, nothing, error).error).toEqual({
    code: 'manifest',
    what: 'cannot be read',
    next: 'Mend it.',
    problems: [{ text: 'is wrong', file: 'web.yaml', line: 3 }, { text: 'is odd' }],
  });
});

test('answers are counted by who gave them, and diffs stay out', () => {
  const answers = [
    { at: -5, who: 'blue', ms: 1 },
    { at: 5, who: 'green', ms: 1 },
    { at: 9, who: 'green', ms: 1 },
  ] as const;
  const changes = [{ object: 'Ingress web', action: 'change', diff: '+ a' }] as const;
  const result = resultOf(facts, { ...nothing, answers, changes }, undefined);
  expect(result.answers).toEqual({ green: 2, blue: 1, unknown: 0, bad: 0, silent: 0 });
  expect(result.changes).toEqual([{ object: 'Ingress web', action: 'change' }]);
});
