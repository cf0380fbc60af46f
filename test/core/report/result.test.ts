import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../../src/core/base/error.ts';
import type { Who } from '../../../src/core/checks/expect.ts';
import type { SwitchAnswers } from '../../../src/core/report/journal.ts';
import { type ResultInput, resultOf } from '../../../src/core/report/result.ts';
import { NOTHING, PROMOTED } from './results.ts';

const facts: ResultInput = {
  ...PROMOTED,
  ...{ routes: [{ kind: 'ingress', name: 'front' }], liveUrl: 'http://example.com/', visitors: 'they are on v2.' },
};

describe('the command for a rollback', () => {
  test('names every input, the revision to leave and the one to go to', () => {
    const { rollback } = resultOf(facts, NOTHING, undefined);
    expect(rollback).toEqual({
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
    ['it is a rollback itself', { mode: 'rollback', state: 'rolled-back' }, false],
  ] as const)('%s', (_, change, there) => {
    expect(resultOf({ ...facts, ...change }, NOTHING, undefined).rollback !== undefined).toBe(there);
  });
});

test('an error is reported with its places', () => {
  const problems = [{ text: 'is wrong', place: { file: 'web.yaml', line: 3 } }, { text: 'is odd' }];
  const error = new GreenpathError('manifest', 'cannot be read', 'Fix it.', { problems });
  expect(resultOf(facts, NOTHING, error).error).toEqual({
    code: 'manifest',
    what: 'cannot be read',
    next: 'Fix it.',
    url: 'https://github.com/greenpath/greenpath/blob/v1/docs/troubleshooting.md#manifest',
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
  const result = resultOf(facts, { ...NOTHING, looks: [{ to: 'v2', zero: 'switch', answers }], changes }, undefined);
  expect(result.answers).toEqual({ green: 2, blue: 1, unknown: 0, bad: 0, silent: 0 });
  expect(result.answersBack).toBeUndefined();
  expect(result.changes).toEqual([{ object: 'Ingress web', action: 'change' }]);
});

test('answers that the old version gave in a restore are none of the new one', () => {
  const look = (to: string, ...who: Who[]): SwitchAnswers => ({
    to,
    zero: 'switch',
    answers: who.map((one) => ({ at: 0, who: one, ms: 1 })),
  });
  const looks = [look('v2', 'green', 'bad'), look('v1', 'blue', 'green', 'green', 'silent')];
  const result = resultOf({ ...facts, state: 'restored' }, { ...NOTHING, looks }, undefined);
  expect(result.answers).toEqual({ green: 1, blue: 0, unknown: 0, bad: 1, silent: 0 });
  expect(result.answersBack).toEqual({ to: 'v1', awaited: 2, other: 1, unknown: 0, bad: 0, silent: 1 });
});

test('a stage says whether the run failed in it, also where another one was the last', () => {
  const stages = [
    { title: 'Bake', from: 0, to: 5, failed: true },
    { title: 'Restore', from: 5, to: 9, failed: false },
  ] as const;
  expect(resultOf(facts, { ...NOTHING, stages }, undefined).stages).toMatchObject([
    { title: 'Bake', ms: 5, failed: true },
    { title: 'Restore', ms: 4, failed: false },
  ]);
});
