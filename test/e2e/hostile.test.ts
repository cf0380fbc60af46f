import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { kubectl } from '../../cluster/cluster.ts';
import { type Outcome, prepare, runAction } from '../../harness/action.ts';
import { apply } from './world.ts';

/**
 * Promise 10: words that somebody else chose end up as text in the log: no workflow command, no output, no ANSI code; and
 * no credentials.
 */

const cluster = inject('cluster');
const namespace = 'cluster-hostile';
const folder = mkdtempSync(join(tmpdir(), 'greenpath-hostile-'));
const words =
  'MARK\n::set-output name=x::y\n  ::error::boom\r::add-mask::a\n::stop-commands::z\n##[error]bang\n\u001b[31mred' +
  '\n| cell |\n```\n# title\n<img src=x onerror=alert(1)> [link](https://evil.test) "] --> x';
let kubeconfig: string;

beforeAll(async () => {
  kubeconfig = await prepare(cluster, namespace);
  const labels = { app: 'web', revision: 'v1' };
  const service = { name: 'web-v1', port: { number: 80 } };
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service } }];
  await apply(cluster, namespace, [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web-v1' },
      spec: { selector: labels, ports: [{ port: 80 }] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'web' },
      spec: { ingressClassName: 'nginx', rules: [{ host: 'hostile.test', http: { paths } }] },
    },
  ]);
});
afterAll(() => kubectl(cluster, 'delete', 'namespace', namespace, '--wait=false'));

function manifests(kind = 'Deployment', image = 'x', name = 'web', label = 'web'): string {
  const labels = { app: label };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } };
  // What the server refuses to make pods of is not waited for.
  const spec = { progressDeadlineSeconds: 3, selector: { matchLabels: labels }, template };
  const objects = [
    { apiVersion: 'apps/v1', kind, metadata: { name }, spec },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 80 }] } },
  ];
  writeFileSync(join(folder, 'web.yaml'), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  return 'web.yaml';
}

/** A file of that name, as a glob that finds it, with an object that cannot be released. */
function named(name: string): string {
  writeFileSync(join(folder, name), `{kind: ${JSON.stringify('x')}}`);
  return 'MARK*.yaml';
}

const deploy = (inputs: Record<string, string>) =>
  runAction(
    {
      mode: 'deploy-green',
      route: 'ingress/web',
      namespace,
      revision: 'v2',
      manifests: 'web.yaml',
      addresses: cluster.proxy,
      kubeconfig,
      ...inputs,
    },
    { cwd: folder },
  );

/** What a runner would take as a command, whatever spaces come before it; errors of the action's own are allowed. */
function expectInert({ exitCode, stdout, outputs, summary }: Outcome): void {
  expect(exitCode).toBe(1);
  expect(stdout).toContain('MARK');
  const commands = stdout.split(/[\r\n]+/).filter((line) => /^\s*::/.test(line));
  expect(
    commands.filter(
      (line) =>
        !/^::(error( file=(web\.yaml|MARK[^:]*),line=\d+)?::(?!boom)|group::[A-Z][a-z]+$|endgroup::|add-mask::eyJ)/.test(
          line,
        ),
    ),
  ).toEqual([]);
  expect(stdout).not.toContain('##[');
  expect(stdout).not.toContain('\u001b');
  expect(outputs).not.toHaveProperty('x');
  expect(JSON.parse(outputs.json ?? '')).toMatchObject({ version: 2, error: { code: expect.any(String) } });
  expect(summary).toMatch(/^### ❌/);
  expect(summary).toContain('MARK');
  const unfenced = summary.replaceAll(/^(`{3,})(diff|mermaid|text)\n[\s\S]*?\n\1$/gm, '');
  expect(unfenced).not.toMatch(/<img|\]\(https|^\| cell|^# title|\u001b/m);
}

test.each<[string, () => Record<string, string>]>([
  ['a mode', () => ({ mode: words })],
  ['a route', () => ({ route: `ingress/${words}` })],
  ['a path of manifests', () => ({ manifests: words })],
  ['a word in the config', () => ({ config: JSON.stringify({ [words]: 1 }) })],
  ['a value in the config', () => ({ config: JSON.stringify({ preview: { path: words } }) })],
  ['the kind of an object', () => ({ manifests: manifests(words) })],
  ['the name of an object', () => ({ manifests: manifests('StatefulSet', 'x', words) })],
  ['a label', () => ({ manifests: manifests('Deployment', 'x', 'web', words) })],
  ['an image that the server refuses', () => ({ manifests: manifests('Deployment', ` ${words}`) })],
  ['a context', () => ({ context: words })],
  ['a line of 5 MB', () => ({ manifests: manifests(words.repeat(40_000)) })],
  ['the name of a file', () => ({ manifests: named(`${words.replaceAll('/', '_')}.yaml`) })],
])('%s', async (_, inputs) => {
  manifests();
  expectInert(await deploy(inputs()));
});

test('credentials are in no line, whether they work, are refused, or cannot be read', async () => {
  const token = /"token":"([^"]+)"/.exec(kubeconfig)?.[1] ?? '';
  expect(token.length).toBeGreaterThan(100);
  const broken = kubeconfig.replace(/^\{/, '{{{ ');
  const refused = kubeconfig.replace(token, `${token}x`);
  for (const [given, code] of [
    [kubeconfig, 'route'],
    [refused, 'unauthorized'],
    [broken, 'input'],
  ]) {
    const { stdout } = await deploy({ kubeconfig: given ?? '', route: 'ingress/none', manifests: manifests() });
    expect(stdout).toContain(`[${code}]`);
    expect(stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(token.slice(-40));
    if (code !== 'input') expect(stdout).toContain(`::add-mask::${given === refused ? `${token}x` : token}\n`);
  }
});
