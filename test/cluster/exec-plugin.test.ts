import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ExecConfig, runPlugin } from '../../src/cluster/exec-plugin.ts';
import { TestClock, until } from '../clock.ts';

/** Credential plugins, as real processes. */

const never = new AbortController().signal;
const CLUSTER = { server: 'https://api.test' };
const node = (script: string, more: Partial<ExecConfig> = {}): ExecConfig => ({
  command: process.execPath,
  args: ['-e', script],
  ...more,
});
const prints = (status: object) => node(`console.log(${JSON.stringify(JSON.stringify({ status }))})`);
const given = (exec: ExecConfig) => runPlugin(exec, CLUSTER, never);

describe('what a plugin prints', () => {
  test.each<[string, object, object]>([
    ['a token', { token: 'abc' }, { token: 'abc' }],
    [
      'a certificate with its key',
      { clientCertificateData: 'cert', clientKeyData: 'key' },
      { certificate: 'cert', key: 'key' },
    ],
    [
      'both',
      { token: 'abc', clientCertificateData: 'cert', clientKeyData: 'key' },
      { token: 'abc', certificate: 'cert', key: 'key' },
    ],
    ['a token beside a certificate without key', { token: 'abc', clientCertificateData: 'cert' }, { token: 'abc' }],
  ])('%s', async (_, status, credential) => {
    expect(await given(prints(status))).toEqual(credential);
  });

  test.each<[string, ExecConfig]>([
    ['nothing', node('')],
    ['no JSON', node('console.log("token: abc")')],
    ['half a pair', prints({ clientKeyData: 'key' })],
    ['an empty token', prints({ token: '' })],
  ])('%s is no credential', async (_, exec) => {
    await expect(given(exec)).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('printed no credential'),
    });
  });
});

test('a plugin gets the cluster if the kubeconfig says so, gets its environment, and no inputs of the step', async () => {
  vi.stubEnv('INPUT_KUBECONFIG', 'secret');
  const script = `
    const { spec } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
    const token = JSON.stringify([spec, process.env.OWN, process.env.INPUT_KUBECONFIG ?? 'none']);
    console.log(JSON.stringify({ status: { token } }));`;
  const env = [{ name: 'OWN', value: 'value' }];
  const told = async (more: Partial<ExecConfig>) =>
    JSON.parse((await given(node(script, { env, ...more }))).token ?? '');
  expect(await told({ provideClusterInfo: true })).toEqual([{ interactive: false, cluster: CLUSTER }, 'value', 'none']);
  expect(await told({})).toEqual([{ interactive: false }, 'value', 'none']);
});

describe('a plugin that fails', () => {
  test('its last words are quoted, without its secrets, and the hint of the kubeconfig is given', async () => {
    const exec = node('console.error("cannot log in with " + process.env.PASSWORD); process.exit(3)', {
      env: [{ name: 'PASSWORD', value: 'correct-horse' }],
      installHint: 'Ask the platform team.\n',
    });
    await expect(given(exec)).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringMatching(/ended with exit code 3\. Its last lines:\n {2}cannot log in with \*\*\*/),
      next: expect.stringMatching(/The kubeconfig says: Ask the platform team\.$/),
    });
  });

  test.each<[string, ExecConfig, string]>([
    ['by a signal', node('process.kill(process.pid, "SIGTERM")'), 'ended with SIGTERM'],
    ['since it is not there', { command: 'greenpath-has-no-such-plugin' }, 'is not installed'],
    ['since it is no program', { command: import.meta.dirname }, 'could not be started'],
  ])('%s', async (_, exec, how) => {
    await expect(given(exec)).rejects.toMatchObject({ message: expect.stringContaining(how) });
  });

  test('by hanging: it is killed with all that it started', async () => {
    const clock = new TestClock();
    const started = join(mkdtempSync(join(tmpdir(), 'greenpath-plugin-')), 'started');
    const child = `require('node:fs').writeFileSync(${JSON.stringify(started)}, ''); setInterval(() => {}, 1000)`;
    const script = `
      const { spawn } = require('node:child_process');
      spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });
      console.error('logging in');`;
    const failed = runPlugin(node(script), CLUSTER, never, clock).catch((error: unknown) => error);
    await until(() => existsSync(started));
    await clock.advance(30_000);
    // Its child holds its output: were that still there, this would not end.
    expect(await failed).toMatchObject({ message: expect.stringContaining('did not end within 30.0 s') });
  });

  test('by leaving a process of its own group that holds its output: that is not waited for', async () => {
    const pid = join(mkdtempSync(join(tmpdir(), 'greenpath-plugin-')), 'pid');
    const script = `
      const { spawn } = require('node:child_process');
      const left = spawn('sleep', ['60'], { stdio: 'inherit', detached: true });
      require('node:fs').writeFileSync(${JSON.stringify(pid)}, String(left.pid));`;
    const clock = new TestClock();
    const failed = runPlugin(node(script), CLUSTER, never, clock).catch((error: unknown) => error);
    await until(() => existsSync(pid) && readFileSync(pid, 'utf8') !== '');
    const left = Number(readFileSync(pid, 'utf8'));
    onTestFinished(() => void process.kill(left, 'SIGKILL'));
    await clock.advance(30_000);
    expect(await failed).toMatchObject({ message: expect.stringContaining('did not end within 30.0 s') });
    expect(process.kill(left, 0), 'it still runs').toBe(true);
  });

  test('in a run that is stopped: the reason of that is thrown', async () => {
    const stop = new AbortController();
    const running = runPlugin(node('setInterval(() => {}, 1000)'), CLUSTER, stop.signal);
    stop.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
    await expect(runPlugin(node(''), CLUSTER, stop.signal)).rejects.toThrow('cancelled');
  });
});
