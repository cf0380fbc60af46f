import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { buildPrograms } from '../../cluster/build.ts';
import { RENDERERS } from '../../cluster/builds.ts';
import { requestsOf } from '../../harness/action.ts';
import { parseManifests } from '../../src/core/manifests/manifests.ts';
import { deployment, service } from './parts.ts';
import { makeWorld, type World } from './world.ts';

/** Kustomizations and charts are rendered by the real programs, whichever are on the runner's PATH. */

const cluster = inject('cluster');
let world: World;

beforeAll(async () => {
  const programs = await buildPrograms(console.log, [RENDERERS]);
  world = await makeWorld(cluster, 'rendering', 'split', 1);
  tools('all', { helm: programs('helm'), kustomize: programs('kustomize'), kubectl: cluster.kubectl });
  tools('kubectl-only', { kubectl: cluster.kubectl });
  tools('none', {});
  put('base/kustomization.yaml', 'resources: [web.json]\n');
  put(
    'base/web.json',
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [deployment(cluster, { name: 'web' }), service('web')] }),
  );
  put('overlay/kustomization.yaml', OVERLAY);
  execFileSync(programs('helm'), ['create', 'web'], { cwd: world.folder });
});
afterAll(() => world.end());

const OVERLAY = `resources: [../base]
configMapGenerator: [{name: settings, literals: [REVISION=v2]}]
patches:
  - patch: |
      - {op: replace, path: /spec/template/spec/containers/0/env, value: [{name: PART, value: web}]}
      - {op: add, path: /spec/template/spec/containers/0/envFrom, value: [{configMapRef: {name: settings}}]}
    target: {kind: Deployment}
`;
const VALUES = 'image: {repository: localhost/app, tag: "1"}\nservice: {port: 80}\nautoscaling: {enabled: true}\n';

function put(file: string, text: string): string {
  mkdirSync(join(world.folder, file, '..'), { recursive: true });
  writeFileSync(join(world.folder, file), text);
  return file;
}
function tools(name: string, programs: Record<string, string>): void {
  mkdirSync(join(world.folder, name), { recursive: true });
  for (const [program, path] of Object.entries(programs)) symlinkSync(path, join(world.folder, name, program));
}
/** A program of the runner's that is these lines of shell. */
function script(folder: string, name: string, lines: string): string {
  chmodSync(join(world.folder, put(`${folder}/${name}`, `#!/bin/sh\n${lines}\n`)), 0o755);
  return folder;
}
const deploy = (path: string, more: Record<string, string>) =>
  world.run('deploy-green', 'v2', more, { env: { PATH: join(world.folder, path) } });
const written = () => requestsOf(cluster, world.namespace).filter(({ verb }) => verb !== 'get' && verb !== 'list');

test('a kustomization is released; kustomize and kubectl make the same of it', async () => {
  const first = await deploy('all', { manifests: 'overlay' });
  expect(first.exitCode, first.stdout).toBe(0);
  expect(first.stdout).toContain('Rendered kustomization overlay by kustomize build');
  expect(first.stdout).toMatch(/created ConfigMap settings-\w+-v2/);
  expect(first.outputs).toMatchObject({ state: 'candidate', proof: 'identity', changed: 'true' });
  const second = await deploy('kubectl-only', { manifests: 'overlay' });
  expect(second.stdout).toContain('Rendered kustomization overlay by kubectl kustomize');
  expect(second.outputs, second.stdout).toMatchObject({ state: 'candidate', changed: 'false' });
  const { exitCode } = await world.run('reject', 'v2');
  expect(exitCode).toBe(0);
});

test("Helm's own example of a chart is accepted, with values from a file or as YAML", async () => {
  const outputs = await Promise.all(
    [VALUES, put('values.yaml', VALUES)].map((values) =>
      deploy('all', { manifests: 'web', values, 'dry-run': 'true' }),
    ),
  );
  for (const { exitCode, stdout, summary } of outputs) {
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('Rendered Helm chart web by helm template');
    for (const name of ['Deployment web-v2', 'Service web-v2', 'HorizontalPodAutoscaler web-v2', 'ServiceAccount web'])
      expect(stdout).toContain(`would create ${name}`);
    expect(summary).toContain('image: localhost/app:1');
    expect(stdout).not.toContain('test-connection');
  }
});

test('a chart is rendered for the namespace and the version of the cluster', async () => {
  const name = '{{ .Release.Name }}-{{ .Release.Namespace }}-{{ .Capabilities.KubeVersion.Version }}';
  put('for/Chart.yaml', 'apiVersion: v2\nname: for\nversion: 1.0.0\n');
  put('for/templates/config.yaml', `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${name}"}\n`);
  const { stdout } = await deploy('all', { manifests: 'base\nfor', 'dry-run': 'true' });
  const { serverVersion } = JSON.parse(await world.kubectl('version', '-o', 'json'));
  expect(stdout).toContain(`would create ConfigMap web-${world.namespace}-${serverVersion.gitVersion}-v2`);
});

test('what cannot be released is named with its template', async () => {
  put('bad/Chart.yaml', 'apiVersion: v2\nname: other-name\nversion: 1.0.0\n');
  put('bad/templates/set.yaml', 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\n');
  const { exitCode, stdout } = await deploy('all', { manifests: 'bad' });
  expect(exitCode).toBe(1);
  expect(stdout).toContain(
    'bad/templates/set.yaml: input manifests: there is no Deployment of this revision to release: StatefulSet db is a StatefulSet',
  );
});

test.each([
  ['overlay', 'kustomization overlay must be rendered, but neither kustomize nor kubectl is on this runner'],
  ['web', 'Helm chart web must be rendered, but helm is not on this runner'],
])('without a program for %s the step says what is missing, and writes nothing', async (manifests, sentence) => {
  const before = written().length;
  const { exitCode, stdout } = await deploy('none', { manifests });
  expect(exitCode).toBe(1);
  expect(stdout).toContain(sentence);
  expect(stdout).toContain('[render-failed]');
  expect(written().slice(before)).toEqual([]);
});

test('a program that fails is quoted, without secrets', async () => {
  const values = 'image: {tag: [}\n';
  const wrong = await deploy('all', { manifests: 'web', values: put('wrong.yaml', values) });
  expect(wrong.stdout).toMatch(/Helm chart web could not be rendered: helm ended with exit code 1\. Its last lines:/);
  expect(wrong.stdout).toContain('wrong.yaml');
  const lines = `/usr/bin/env > ${join(world.folder, 'env')}; echo "password=hunter2hunter2" >&2; exit 7`;
  const { exitCode, stdout } = await deploy(script('failing', 'helm', lines), { manifests: 'web', values: VALUES });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('helm ended with exit code 7');
  expect(stdout).toContain('password=***');
  const seen = readFileSync(join(world.folder, 'env'), 'utf8');
  expect(seen).toContain('GITHUB_OUTPUT=');
  expect(seen).not.toContain('INPUT_');
});

test('a program that cannot be started is named, and why', async () => {
  chmodSync(join(world.folder, put('broken/helm', '#!/no/such/interpreter\n')), 0o755);
  const { exitCode, stdout } = await deploy('broken', { manifests: 'web' });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('Helm chart web could not be rendered: helm could not be started: ');
  expect(stdout).toContain('[render-failed]');
});

test('a program that hangs is killed at the deadline', async () => {
  const pid = join(world.folder, 'pid');
  const hanging = script('hanging', 'helm', `echo $$ > ${pid}; exec /bin/sleep 1000`);
  const { exitCode, stdout } = await deploy(hanging, { manifests: 'web', timeout: '3s' });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('[timeout]');
  expect(existsSync(`/proc/${readFileSync(pid, 'utf8').trim()}`)).toBe(false);
});

test('scalars of files mean what they mean to kubectl', () => {
  const scalars = [
    '0400',
    '0o400',
    '0644',
    '-010',
    '089',
    '0b11',
    '1_000',
    '0_7',
    '0x1F',
    '1:30',
    '+12',
    '08.5',
    '1e3',
    '.5',
  ];
  const words = ['y', 'n', 'yes', 'No', 'on', 'OFF', 'true', '~', 'null', '2026-01-01', '<<', '"yes"', "'0400'"];
  const values = [...scalars, ...words].map((text, index) => `  v${index}: ${text}\n`).join('');
  const text = `apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec:\n${values}  m: &m {x: 1}\n  o: {<<: *m}\n`;
  put('scalars.yaml', text);
  const file = join(world.folder, 'scalars.yaml');
  const json = execFileSync(cluster.kubectl, ['label', '--local', '-o', 'json', '-f', file, 'a=b'], {
    encoding: 'utf8',
  });
  const { manifests } = parseManifests([{ from: file, text }]);
  expect(manifests[0]?.object.spec).toEqual(JSON.parse(json).spec);
});
