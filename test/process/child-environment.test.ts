import { expect, test } from 'vitest';
import { childEnvironment, commandEnvironment } from '../../src/process/child-environment.ts';

test('a program gets the environment without the inputs of the step', () => {
  const own = { PATH: '/bin', INPUT_KUBECONFIG: 'secret', INPUTS: 'mine', GONE: undefined };
  expect(childEnvironment(own)).toEqual({ PATH: '/bin', INPUTS: 'mine' });
});

test('variables for checks are for commands of the config, and for no other program', () => {
  const own = { PATH: '/bin', KEY: 'of the job', CHECK_ENV: 'KEY=of the checks\nGITHUB_ENV=/tmp/x\nno variable' };
  expect(childEnvironment(own)).toEqual({ PATH: '/bin', KEY: 'of the job' });
  expect(commandEnvironment(own)).toEqual({ PATH: '/bin', KEY: 'of the checks' });
});
