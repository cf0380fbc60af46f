import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { kubectl } from '../../cluster/cluster.ts';
import { prepare, runAction } from '../../harness/action.ts';
import { countBy, isLost, Load } from '../../harness/load.ts';
import { apply, ask } from './world.ts';

/** examples/nginx, as a team has it: one Ingress, blue live, green's files beside it. Every sentence of the pattern. */

const cluster = inject('cluster');
const namespace = 'e2e-example';
const [older, newer] = cluster.images.nginx;
const folder = mkdtempSync(join(tmpdir(), 'greenpath-example-'));
let kubeconfig: string;

const documents = (file: string) =>
  readFileSync(join('examples/nginx', file), 'utf8')
    .split(/^---$/m)
    .map((text) => load(text) as object);
const visit = async (path: string) => {
  const { status, headers, body } = await ask(cluster, 'example.com', path);
  return { status, path: headers['x-path'], server: headers.server, body: body.trim() };
};
const blue = { status: 200, server: `nginx/${older.split(':')[1]}`, body: '<h1>This is blue</h1>' };
const green = { status: 200, server: `nginx/${newer.split(':')[1]}`, body: '<h1>This is green</h1>' };
const run = (mode: string, config?: string) => {
  const deploy = { manifests: '*.yaml', images: `nginx=${newer}` };
  const inputs = {
    mode,
    route: 'ingress/nginx',
    namespace,
    revision: 'v1.24.0',
    addresses: cluster.proxy,
    timeout: '90s',
    kubeconfig,
  };
  return runAction(
    { ...inputs, ...(mode === 'deploy-green' ? deploy : {}), ...(config === undefined ? {} : { config }) },
    { cwd: folder },
  );
};

/** Pages of green's in a folder of their own, with a script beside them. nginx answers whatever is not there with its page. */
const PAGES = {
  'root.html': '<link rel="stylesheet" href="/pages/style.css"><a href="/cart">Cart</a>',
  'gone.html': '<script src="gone.js"></script>',
  'good.html': '<script type="module" src="app.js"></script>',
  'app.js': 'document.title = "green";',
};
const withPages = (green: string) =>
  `${green
    .replace(/^( +)volumeMounts:\n/m, '$&$1  - {name: pages, mountPath: /usr/share/nginx/html/pages}\n')
    .replace(
      /^( +)volumes:\n/m,
      '$&$1  - {name: pages, configMap: {name: nginx-pages}}\n',
    )}---\n${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'nginx-pages' }, data: PAGES })}\n`;

beforeAll(async () => {
  for (const file of ['ingress.yaml', 'shared.yaml', 'blue.yaml', 'green.yaml'])
    copyFileSync(join('examples/nginx', file), join(folder, file));
  writeFileSync(join(folder, 'green.yaml'), withPages(readFileSync('examples/nginx/green.yaml', 'utf8')));
  kubeconfig = await prepare(cluster, namespace);
  const text = JSON.stringify([...documents('shared.yaml'), ...documents('blue.yaml'), ...documents('ingress.yaml')]);
  await apply(cluster, namespace, JSON.parse(text.replaceAll('"nginx:1.22.0"', JSON.stringify(older))));
  await kubectl(cluster, '-n', namespace, 'rollout', 'status', 'deployment/nginx-v1-22-0', '--timeout=60s');
  await vi.waitFor(async () => expect(await visit('/foo')).toEqual({ ...blue, path: '/foo' }), { timeout: 30_000 });
});
afterAll(() => kubectl(cluster, 'delete', 'namespace', namespace, '--wait=false'));

/** What verify says of pages at the preview, and of what a browser would load with them. */
async function lookAtPages(): Promise<void> {
  const verify = (name: string) =>
    run('verify', `checks: [{request: GET /pages/${name}.html, page: true, retries: 0}]\nverify: {passes: 1}\n`);
  const root = await verify('root');
  expect(root.exitCode).toBe(1);
  expect(root.stdout).toContain(
    'names 1 asset (scripts, stylesheets, images) and 1 link without /green in front, such as /pages/style.css',
  );
  expect(root.stdout).toContain(
    "/pages/style.css (stylesheet): a browser gets the live version's, since it does not begin with /green",
  );
  const gone = await verify('gone');
  expect(gone.exitCode).toBe(1);
  expect(gone.stdout).toContain('/green/pages/gone.js (script): content-type is "text/html"; expected JavaScript');
  const good = await verify('good');
  expect(good.exitCode, good.stdout).toBe(0);
  expect(good.stdout).toContain(
    '✓ GET /pages/good.html and its assets at http://example.com/green/pages/good.html: passed, with 1 asset, slowest',
  );
}

test('from 1.22 to 1.26 without anybody noticing, and back is one path away', async () => {
  const traffic = new Load({ proxy: cluster.proxy, host: 'example.com', identify: (_, body) => body.trim() }, 100);
  traffic.add({ client: 'fresh', path: '/foo', rate: 60 });
  traffic.add({ client: 'kept-alive', path: '/', rate: 60 });

  const deployed = await run('deploy-green');
  expect(deployed.exitCode, deployed.stdout).toBe(0);
  expect(deployed.outputs).toMatchObject({
    app: 'nginx',
    revision: 'v1.24.0',
    'previous-revision': 'v1.22.0',
    'preview-url': 'http://example.com/green/',
    state: 'candidate',
  });
  // Both run side by side, and the application knows nothing of the prefix.
  expect(await visit('/foo')).toEqual({ ...blue, path: '/foo' });
  expect(await visit('/green/foo')).toEqual({ ...green, path: '/foo' });
  expect(await visit('/green')).toEqual({ ...green, path: '/' });
  expect(await visit('/green/')).toEqual({ ...green, path: '/' });
  expect(await visit('/green/new')).toEqual({ ...green, path: '/new' });
  expect(await visit('/greenish')).toEqual({ ...blue, path: '/greenish' });

  await lookAtPages();
  expect((await run('verify')).outputs).toMatchObject({ state: 'verified', proof: 'difference' });
  expect(await visit('/foo')).toEqual({ ...blue, path: '/foo' });

  const promoted = await run('promote');
  expect(promoted.exitCode, promoted.stdout).toBe(0);
  expect(promoted.outputs).toMatchObject({
    state: 'live',
    proof: 'difference',
    'previous-revision': 'v1.22.0',
    'live-url': 'http://example.com/',
    'preview-url': '',
  });
  expect(await visit('/foo')).toEqual({ ...green, path: '/foo' });
  const ingress = JSON.parse(await kubectl(cluster, '-n', namespace, 'get', 'ingress', 'nginx', '-o', 'json'));
  expect(ingress.spec.rules[0].http.paths).toEqual([
    {
      path: '/()(.*)',
      pathType: 'ImplementationSpecific',
      backend: { service: { name: 'nginx-v1-24-0', port: { number: 80 } } },
    },
  ]);
  const status = await run('status');
  expect(JSON.parse(status.outputs.json ?? '').status.stacks).toMatchObject([
    { revision: 'v1.24.0', role: 'live', handMade: false, ready: [expect.stringContaining('nginx-v1-24-0')] },
    { revision: 'v1.22.0', role: 'previous', handMade: true, ready: [expect.stringContaining('nginx-v1-22-0')] },
  ]);
  expect(status.outputs['previous-revision']).toBe('v1.22.0');
  expect(status.stdout).toContain('stack v1.22.0: previous, created by hand, nginx-v1-22-0, 1 of 1 pods ready');
  // The proxy drops the preview path within its throttle; then it is an ordinary path of the live application.
  await expect.poll(() => visit('/green/foo'), { timeout: 10_000 }).toEqual({ ...green, path: '/green/foo' });

  const answers = await traffic.stop();
  expect(answers.filter(isLost)).toEqual([]);
  expect(Object.keys(countBy(answers, ({ who }) => who)).toSorted()).toEqual([blue.body, green.body]);
});

test('a ConfigMap that both sides read: keys may be added, none that the live side reads may change', async () => {
  const next = readFileSync('examples/nginx/green.yaml', 'utf8')
    .replaceAll('v1.24.0', 'v1.30.0')
    .replaceAll('v1-24-0', 'v1-30-0');
  writeFileSync(join(folder, 'next.yaml'), next);
  const plan = (shared: string) => {
    writeFileSync(join(folder, 'next-shared.yaml'), shared);
    const inputs = { mode: 'deploy-green', route: 'ingress/nginx', namespace, addresses: cluster.proxy, kubeconfig };
    return runAction(
      { ...inputs, revision: 'v1.30.0', manifests: 'next*.yaml', images: `nginx=${newer}`, 'dry-run': 'true' },
      { cwd: folder },
    );
  };
  const shared = readFileSync('examples/nginx/shared.yaml', 'utf8');
  const changed = await plan(shared.replace('This is green', 'Other'));
  expect(changed.exitCode).toBe(1);
  expect(changed.stdout).toContain(
    'ConfigMap nginx-config is shared with the live version, and this would change green',
  );
  const added = await plan(`${shared}  next: text\n`);
  expect(added.exitCode, added.stdout).toBe(0);
  expect(added.stdout).toContain('would change ConfigMap nginx-config\n');
});
