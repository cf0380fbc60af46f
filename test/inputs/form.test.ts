import { describe, expect, test } from 'vitest';
import { DEFAULTS } from '../../harness/inputs.ts';
import type { Problem } from '../../src/core/base/error.ts';
import { INPUT_NAMES, InputForm } from '../../src/inputs/form.ts';

test.each([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
])('%s is %s, as in all of GitHub’s actions', (word, value) => {
  expect(new InputForm(() => word).flag('dry-run')).toBe(value);
});

describe('an input that action.yml does not have', () => {
  test('the names of the inputs are those of action.yml', () => {
    expect(INPUT_NAMES.toSorted()).toEqual(Object.keys(DEFAULTS).toSorted());
  });

  const refused = (environment: NodeJS.ProcessEnv) => {
    const form = new InputForm(() => '');
    form.refuseMistyped(environment);
    return form.problems;
  };

  test('is refused if it is near to one that it has', () => {
    expect(refused({ INPUT_REVISON: 'v2', INPUT_DRY_RUN: 'true', 'INPUT_DRY-RUN': 'true', PATH: '' })).toEqual([
      { input: 'revison', text: 'there is no input revison; did you mean revision?' },
      { input: 'dry_run', text: 'there is no input dry_run; did you mean dry-run?' },
    ]);
  });

  test('is ignored if it is like none: the runner warns of it', () => {
    expect(refused({ INPUT_WEATHER: 'fine', INPUT_MODE: 'verify' })).toEqual([]);
  });

  test('is ignored if it is short, and like one only by a letter or its beginning', () => {
    expect(
      refused({ INPUT_API: '', INPUT_NODE: '', INPUT_CODE: '', INPUT_DO: '', INPUT_NAME: '', INPUT_ENV: '' }),
    ).toEqual([]);
  });
});

describe('the error', () => {
  const messageOf = (...problems: [string, Problem][]) => {
    const form = new InputForm(() => '');
    for (const [input, problem] of problems) form.refuse(input, problem);
    return form.error()?.message;
  };

  test('of one problem is that problem, with its place', () => {
    expect(messageOf(['app', { text: 'input app is empty' }])).toBe('input app is empty');
    expect(messageOf(['config', { text: 'input config: a is 1', place: { file: 'a.yaml' } }])).toBe(
      'a.yaml: input config: a is 1',
    );
  });

  test('of several names the inputs', () => {
    const problem = { text: 'wrong' };
    expect(messageOf(['app', problem], ['app', problem])).toBe('input app has 2 problems');
    expect(messageOf(['app', problem], ['to', problem], ['app', problem], ['mode', problem])).toBe(
      '3 inputs are wrong: app, to and mode',
    );
  });

  test('is none if nothing is wrong', () => {
    expect(messageOf()).toBeUndefined();
  });
});

test('a value of several lines or of any length is quoted on one line', () => {
  const form = new InputForm(() => '');
  form.wrong('route', ' a\n\n  b ', 'c');
  form.wrong('route', 'x'.repeat(300), 'c');
  expect(form.problems.map(({ text }) => text)).toEqual([
    'input route is "a ⏎ b"; allowed: c',
    `input route is "${'x'.repeat(200)}…"; allowed: c`,
  ]);
});
