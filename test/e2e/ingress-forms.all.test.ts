import { writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { kubectl } from '../../cluster/cluster.ts';
import { Load } from '../../harness/load.ts';
import { Authority } from '../proof/certificates.ts';
import { deployment, ingress, service } from './parts.ts';
import { ask, CONFIG, makeWorld, untilAnswers, type World } from './world.ts';

/** Live Ingresses of the manifests that rewrite paths, name no class, or leave TLS to what is in front: whole lives. */

const cluster = inject('cluster');
const KEY = 'nginx.ingress.kubernetes.io';

/** An empty namespace, and manifests of `web` and `api` with this live Ingress. */
async function firstRelease(name: string, route: (host: string) => object): Promise<World> {
  const world = await makeWorld(cluster, name, 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  await expect.poll(async () => (await ask(cluster, world.host, '/')).status, { timeout: 20_000 }).toBe(404);
  const parts = ['web', 'api'].flatMap((part) => [deployment(cluster, { name: part }), service(part)]);
  const items = [...parts, route(world.host)];
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  return world;
}
async function passes(world: World, mode: string, revision = '', more: Record<string, string> = {}) {
  const outcome = await world.run(mode, revision, more);
  expect(outcome.exitCode, `${mode} ${revision}\n${outcome.stdout}`).toBe(0);
  return outcome;
}
async function release(world: World, revision: string, more: Record<string, string> = {}): Promise<void> {
  await passes(world, 'deploy-green', revision, more);
  for (const mode of ['verify', 'promote']) await passes(world, mode, revision);
}
/** Which part and revision answer, and what path the application got. */
async function at(host: string, path: string): Promise<string> {
  const { headers } = await ask(cluster, host, path);
  return [headers['x-part'], headers['x-revision'], headers['x-path']].filter((one) => one !== undefined).join(' ');
}

describe('the live Ingress rewrites paths, and the preview does as it does', () => {
  type Given = readonly [path: string, service: string];
  test.each<[string, string, string, readonly Given[], readonly string[]]>([
    [
      'every path to /',
      'constant',
      '/',
      [
        ['/app', 'web'],
        ['/other', 'api'],
      ],
      ['/app', '/other', '/other/x'],
    ],
    [
      'the same beside /',
      'constant-root',
      '/',
      [
        ['/', 'web'],
        ['/api', 'api'],
      ],
      ['/', '/x/y', '/api'],
    ],
    [
      'what is captured first',
      'group',
      '/$1',
      [
        ['/?(.*)', 'web'],
        ['/api/?(.*)', 'api'],
      ],
      ['/x', '/api/x', '/api/'],
    ],
    [
      'to another prefix',
      'own',
      '/v1/$1',
      [
        ['/app/(.*)', 'web'],
        ['/api/(.*)', 'api'],
      ],
      ['/app/x', '/api/y/z'],
    ],
    [
      'a prefix away',
      'strip',
      '/$2',
      [
        ['/()(.*)', 'web'],
        ['/api(/|$)(.*)', 'api'],
      ],
      ['/x', '/api', '/api/x'],
    ],
  ])('%s', async (_, name, target, paths, asked) => {
    const world = await firstRelease(`rewrite-${name}`, (host) =>
      ingress(
        'web',
        paths.map(([path, part]) => ({ host, path, service: part, pathType: 'ImplementationSpecific' })),
        { [`${KEY}/rewrite-target`]: target },
      ),
    );
    const config = CONFIG.replace('GET /healthz', `GET ${asked[0]}`);
    const identify = (headers: Record<string, unknown>) => String(headers['x-revision']);
    const load = new Load({ proxy: cluster.proxy, host: world.host, identify }, 300);
    const live = (revision: string) =>
      Promise.all(asked.map(async (path) => (await at(world.host, path)).replace(revision, 'R')));
    try {
      await passes(world, 'deploy-green', 'v1', { config });
      const green = await Promise.all(asked.map(async (path) => at(world.host, `/green${path}`)));
      for (const mode of ['verify', 'promote']) await passes(world, mode, 'v1');
      const before = await live('v1');
      expect(green.map((answer) => answer.replace('v1', 'R'))).toEqual(before);
      for (const path of asked) load.add({ client: 'fresh', path, rate: 10 });
      await passes(world, 'deploy-green', 'v2', { config });
      const next = await Promise.all(asked.map(async (path) => at(world.host, `/green${path}`)));
      expect(next.map((answer) => answer.replace('v2', 'R'))).toEqual(before);
      expect(await live('v1')).toEqual(before);
      for (const mode of ['verify', 'promote']) await passes(world, mode, 'v2');
      expect(await live('v2')).toEqual(before);
      await passes(world, 'rollback');
      expect(await live('v1')).toEqual(before);
      const { stdout } = await passes(world, 'retire', '', { config: `${config}keep: 0\ndrain: 1s\n` });
      expect(stdout).toContain('deleted Deployment web-v2');
      const answers = await load.stop();
      expect(answers.length).toBeGreaterThan(100);
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    } finally {
      await load.stop();
      await world.end();
    }
  });
});

describe('without a class', () => {
  const unclassed = (host: string, annotations = {}) => {
    const { spec, ...route } = ingress('web', [{ host, path: '/', service: 'web' }], annotations) as { spec: object };
    return { ...route, spec: { ...spec, ingressClassName: undefined } };
  };
  const setDefault = (value: string) =>
    kubectl(cluster, 'annotate', 'ingressclass/nginx', `ingressclass.kubernetes.io/is-default-class${value}`);
  const classes = async (world: World) => {
    const { items } = JSON.parse(await world.kubectl('get', 'ingress', '-o', 'json'));
    return items.map(({ spec }: { spec: { ingressClassName?: string } }) => spec.ingressClassName);
  };
  afterEach(() => setDefault('-'));

  test('refused where the cluster has no default; with one, all of the app gets it, each time', async () => {
    const world = await firstRelease('default-class', (host) => unclassed(host));
    try {
      const without = await world.run('deploy-green', 'v1');
      expect(without.stdout).toContain('Ingress web names no class, and the cluster has no default one');
      expect(without.stdout).toContain('[route]');
      expect(without.outputs.changed).toBe('false');
      await setDefault('=true');
      const { stdout } = await passes(world, 'deploy-green', 'v1');
      expect(stdout).toContain("Ingress web names no class, and gets the cluster's default, nginx");
      // The default may change before the first promote.
      await setDefault('-');
      for (const mode of ['verify', 'promote']) await passes(world, mode, 'v1');
      expect(await classes(world)).toEqual(['nginx', 'nginx']);
      await release(world, 'v2');
      await untilAnswers(cluster, world.host, 'v2');
      await passes(world, 'rollback');
      await untilAnswers(cluster, world.host, 'v1');
    } finally {
      await world.end();
    }
  });

  test('but in the old annotation: preview and parking have it there too', async () => {
    const annotations = { 'kubernetes.io/ingress.class': 'nginx' };
    const world = await firstRelease('old-class', (host) => unclassed(host, annotations));
    try {
      await setDefault('=true');
      for (const revision of ['v1', 'v2']) await release(world, revision);
      await untilAnswers(cluster, world.host, 'v2');
      expect(await classes(world)).toEqual([undefined, undefined]);
    } finally {
      await world.end();
    }
  });
});

describe('force-ssl-redirect, and TLS that ends in front of the router', () => {
  const authority = new Authority('internal');
  /** A load balancer that ends TLS, and reaches the router by TLS, whatever its certificate. */
  async function front(host: string): Promise<Server> {
    const [address, port] = cluster.proxyTls.split(':');
    const server = createServer(authority.issue(host), (asked, answer) => {
      const { url: path, headers, method } = asked;
      const to = { host: address, port, path, method, headers, agent: false, rejectUnauthorized: false } as const;
      const sent = request({ ...to, servername: host }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      sent.on('error', () => answer.destroy());
      asked.pipe(sent);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  test('every mode connects as visitors do, without a protocol in the config', async () => {
    const redirects = { [`${KEY}/force-ssl-redirect`]: 'true' };
    const world = await firstRelease('forced', (host) =>
      ingress('web', [{ host, path: '/', service: 'web' }], redirects),
    );
    const server = await front(world.host);
    writeFileSync(join(world.folder, 'ca.pem'), authority.cert);
    const { port } = server.address() as AddressInfo;
    const config = `${CONFIG}addresses: {${world.host}: "127.0.0.1:${port}"}\nca: ca.pem\n`;
    const step = (mode: string, revision: string, more = {}) =>
      passes(world, mode, revision, { addresses: '', ...more });
    try {
      for (const revision of ['v1', 'v2']) {
        const deployed = await step('deploy-green', revision, { config });
        expect(deployed.outputs['preview-url']).toBe(`https://${world.host}/green/`);
        await step('verify', revision);
        const promoted = await step('promote', revision);
        expect(promoted.outputs).toMatchObject({ state: 'live', proof: 'identity', revision });
      }
      expect((await ask(cluster, world.host, '/')).status).toBe(308);
      await step('rollback', '');
    } finally {
      server.close();
      await world.end();
    }
  });
});
