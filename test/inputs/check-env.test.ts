import { expect, test } from 'vitest';
import { runAction } from '../../harness/action.ts';
import { DEFAULTS } from '../../harness/inputs.ts';
import { readInputs } from '../../src/inputs/inputs.ts';
import { thrownBy } from '../core/support.ts';
import { KUBECONFIG } from './kubeconfig-mistakes.ts';

/** Variables for checks, as the environment of a step holds them. */

const GIVEN = { ...DEFAULTS, route: 'ingress/shop', revision: 'v2', token: '' };
const read = (environment: NodeJS.ProcessEnv, mode = 'verify') =>
  readInputs((name) => new Map(Object.entries({ ...GIVEN, mode })).get(name) ?? '', environment);

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

test('a rollback goes on with the other lines, and warns without a word of them', () => {
  const { checkSecrets, warnings } = read({ CHECK_ENV: 'A=t1ger\nPATH=/tmp\nl1ly\nB=r0se' }, 'rollback');
  expect(checkSecrets).toEqual(['t1ger', 'r0se']);
  expect(warnings).toEqual([
    { text: expect.stringMatching(/^variable CHECK_ENV line 2 sets a variable that the runner/) },
    { text: expect.stringMatching(/^variable CHECK_ENV line 3 is not NAME=value/) },
  ]);
  expect(JSON.stringify(warnings)).not.toMatch(/t1ger|\/tmp|l1ly|r0se/);
});

test('a rollback says so, and goes on to the cluster', async () => {
  // This is refused only when the step connects.
  const kubeconfig = KUBECONFIG.replace('https://', 'http://');
  const { stdout } = await runAction(
    { mode: 'rollback', route: 'ingress/shop', config: 'checks: [{job: x}]\nbake: {for: 1m}', kubeconfig },
    { program: 'src/main.ts', env: { CHECK_ENV: 'A=t1gerlily\nl1lyrose' } },
  );
  const warning = '::warning::The rollback goes on in spite of this: ';
  expect(stdout).toContain(`${warning}input config line 2: bake: expected a check that runs in it`);
  expect(stdout).toContain(`${warning}variable CHECK_ENV line 2 is not NAME=value`);
  expect(stdout).toContain('What failed: input kubeconfig has no current context with an https server');
  expect(stdout).not.toContain('l1lyrose');
});
