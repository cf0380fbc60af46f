import { writeFileSync } from 'node:fs';
import {
  createServer as createPlain,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Authority } from '../proof/certificates.ts';
import { passes } from './ingress-life.ts';
import { nginxPart } from './nginx-part.ts';
import { apply, ask, CONFIG, makeWorld, type World } from './world.ts';

/**
 * Hosts that send everybody to https, in the Ingress or in front of it, and applications that send everybody to a login:
 * whole releases without a false verdict. ingress-class.all.test.ts has the annotation.
 */

const cluster = inject('cluster');
const authority = new Authority('internal');
const BAKED = 'bake: {for: 2s, every: 250ms}\nca: ca.pem\n';

async function worldOf(name: string): Promise<World> {
  const world = await makeWorld(cluster, name, 'split', 1);
  writeFileSync(join(world.folder, 'ca.pem'), authority.cert);
  return world;
}

/** A whole release of a revision. */
async function release(world: World, revision: string, config: string, preview = `${world.host}/green/`) {
  const deployed = await passes(world, 'deploy-green', revision, { addresses: '', config });
  expect(deployed.outputs).toMatchObject({ 'preview-url': `https://${preview}`, proof: 'identity' });
  await passes(world, 'verify', revision, { addresses: '' });
  const { outputs, stdout } = await passes(world, 'promote', revision, { addresses: '' });
  expect(outputs).toMatchObject({ state: 'live', proof: 'identity', 'live-url': `https://${world.host}/` });
  expect(stdout).toContain('Baked: 0 of 8 attempts failed');
}

describe('everybody is sent to https', () => {
  test.each([
    ['below the live host', 'tls-redirect', '{host}/green/', ''],
    ['at a host that the same TLS covers', 'tls-host', 'green.{host}/', 'preview: {host: "green.{host}"}\n'],
  ])(
    'by the router, since the Ingress has TLS: the preview is %s',
    async (_, name, at, setting) => {
      const world = await worldOf(name);
      const hosts = [world.host, `*.${world.host}`];
      const { key, cert } = authority.issue(...hosts);
      const stringData = { 'tls.key': key, 'tls.crt': cert };
      await apply(cluster, world.namespace, [
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'shop' }, type: 'kubernetes.io/tls', stringData },
      ]);
      const tls = JSON.stringify({ spec: { tls: [{ hosts, secretName: 'shop' }] } });
      await world.kubectl('patch', 'ingress', 'web', '--type=merge', '-p', tls);
      const plain = async () => (await ask(cluster, world.host, '/')).status;
      await expect.poll(plain, { timeout: 30_000 }).toBe(308);
      const preview = at.replace('{host}', world.host);
      const ways = `addresses: ["http://${cluster.proxy}", "https://${cluster.proxyTls}"]\n`;
      try {
        for (const revision of ['v2', 'v3'])
          await release(world, revision, `${CONFIG}${BAKED}${setting}${ways}`, preview);
        expect(await plain()).toBe(308);
        const back = await passes(world, 'rollback', '', { addresses: '' });
        expect(back.outputs).toMatchObject({ state: 'rolled-back', proof: 'identity' });
      } finally {
        await world.end();
      }
    },
    300_000,
  );

  describe('by a balancer in front, of which the Ingress knows nothing', () => {
    let world: World;
    const servers: Server[] = [];
    let [plain, secure] = ['', ''];
    const listen = async (server: Server) => {
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    beforeAll(async () => {
      world = await worldOf('balanced');
      plain = await listen(
        createPlain(({ headers, url }, answer) => {
          answer.writeHead(301, { location: `https://${headers.host}${url}` }).end();
        }),
      );
      secure = await listen(createServer(authority.issue(world.host), passOn));
    });
    afterAll(async () => {
      for (const server of servers) server.close();
      await world?.end();
    });

    test('the error says at once that TLS is missing, and nobody is moved', async () => {
      const config = `${CONFIG}addresses: ["http://${plain}"]\n`.replace('settle:', 'within: 60s, settle:');
      const start = performance.now();
      const { exitCode, stdout } = await world.run('deploy-green', 'v2', { addresses: '', config });
      expect(exitCode).toBe(1);
      expect(stdout).toContain(`is answered with status 301, to https://${world.host}/green/`);
      expect(stdout).toContain('https://203.0.113.7:443');
      expect(performance.now() - start).toBeLessThan(50_000);
      await passes(world, 'reject', 'v2');
    }, 300_000);

    test('and all is proven through its port for TLS', async () => {
      const config = `${CONFIG}${BAKED}addresses: ["https://${secure}"]\n`;
      for (const revision of ['v2', 'v3']) await release(world, revision, config);
    }, 300_000);
  });
});

/** Passes a request on to the router, as a balancer does that ends TLS. */
function passOn(asked: IncomingMessage, answer: ServerResponse): void {
  const [host, port] = cluster.proxy.split(':');
  const headers = { ...asked.headers, 'x-forwarded-proto': 'https' };
  const sent = request({ host, port, path: asked.url, method: asked.method, agent: false, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  sent.on('error', () => answer.destroy());
  asked.pipe(sent);
}

describe('an application that sends everybody to a login', () => {
  const pages = (header: string) => `
    ${header}
    location = /healthz { return 200 "ok"; }
    location = /login { return 200 "who are you?"; }
    location / { return 302 /login; }`;
  /** A world whose next revisions are such an application. */
  const loginWorld = async (name: string, header: string) => {
    const world = await makeWorld(cluster, name, 'split', 1);
    const items = nginxPart(cluster, 'web', pages(header));
    writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    return world;
  };
  const location = async (world: World) => (await ask(cluster, world.host, '/')).headers.location;

  test('and says its revision with it is proven by the redirect, after a version without and one with a login', async () => {
    const world = await loginWorld('login', 'add_header X-Revision $(REVISION) always;');
    const config = `${CONFIG}bake: {for: 2s, every: 250ms}\n`;
    try {
      for (const revision of ['v2', 'v3']) {
        await passes(world, 'deploy-green', revision, { config });
        await passes(world, 'verify', revision);
        const { outputs } = await passes(world, 'promote', revision);
        expect(outputs).toMatchObject({ state: 'live', proof: 'identity' });
        expect(await location(world)).toBe('/login');
      }
      for (const to of ['v2', 'v1']) {
        const back = await passes(world, 'rollback', '', { to });
        expect(back.outputs).toMatchObject({ state: 'rolled-back', proof: 'identity' });
      }
    } finally {
      await world.end();
    }
  }, 300_000);

  test('and says nothing of itself is proven by a check that expects the redirect, as far as that goes', async () => {
    const world = await loginWorld('anonymous-login', '');
    // The version before is one too: it must not answer every path with a success.
    await world.kubectl('delete', 'deployment,service', 'web-v1');
    const labels = { app: 'web', revision: 'v1' };
    await apply(cluster, world.namespace, nginxPart(cluster, 'web-v1', pages(''), labels));
    await expect.poll(() => location(world), { timeout: 60_000 }).toBe('/login');
    const config = CONFIG.replace('identity: {header: X-Revision}\n', '').replace('GET /healthz', 'GET / 302');
    try {
      for (const revision of ['v2', 'v3']) {
        await passes(world, 'deploy-green', revision, { config });
        await passes(world, 'verify', revision);
        const { outputs, stdout } = await passes(world, 'promote', revision);
        expect(outputs).toMatchObject({ state: 'live', proof: 'none' });
        expect(stdout).toContain('proof: none');
        expect(await location(world)).toBe('/login');
      }
    } finally {
      await world.end();
    }
  }, 300_000);

  test('behind the preview path is found by a check that follows it: its login would be that of the live version', async () => {
    const world = await loginWorld('stray-login', 'add_header X-Revision $(REVISION) always;');
    const config = CONFIG.replace('GET /healthz', '{request: GET /, follow: true}');
    try {
      await passes(world, 'deploy-green', 'v2', { config });
      const { exitCode, stdout } = await world.run('verify', 'v2');
      expect(exitCode).toBe(1);
      expect(stdout).toContain(`redirects to http://${world.host}/login`);
      expect(stdout).toContain('[check-failed]');
    } finally {
      await world.end();
    }
  }, 300_000);
});
