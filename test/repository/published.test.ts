import { expect, test } from 'vitest';
import { workflows } from './files.ts';

/**
 * What callers of the published workflows rely on: path, inputs, secrets and outputs. A change here needs a new major
 * version, save one that adds an optional input or an output.
 */

const all = workflows();
const text = (name: string, fallback?: string) => [name, 'string', fallback ?? ''] as const;
const required = (name: string) => [name, 'string', 'required'] as const;

function inputsOf(file: string, event: 'workflow_call' | 'workflow_dispatch') {
  const inputs = all[file]?.on[event]?.inputs ?? {};
  return Object.entries(inputs).map(([name, input]) => [
    name,
    input.type ?? 'string',
    input.required ? 'required' : input.default,
  ]);
}

test('release.yml', () => {
  expect(inputsOf('release.yml', 'workflow_call')).toEqual([
    required('route'),
    ...['app', 'namespace', 'revision'].map((name) => text(name)),
    required('manifests'),
    ...['values', 'images', 'config', 'cluster', 'addresses'].map((name) => text(name)),
    ['checkout', 'boolean', false],
    text('setup'),
    text('environment', 'production'),
    text('runs-on', 'ubuntu-latest'),
    text('timeout', '10m'),
    ['timeout-minutes', 'number', 15],
    ['supersede', 'boolean', true],
    ['retire', 'boolean', true],
  ]);
  const call = all['release.yml']?.on.workflow_call;
  const optional = expect.objectContaining({ required: false });
  expect(call?.secrets).toEqual({ kubeconfig: optional, 'check-env': optional });
  expect(Object.keys(call?.outputs ?? {})).toEqual(['state', 'revision', 'previous-revision', 'live-url', 'proof']);
  expect(Object.keys(all['release.yml']?.jobs ?? {})).toEqual(['deploy-green', 'verify', 'promote', 'retire']);
});

test.each(['workflow_call', 'workflow_dispatch'] as const)('rollback.yml by %s', (event) => {
  const names = ['route', 'namespace', 'app', 'revision', 'to', 'addresses', 'cluster', 'config'];
  expect(inputsOf('rollback.yml', event)).toEqual(names.map((name) => text(name)));
  const call = all['rollback.yml']?.on.workflow_call;
  expect(call?.secrets).toEqual({ KUBECONFIG: { required: false }, CHECK_ENV: { required: false } });
  expect(Object.keys(call?.outputs ?? {})).toEqual(['state', 'revision']);
});

const stepsOf = (file: string, job: string) => all[file]?.jobs[job]?.steps ?? [];

test('verify and promote find on their runners what setup put there', () => {
  const before = (job: string) => stepsOf('release.yml', job).slice(0, -1);
  expect(before('verify').map(({ run, uses }) => run ?? uses?.split('@')[0])).toEqual([
    'actions/checkout',
    'eval "$SETUP"',
  ]);
  expect(before('promote')).toEqual(before('verify'));
});

test.each([
  ['release.yml', 'deploy-green', 'secrets.check-env'],
  ['release.yml', 'verify', 'secrets.check-env'],
  ['release.yml', 'promote', 'secrets.check-env'],
  ['rollback.yml', 'rollback', 'secrets.CHECK_ENV'],
])('%s: the variables for checks are in the environment of the last step of %s alone', (file, job, secret) => {
  const environments = stepsOf(file, job).map(({ env = {} }) => env);
  expect(environments.at(-1)).toEqual({ CHECK_ENV: `\${{ ${secret} }}` });
  expect(environments.slice(0, -1).filter((env) => 'CHECK_ENV' in env)).toEqual([]);
});

/** GitHub cancels what waits in a group when another run arrives there, so each cluster has its own. */
test.each(['release.yml', 'rollback.yml'])('%s: calls for several clusters do not wait for each other', (file) => {
  expect(all[file]?.concurrency?.group).toContain('${{ inputs.cluster }}');
});
