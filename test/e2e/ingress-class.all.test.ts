import { writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { kubectl } from '../../cluster/cluster.ts';
import { Authority } from '../proof/certificates.ts';
import { firstRelease, passes, release } from './ingress-life.ts';
import { ingress } from './parts.ts';
import { ask, CONFIG, untilAnswers, type World } from './world.ts';

/** Live Ingresses that leave to the cluster who serves them, or TLS to what is in front: whole lives. */

const cluster = inject('cluster');
const KEY = 'nginx.ingress.kubernetes.io';

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
    const world = await firstRelease(cluster, 'default-class', (host) => unclassed(host));
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
    const world = await firstRelease(cluster, 'old-class', (host) => unclassed(host, annotations));
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
    const world = await firstRelease(cluster, 'forced', (host) =>
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
