import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connect } from '../../src/cluster/connect.ts';
import { Authority } from '../proof/certificates.ts';

/** Where credentials come from, and what is taken of them. */

const never = new AbortController().signal;
const CERTIFIED = new Authority('users').issue('127.0.0.1');
const base64 = (text: string) => Buffer.from(text).toString('base64');

interface Parts {
  readonly server?: string;
  readonly user?: object;
  readonly cluster?: object;
  readonly context?: string;
  readonly namespace?: string;
}
/** A kubeconfig with one context; YAML takes JSON. */
const kubeconfig = ({ server = 'https://api.test:6443', user = {}, cluster = {}, context = 'one', namespace }: Parts) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    contexts: [{ name: context, context: { cluster: `of-${context}`, user: `of-${context}`, namespace } }],
    clusters: [{ name: `of-${context}`, cluster: { server, ...cluster } }],
    users: [{ name: `of-${context}`, user }],
  });
const TOKEN = { user: { token: 'abcdef' } };
const nowhere = () => ({ HOME: mkdtempSync(join(tmpdir(), 'greenpath-home-')) });
const by = (parts: Parts, context = '', environment: NodeJS.ProcessEnv = nowhere()) =>
  connect(kubeconfig(parts), context, environment, never);
const file = (text: string) => {
  const path = join(mkdtempSync(join(tmpdir(), 'greenpath-kube-')), 'config');
  writeFileSync(path, text);
  return path;
};

describe('what a user is known by', () => {
  test.each<[string, object, Record<string, string>, string[]]>([
    ['a token', { token: 'abcdef' }, { Authorization: 'Bearer abcdef' }, ['abcdef']],
    [
      'a name and a password, with and without their encoding',
      { username: 'me', password: 'horse' },
      { Authorization: `Basic ${base64('me:horse')}` },
      [base64('me:horse'), 'horse'],
    ],
    ['nobody', {}, {}, []],
    [
      'a certificate, whose key is secret',
      { 'client-certificate-data': base64(CERTIFIED.cert), 'client-key-data': base64(CERTIFIED.key) },
      {},
      [CERTIFIED.key],
    ],
  ])('%s', async (_, user, headers, secrets) => {
    expect(await by({ user })).toMatchObject({ headers, secrets });
  });

  test('a file with a token, beside the kubeconfig that names it; it wins, and is read each time', async () => {
    const path = file(kubeconfig({ user: { token: 'stale', tokenFile: 'token' } }));
    const environment = { ...nowhere(), KUBECONFIG: path };
    const secrets = async () => (await connect('', '', environment, never)).secrets;
    expect(await secrets()).toEqual(['stale']);
    for (const token of ['abcdef', 'ghijkl']) {
      writeFileSync(join(dirname(path), 'token'), `${token}\n`);
      expect(await secrets()).toEqual([token]);
    }
  });

  test('what a plugin gives takes its place', async () => {
    const credential = { status: { token: 'fetched' } };
    const script = `console.log(${JSON.stringify(JSON.stringify(credential))})`;
    const exec = { command: process.execPath, args: ['-e', script], apiVersion: 'client.authentication.k8s.io/v1' };
    expect(await by({ user: { exec } })).toMatchObject({ headers: { Authorization: 'Bearer fetched' } });
    const failing = { ...exec, args: ['-e', 'process.exit(1)'] };
    await expect(by({ user: { exec: failing } })).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('a file that does not exist is an error', async () => {
    const user = { 'client-certificate': '/greenpath/no-such-file', 'client-key': '/greenpath/no-such-file' };
    await expect(by({ user })).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('could not be obtained'),
    });
  });
});

describe('where a kubeconfig is looked for', () => {
  test('the input comes first, then the files of KUBECONFIG, then the home', async () => {
    const { HOME } = nowhere();
    mkdirSync(join(HOME, '.kube'));
    writeFileSync(join(HOME, '.kube', 'config'), kubeconfig({ server: 'https://home.test' }));
    const KUBECONFIG = file(kubeconfig({ server: 'https://named.test' }));
    const hostBy = async (input: string, environment: NodeJS.ProcessEnv) =>
      (await connect(input, '', environment, never)).server.host;
    expect(await hostBy(kubeconfig({}), { HOME, KUBECONFIG })).toBe('api.test:6443');
    expect(await hostBy(' ', { HOME, KUBECONFIG })).toBe('named.test');
    expect(await hostBy('', { HOME })).toBe('home.test');
  });

  test('several files count together, and the first decides who is current', async () => {
    const [first, second] = [file(kubeconfig({ context: 'a' })), file(kubeconfig({ context: 'b', namespace: 'beta' }))];
    const environment = { ...nowhere(), KUBECONFIG: ['', first, second].join(delimiter) };
    expect((await connect('', '', environment, never)).namespace).toBeUndefined();
    expect((await connect('', 'b', environment, never)).namespace).toBe('beta');
  });

  test('of two entries with one name the first counts, and of the contexts the first that is current', async () => {
    const first = kubeconfig({ context: 'a', ...TOKEN }).replace('"current-context":"a"', '"current-context":""');
    const other = kubeconfig({ context: 'a', server: 'https://other.test', user: { token: 'ghijkl' } });
    const environment = { ...nowhere(), KUBECONFIG: [file(first), file(other)].join(delimiter) };
    expect(await connect('', '', environment, never)).toMatchObject({
      server: new URL('https://api.test:6443'),
      secrets: ['abcdef'],
    });
  });

  test('there is none', async () => {
    await expect(connect('', '', nowhere(), never)).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining('there is no kubeconfig'),
    });
  });
});

test.each([
  { 'as-user-extra': {} },
  { 'as-groups': [] },
  { 'as-uid': '' },
  { 'as-groups': null, 'as-user-extra': null },
])('a user acts for nobody by fields without content: %j', async (empty) => {
  const { headers } = await by({ user: { token: 'abcdef', ...empty } });
  expect(headers).toEqual({ Authorization: 'Bearer abcdef' });
});

describe('what cannot be used', () => {
  const broken = 'apiVersion: v1\n  token: abcdef: [';
  test('a file that is no YAML: its text, which holds secrets, is not quoted', async () => {
    for (const [input, environment, source] of [
      [broken, nowhere(), 'input kubeconfig'],
      ['', { ...nowhere(), KUBECONFIG: file(broken) }, 'the file that KUBECONFIG names'],
    ] as const) {
      const error = await connect(input, '', environment, never).catch((one: unknown) => one);
      expect(error).toMatchObject({ code: 'input', message: `${source} could not be read as a kubeconfig` });
      expect(JSON.stringify(error)).not.toContain('abcdef');
    }
  });

  test.each(['as-groups', 'as-uid', 'as-user-extra'])('a user with %s, which is not sent', async (field) => {
    await expect(by({ user: { token: 'abcdef', as: 'deployer', [field]: ['team'] } })).rejects.toMatchObject({
      code: 'input',
      message: `user "of-one" of the kubeconfig has ${field}, which Greenpath does not send`,
    });
  });

  test('a tokenFile that is not there', async () => {
    await expect(by({ user: { tokenFile: 'nowhere' } })).rejects.toMatchObject({
      code: 'input',
      message: 'user "of-one" of the kubeconfig has the tokenFile "nowhere", in which there is no token',
    });
  });

  test('a context that is not there: those that are', async () => {
    await expect(by(TOKEN, 'two')).rejects.toMatchObject({
      code: 'input',
      message: 'input context is "two", which the kubeconfig does not have (there: one)',
    });
    expect((await by(TOKEN, 'one')).server.host).toBe('api.test:6443');
  });

  test.each(['http://api.test', 'api.test'])('the server %s: only https is spoken', async (server) => {
    await expect(by({ server })).rejects.toMatchObject({
      code: 'input',
      message: 'input kubeconfig has no current context with an https server',
    });
  });
});

test('a forward proxy is used by the kubeconfig, else by the environment, and its password is secret', async () => {
  const environment = { ...nowhere(), HTTPS_PROXY: 'http://me:hunter22@proxy:3128' };
  expect((await by(TOKEN, '', environment)).secrets).toContain('hunter22');
  expect((await by(TOKEN, '', { ...environment, NO_PROXY: 'api.test' })).secrets).not.toContain('hunter22');
  const own = { cluster: { 'proxy-url': 'http://me:staple99@own:3128' } };
  expect((await by({ ...TOKEN, ...own }, '', environment)).secrets).toContain('staple99');
});
