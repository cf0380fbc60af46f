import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { apply, makeWorld, type World } from './world.ts';

/** What a stranger reads of what is mistyped or unusual. */

const cluster = inject('cluster');
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'words', 'split', 1);
});
afterAll(() => world.end());

test('a route for every host is shown by an address where it is served', async () => {
  const backend = { service: { name: 'web-v1', port: { number: 80 } } };
  await apply(cluster, world.namespace, [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'every-host' },
      spec: {
        ingressClassName: 'nginx',
        rules: [{ http: { paths: [{ path: '/every-host', pathType: 'Prefix', backend }] } }],
      },
    },
  ]);
  const { exitCode, stdout, summary, outputs } = await world.run('deploy-green', 'v2', {
    route: 'ingress/every-host',
    'dry-run': 'true',
    config: 'preview: {matching: regex, overlap: accept}\nproof: off\nrouter: nginx\n',
  });
  await world.kubectl('delete', 'ingress', 'every-host');
  expect(exitCode, stdout).toBe(0);
  expect(outputs['live-url']).toBe('http://127.0.0.1/');
  expect(stdout).toContain('Live: http://127.0.0.1/ is served by web-v1 (revision v1)');
  expect(stdout + summary).not.toContain('*/');
});

describe('a mistyped namespace', () => {
  const mistyped = { namespace: 'e2e-wrods' };

  test.each([
    ['deploy-green', 'false'],
    ['deploy-green', 'true'],
    ['status', 'false'],
  ])('%s, dry-run %s: an account of one namespace may do nothing there', async (mode, dryRun) => {
    const { exitCode, stdout } = await world.run(mode, 'v2', { ...mistyped, 'dry-run': dryRun });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('in namespace e2e-wrods: ');
    expect(stdout).toContain(
      'What to do: Check the input namespace first: it is e2e-wrods, and the account belongs to namespace e2e-words.',
    );
    expect(stdout).toContain('[forbidden]');
  });

  test.each([
    ['deploy-green', 'the namespace does not exist: namespaces "e2e-wrods" not found'],
    ['status', 'Check the input namespace first: there is neither a route nor a Service in e2e-wrods'],
  ])('%s: an account with all rights finds nothing', async (mode, sentence) => {
    const kubeconfig = readFileSync(cluster.kubeconfig, 'utf8');
    const { exitCode, stdout } = await world.run(mode, 'v2', { ...mistyped, kubeconfig });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain(sentence);
    expect(stdout).toContain('[route]');
  });
});

test('a mistyped revision, route or app: what exists, without what Greenpath made, and what was probably meant', async () => {
  const { exitCode, stdout } = await world.run('deploy-green', 'v2');
  expect(exitCode, stdout).toBe(0);
  const refused = (mode: string, revision: string, more = {}) => world.run(mode, revision, more);
  for (const mode of ['verify', 'promote'])
    expect((await refused(mode, 'v1.2')).stdout).toMatch(
      /^What failed: there is no revision v1\.2 of app web \(there: v2\)$/m,
    );
  const route = await refused('promote', 'v2', { route: 'ingress/wbe' });
  expect(route.stdout).toMatch(/^What failed: Ingress wbe does not exist in namespace e2e-words \(there: web\)$/m);
  expect(route.stdout).toMatch(/^What to do: Did you mean ingress\/web\? Check the inputs route and namespace\.$/m);
  expect(route.stdout).toMatch(/^More about route: https:\S+\/docs\/troubleshooting\.md#route$/m);
  expect(route.summary).toContain('/docs/troubleshooting.md#route');
  expect((await refused('promote', 'v2', { app: 'wbe' })).stdout).toMatch(
    /^What to do: Did you mean app web\? Check the inputs app and namespace, or run deploy-green first\.$/m,
  );
  await world.run('reject', 'v2');
});

describe('a manifest that cannot be released', () => {
  const put = (text: string) => {
    writeFileSync(join(world.folder, 'bad.yaml'), text);
    return { manifests: 'bad.yaml' };
  };
  const whole = (container: string) =>
    put(
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: x, ${container}}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n`,
    );
  const kind = (apiVersion: string, name: string, annotations = '') =>
    put(`apiVersion: ${apiVersion}\nkind: ${name}\nmetadata: {name: x${annotations}}\n`);

  test.each<[string, () => Record<string, string>, string[]]>([
    [
      'a Secret that is not base64',
      () => put('apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {password: hunter2-hunter2!}\n'),
      ['::error file=bad.yaml,line=1::Secret db: data.password is not base64', '[manifest]'],
    ],
    [
      'a quantity that is none',
      () => whole('resources: {limits: {memory: 5XX}}'),
      ['::error file=bad.yaml,line=1::the API server refused patch deployments web-v2: ', '[refused-by-server]'],
    ],
    [
      'a kind of the whole cluster, where the config wants no such objects, although it is annotated as shared',
      () => ({
        ...kind('rbac.authorization.k8s.io/v1', 'ClusterRole', ', annotations: {greenpath.dev/shared: "true"}'),
        config: 'others: refuse',
      }),
      ['ClusterRole x cannot be released: it belongs to the whole cluster', 'apply it with kubectl before the release'],
    ],
    [
      'an Ingress of a version that no server has',
      () => kind('extensions/v1beta1', 'Ingress'),
      [
        'Ingress x has apiVersion extensions/v1beta1, which Kubernetes has not served since 1.22; use networking.k8s.io/v1',
      ],
    ],
    [
      'a kustomization that a glob finds',
      () => {
        writeFileSync(join(world.folder, 'kustomization.yaml'), 'resources: [web.json]\n');
        return { manifests: '*.yaml' };
      },
      ['"*.yaml" finds kustomization.yaml, which is a part of the kustomization .: name that folder'],
    ],
  ])('%s', async (_, inputs, sentences) => {
    const { exitCode, stdout, summary } = await world.run('deploy-green', 'v2', inputs());
    expect(exitCode, stdout).toBe(1);
    for (const sentence of sentences) expect(stdout).toContain(sentence);
    expect(stdout + summary).not.toMatch(/hunter2|API server has recovered/);
  });

  test('a kind that only the server knows to be of the whole cluster', async () => {
    const names = { plural: 'planets', singular: 'planet', kind: 'Planet' };
    const schema = { openAPIV3Schema: { type: 'object' } };
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'planets.words.test' },
      spec: {
        group: 'words.test',
        scope: 'Cluster',
        names,
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    };
    await apply(cluster, world.namespace, [crd]);
    await world.kubectl('wait', 'crd/planets.words.test', '--for=condition=Established', '--timeout=30s');
    const shared = ', annotations: {greenpath.dev/shared: "true"}';
    const { manifests } = kind('words.test/v1', 'Planet', shared);
    const text = readFileSync(join(world.folder, 'bad.yaml'), 'utf8');
    whole('ports: []');
    writeFileSync(
      join(world.folder, 'bad.yaml'),
      `${text}---\n${readFileSync(join(world.folder, 'bad.yaml'), 'utf8')}`,
    );
    const { exitCode, stdout } = await world.run('deploy-green', 'v2', { manifests: manifests ?? '' });
    await world.kubectl('delete', 'crd', 'planets.words.test');
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain(
      '::error file=bad.yaml,line=1::Planet x cannot be released: it belongs to the whole cluster',
    );
  });
});
