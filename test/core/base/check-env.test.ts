import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCheckEnv } from '../../../src/core/base/check-env.ts';

/** The lines of the secret check-env of the published workflows: what they may say, and what none of them can do. */

test('one variable on each line, whatever is in its value', () => {
  const text = 'DD_API_KEY=abc==\n\n  DD_APP_KEY=x y # z\r\n_=%0A::set-output name=a::b\nEMPTY=\n';
  expect(readCheckEnv(text)).toEqual({
    variables: { DD_API_KEY: 'abc==', DD_APP_KEY: 'x y # z', _: '%0A::set-output name=a::b', EMPTY: '' },
    problems: [],
  });
  expect(readCheckEnv('')).toEqual({ variables: {}, problems: [] });
});

describe('refused, by the number of the line and without a word of it', () => {
  const line = (problem: string) => [expect.stringMatching(new RegExp(`^variable CHECK_ENV line 2 ${problem}`))];
  const second = (text: string) => readCheckEnv(`KEY=k3y\n${text}`);

  test.each([
    '-----END KEY-----',
    'tiger',
    '=tiger',
    '1A=tiger',
    'A B=tiger',
    'A-B=tiger',
    'Ä=tiger',
    'A<<B\ntiger\nB',
  ])('no variable: %j', (text) => {
    const { variables, problems } = second(text);
    expect(variables).toEqual({ KEY: 'k3y' });
    expect(problems.slice(0, 1)).toEqual(line('is not NAME=value'));
    expect(problems.join()).not.toContain('tiger');
  });

  test.each([
    ...['PATH', 'path', 'HOME', 'BASH_ENV', 'ENV', 'KUBECONFIG', 'NODE_OPTIONS', 'LD_PRELOAD', 'DYLD_INSERT_LIBRARIES'],
    ...['GITHUB_OUTPUT', 'RUNNER_TEMP', 'INPUT_MODE', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'https_proxy', 'PYTHONPATH'],
    ...['NODE_TLS_REJECT_UNAUTHORIZED', 'JAVA_TOOL_OPTIONS', 'npm_config_registry'],
  ])('a variable that programs go by: %s', (name) => {
    const { variables, problems } = second(`${name}=tiger`);
    expect(variables).toEqual({ KEY: 'k3y' });
    expect(problems).toEqual(line('sets a variable that the runner, a shell or a runtime goes by'));
  });

  test('a variable that a line above sets', () => {
    expect(second('KEY=tiger')).toEqual({ variables: { KEY: 'k3y' }, problems: line('sets a variable that a line') });
  });

  test.each(['GITHUB', 'PATHS', 'MY_PATH', 'NODE_AUTH_TOKEN', 'GH_TOKEN'])('but not %s', (name) => {
    expect(second(`${name}=1`).problems).toEqual([]);
  });
});

test('no text sets a variable whose name is none, and each line is either read or refused', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (given) => {
      const text = given.join('\n');
      const { variables, problems } = readCheckEnv(text);
      const names = Object.keys(variables);
      for (const name of names) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
      const meant = text.split('\n').filter((one) => one.trim() !== '');
      expect(names.length + problems.length).toBe(meant.length);
    }),
  );
});
