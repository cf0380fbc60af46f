import { expect, test } from 'vitest';
import { childEnvironment } from '../../src/process/child-environment.ts';

test('a program gets the environment without the inputs of the step', () => {
  const own = { PATH: '/bin', INPUT_KUBECONFIG: 'secret', INPUTS: 'mine', GONE: undefined };
  expect(childEnvironment(own)).toEqual({ PATH: '/bin', INPUTS: 'mine' });
});
