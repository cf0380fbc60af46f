import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DEFAULTS } from '../../harness/inputs.ts';
import { GreenpathError } from '../../src/core/base/error.ts';
import { readInputs } from '../../src/inputs/inputs.ts';
import { only, thrownBy } from '../core/support.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenpath-inputs-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Given = Readonly<Record<string, string>>;
const LEAST: Given = {
  ...DEFAULTS,
  mode: 'verify',
  route: 'ingress/shop',
  revision: 'v2',
  token: '',
};
const inputs = (given: Given = {}, environment: NodeJS.ProcessEnv = {}) =>
  readInputs((name) => ({ ...LEAST, ...given })[name] ?? '', environment);
function problemsOf(given: Given, environment: NodeJS.ProcessEnv = {}) {
  const error = thrownBy(() => inputs(given, environment));
  if (!(error instanceof GreenpathError)) throw error;
  expect(error.code).toBe('input');
  return error.problems;
}

describe('readInputs', () => {
  test('fills in what is not given', () => {
    expect(inputs()).toMatchObject({
      mode: 'verify',
      app: 'shop',
      routes: [{ kind: 'ingress', name: 'shop' }],
      namespace: '',
      revision: 'v2',
      sources: [],
      values: { files: [], text: '' },
      rawConfig: {},
      addresses: [],
      timeout: 600_000,
      dryRun: false,
      requireVerified: true,
    });
    expect(inputs().config.preview.kind).toBeUndefined();
    expect(inputs().images.size).toBe(0);
  });

  test.each(['rollback', 'retire', 'status'])('%s needs no revision, and takes none from the commit', (mode) => {
    expect(inputs({ mode, revision: '' }, { GITHUB_SHA: 'abcdef0123' }).revision).toBe('');
    expect(inputs({ mode, revision: 'v1' }).revision).toBe('v1');
  });

  test('check needs no revision, and takes none from the commit, which may be that of a pull request', () => {
    const check = { mode: 'check', revision: '', manifests: 'package.json' };
    expect(inputs(check, { GITHUB_SHA: 'abcdef0123' }).revision).toBe('');
    expect(inputs({ ...check, revision: 'v1' }).revision).toBe('v1');
    expect(problemsOf({ ...check, revision: 'adopted' })[0]?.text).toMatch(/^input revision is "adopted"/);
  });

  test('to belongs to rollback', () => {
    expect(inputs({ mode: 'rollback', to: 'v1' }).to).toBe('v1');
    expect(problemsOf({ to: 'v1' })).toEqual([
      { text: 'input to is set; allowed: nothing in mode verify; only rollback uses it' },
    ]);
    expect(problemsOf({ mode: 'rollback', to: 'v/1' })[0]?.text).toMatch(/^input to is "v\/1"/);
  });

  test('takes what is given', () => {
    const given = {
      app: 'web',
      namespace: 'prod',
      'dry-run': 'true',
      'require-verified': 'false',
      mode: 'promote',
      timeout: '90s',
      kubeconfig: '{}',
      context: 'c',
    };
    expect(inputs(given)).toMatchObject({
      app: 'web',
      namespace: 'prod',
      dryRun: true,
      requireVerified: false,
      timeout: 90_000,
      kubeconfig: '{}',
      context: 'c',
    });
  });

  test('the revision is by default the short commit', () => {
    expect(inputs({ revision: '' }, { GITHUB_SHA: '0123456789abcdef' }).revision).toBe('0123456');
    expect(only(problemsOf({ revision: '' })).text).toMatch(/^input revision is empty/);
  });

  test('addresses, one a line', () => {
    const text = '127.0.0.1:8080\n\n# comment\n  http://proxy.example.com \nhttps://[::1]:8443\n';
    expect(inputs({ addresses: text }).addresses).toEqual([
      { host: '127.0.0.1', port: 8080, tls: undefined },
      { host: 'proxy.example.com', port: 80, tls: false },
      { host: '::1', port: 8443, tls: true },
    ]);
  });

  test('images, one a line', () => {
    const text = 'ghcr.io/acme/web=ghcr.io/acme/web:v2\nlocalhost:5000/api=localhost:5000/api@sha256:abc\n';
    writeFileSync(join(folder, 'web.yaml'), '');
    const deploys = { mode: 'deploy-green', manifests: join(folder, 'web.yaml') };
    expect([...inputs({ ...deploys, images: text }).images]).toEqual([
      ['ghcr.io/acme/web', 'ghcr.io/acme/web:v2'],
      ['localhost:5000/api', 'localhost:5000/api@sha256:abc'],
    ]);
  });
});

describe('readInputs names the input, the value and what is allowed', () => {
  test.each<[string, string, RegExp]>([
    [
      'mode',
      'deploy',
      /^input mode is "deploy"; allowed: deploy-green, verify, promote, rollback, reject, retire, status, release, check; did you mean deploy-green\?$/,
    ],
    ['mode', '', /^input mode is empty; allowed: /],
    [
      'route',
      'shop',
      /^input route is "shop"; allowed: ingress\/<name> or httproute\/<name>, .*; did you mean ingress\/shop\?$/,
    ],
    ['route', 'ingres/shop', /; did you mean ingress\/shop\?$/],
    ['route', 'service/shop', /, or several, one on each line$/],
    ['app', 'Web', /^input app is "Web"; allowed: lower-case/],
    ['app', 'a'.repeat(41), /^input app is "a+"; allowed: lower-case letters, digits and -, at most 40 characters$/],
    ['namespace', 'a.b', /^input namespace is "a\.b"; allowed: /],
    ['revision', 'v1/2', /^input revision is "v1\/2"; allowed: at most 63/],
    ['timeout', '10', /^input timeout is "10"; allowed: a duration with a unit/],
    ['timeout', '', /^input timeout is empty; allowed: /],
    ['dry-run', 'yes', /^input dry-run is "yes"; allowed: true, false$/],
    ['deployment', 'yes', /^input deployment is "yes"; allowed: true, false$/],
    ['deployment', 'true', /^input token is empty; allowed: a token for GitHub/],
    ['environment', ' ', /^input environment is " "; allowed: the name of an environment$/],
    ['supersede', 'yes', /^input supersede is "yes"; allowed: true, false$/],
    ['require-verified', 'no', /^input require-verified is "no"; allowed: true, false$/],
    [
      'addresses',
      'proxy',
      /^input addresses is "proxy"; allowed: host:port, http:\/\/host\[:port\] or https:\/\/host\[:port\], one on each line$/,
    ],
    ['addresses', 'proxy:0', /^input addresses is "proxy:0"; allowed: /],
    ['addresses', 'proxy:65536', /^input addresses is "proxy:65536"; allowed: /],
    ['addresses', 'ftp://proxy:80', /^input addresses is "ftp:\/\/proxy:80"; allowed: /],
    ['config', 'proof: sometimes', /^input config: proof is "sometimes"/],
    ['config', 'a: 1\nb: [\nc: 2', /^input config line \d is not valid YAML: /],
    ['config', 'none.yaml', /^input config is "none\.yaml", and there is no such file/],
  ])('%s: %j', (name, value, sentence) => {
    expect(only(problemsOf({ [name]: value })).text).toMatch(sentence);
  });

  test('each wrong input is named once, also one that is wrong in two ways', () => {
    expect(problemsOf({ app: 'A'.repeat(70) })).toHaveLength(1);
  });

  test('a wrong route is no reason to call an app wrong that nobody gave', () => {
    expect(only(problemsOf({ route: 'service/shop' })).text).toMatch(
      /^input route is "service\/shop"; allowed: ingress/,
    );
  });

  test('all of them at once', () => {
    const problems = problemsOf({
      mode: 'x',
      route: 'y',
      timeout: 'z',
      'dry-run': 'w',
      addresses: 'a\nb',
      config: 'q: 1',
    });
    expect(problems).toHaveLength(7);
  });
});

test.each([
  ['ghcr.io/acme/web:v2', /^input images is "ghcr\.io\/acme\/web:v2"; allowed: name=reference/],
  ['web=', /^input images is "web="; allowed: /],
])('images: %j', (images, sentence) => {
  const [problem] = problemsOf({ mode: 'deploy-green', images });
  expect(problem?.text).toMatch(sentence);
});

describe('what belongs to another mode', () => {
  test.each(['manifests', 'values', 'images'])('%s is refused, and not read', (name) => {
    expect(only(problemsOf({ mode: 'promote', [name]: 'none.yaml' })).text).toBe(
      `input ${name} is set; allowed: nothing in mode promote, which works with what deploy-green recorded; only deploy-green, release and check use it`,
    );
  });

  test.each([
    ['verify', 'supersede', 'True', 'only deploy-green and release use it'],
    ['deploy-green', 'require-verified', 'FALSE', 'only promote and release use it'],
    ['status', 'to', 'v1', 'only rollback uses it'],
  ])('%s: %s', (mode, name, value, end) => {
    expect(problemsOf({ mode, [name]: value })[0]?.text).toBe(
      `input ${name} is set; allowed: nothing in mode ${mode}; ${end}`,
    );
  });

  test('credentials are for modes that read a cluster, and are not looked at otherwise', () => {
    const given = { mode: 'check', manifests: 'package.json', kubeconfig: 's3cr3t', context: 'prod' };
    const why = 'allowed: nothing in mode check, which reads no cluster and needs no credentials';
    expect(problemsOf(given).map(({ text }) => text)).toEqual([
      `input kubeconfig is set; ${why}`,
      `input context is set; ${why}`,
    ]);
  });

  test('a default asks for nothing', () => {
    expect(inputs({ supersede: 'False', 'require-verified': 'TRUE' }).supersede).toBe(false);
  });
});
