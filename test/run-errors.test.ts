import { expect, test } from 'vitest';
import { DEFAULTS } from '../harness/inputs.ts';
import { GreenpathError } from '../src/core/base/error.ts';
import { readInputs } from '../src/inputs/inputs.ts';
import { cancelledError, gaveWayError, timeoutError, toGreenpathError } from '../src/run-errors.ts';

/** How a run ends that did not end by itself. */

const GIVEN: Record<string, string> = {
  ...DEFAULTS,
  ...{ mode: 'promote', route: 'ingress/web', revision: 'v2', timeout: '90s' },
};
const inputs = readInputs((name) => GIVEN[name] ?? '', {});

test.each([
  [timeoutError(inputs), 'timeout', 'promote was not done within 1 min 30 s'],
  [cancelledError('SIGINT'), 'cancelled', 'the run was cancelled (SIGINT)'],
  [
    gaveWayError('verify', 'rollback by me (r)'),
    'gave-way',
    'rollback by me (r) needs the lock to switch visitors back, so this verify',
  ],
])('%s', (error, code, message) => {
  expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
});

test('an unknown error is reported as a defect, with its stack, and a known one as it is', () => {
  const own = new GreenpathError('route', 'no route', 'Check it.');
  expect(toGreenpathError(own)).toBe(own);
  const strange = toGreenpathError(new TypeError('x is undefined'));
  expect(strange).toMatchObject({ code: 'internal', cause: expect.any(TypeError) });
  expect(strange.message).toMatch(/a defect: x is undefined\n.*TypeError: x is undefined\n +at /s);
  expect(toGreenpathError('text').message).toBe('Greenpath failed because of a defect: text');
});
