import { expect, test } from 'vitest';
import { DEFAULTS } from '../../harness/inputs.ts';
import { readInputs } from '../../src/inputs/inputs.ts';
import { thrownBy } from '../core/support.ts';

/** Variables for checks, as the environment of a step holds them. */

const GIVEN = new Map(
  Object.entries({ ...DEFAULTS, mode: 'verify', route: 'ingress/shop', revision: 'v2', token: '' }),
);
const read = (environment: NodeJS.ProcessEnv) => readInputs((name) => GIVEN.get(name) ?? '', environment);

test('what they hold is secret, unless it is empty', () => {
  expect(read({ CHECK_ENV: 'A=t1ger\nB=\nC=l1ly\n' }).checkSecrets).toEqual(['t1ger', 'l1ly']);
  expect(read({}).checkSecrets).toEqual([]);
});

test('what is wrong is told by its line, and stops the step', () => {
  expect(thrownBy(() => read({ CHECK_ENV: 'A=t1ger\nPATH=/tmp\nl1ly' }))).toMatchObject({
    code: 'input',
    problems: [
      { text: expect.stringMatching(/^variable CHECK_ENV line 2 sets a variable that the runner/) },
      { text: expect.stringMatching(/^variable CHECK_ENV line 3 is not NAME=value/) },
    ],
  });
});
