import { mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { dump } from 'js-yaml';
import { afterAll, expect, inject, test, vi } from 'vitest';
import { kubectl } from '../../cluster/cluster.ts';
import { run } from '../../cluster/steps.ts';
import { Repository } from '../../harness/act.ts';
import { apply, ask } from '../e2e/world.ts';
import { snippetsOf, wholeWorkflow } from '../repository/files.ts';

/**
 * The workflows of the README as they are printed, with the account that docs/workflows.md says how to make, for an
 * application that knows nothing of Greenpath: nginx, under plain names, without a header or a page that says its version.
 */

const cluster = inject('cluster');
const [older, newer] = cluster.images.nginx;
const worlds: string[] = [];
const IMAGE = 'ghcr.io/acme/web';

afterAll(() => Promise.all(worlds.map((name) => kubectl(cluster, 'delete', 'namespace', name, '--wait=false'))));

/** What the team has in its folder k8s. */
const MANIFESTS = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [
            {
              name: 'web',
              image: `${IMAGE}:main`,
              ports: [{ containerPort: 80 }],
              readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  },
];
const ingress = (host: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web' },
  spec: {
    ingressClassName: 'nginx',
    rules: [
      {
        host,
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
        },
      },
    ],
  },
});

const visitors = async (host: string) => (await ask(cluster, host, '/')).headers.server;
const nginx = (image: string) => `nginx/${image.split(':')[1]}`;

/** The text with another in place of one that must be in it. */
function exchanged(text: string, old: string, replacement: string): string {
  expect(text).toContain(old);
  return text.replaceAll(old, replacement);
}

/** The commands of docs/workflows.md for an account; returns the kubeconfig that they would store as a secret. */
async function storedKubeconfig(namespace: string): Promise<string> {
  const [block = ''] =
    /^kubectl -n shop create serviceaccount[\s\S]*?^rm .*$/m.exec(readFileSync('docs/workflows.md', 'utf8')) ?? [];
  const role = 'https://raw.githubusercontent.com/greenpath/greenpath/v1/docs/role.yaml';
  const commands = exchanged(block, role, resolve('docs/role.yaml')).replaceAll(/\bshop\b/g, namespace);
  const folder = mkdtempSync(join(tmpdir(), 'greenpath-readme-'));
  symlinkSync(cluster.kubectl, join(folder, 'kubectl'));
  await run('sh', ['-euc', `gh() { cat >stored; }\n${commands}`], {
    cwd: folder,
    env: { PATH: `${folder}:${process.env.PATH}`, KUBECONFIG: cluster.kubeconfig },
  });
  return readFileSync(join(folder, 'stored'), 'utf8');
}

test.each([
  ['in one call', '/.github/workflows/release.yml@v1', ['Deploy green', 'Verify', 'Promote', 'Retire']],
  ['in one job', 'mode: release', ['all']],
  ['in jobs of your own', 'mode: deploy-green', ['deploy-green', 'verify', 'promote']],
])('%s', async (title, form, jobs) => {
  const namespace = `readme-${jobs.length}`;
  const host = `${namespace}.test`;
  worlds.push(namespace);
  await kubectl(cluster, 'create', 'namespace', namespace);
  const kubeconfig = await storedKubeconfig(namespace);
  const live = JSON.parse(JSON.stringify(MANIFESTS).replaceAll(`${IMAGE}:main`, older)) as object[];
  await apply(cluster, namespace, [...live, ingress(host)]);
  await vi.waitFor(async () => expect(await visitors(host)).toBe(nginx(older)), { timeout: 60_000 });

  const snippet = snippetsOf('README.md').find((text) => text.includes(form)) ?? '';
  expect(snippet, title).not.toBe('');
  const [checkout = ''] = /^ {6}- uses: actions\/checkout@.*\n.*\n/m.exec(snippetsOf('README.md').join('')) ?? [];
  const placed = exchanged(wholeWorkflow(snippet, checkout), 'namespace: shop', `namespace: ${namespace}`);
  const reached = placed.replaceAll(/^( *)namespace: .*$/gm, `$&\n$1addresses: '${cluster.proxy}'`);
  const everywhere = reached.replaceAll(/\{mode: \S+, /g, `$&addresses: '${cluster.proxy}', `);
  // No registry has an image for the commit.
  const workflow = exchanged(everywhere, `=${IMAGE}:\${{ github.sha }}`, `=${newer}`);
  const repository = await Repository.create({
    '.github/workflows/release.yml': workflow,
    'k8s/web.yaml': MANIFESTS.map((object) => dump(object)).join('---\n'),
    'k8s/ingress.yaml': dump(ingress(host)),
  });

  const { exitCode, log, jobs: ended } = await repository.event('push', { KUBECONFIG: kubeconfig });
  expect(exitCode, log).toBe(0);
  expect(ended).toEqual(Object.fromEntries(jobs.map((job) => [job, true])));
  expect(log).toContain('::set-output:: proof=difference');
  expect(await visitors(host)).toBe(nginx(newer));
});
