import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import { passes } from './ingress-life.ts';
import { nginxPart } from './nginx-part.ts';
import { apply, ask, CONFIG, makeWorld, type World } from './world.ts';

/** Applications whose live Ingress asks an external auth service for each request: whole releases, with credentials. */

const KEY = 'nginx.ingress.kubernetes.io';
const TOKEN = 'Wool-Socks-1848';
/** Lets in who has the token, and says to nobody else who is there. */
const AUTH = `
    location / {
      if ($http_authorization = "Bearer ${TOKEN}") { return 200; }
      return 401;
    }`;
const given = { env: { SHOP_TOKEN: TOKEN } };
const credentials = 'requests: {auth: {bearer: "{env.SHOP_TOKEN}"}}\n';
/** The settling time is the router's own. */
const PLAIN = `router: nginx\n${CONFIG.replace(/^proof: .*\n/m, '')}`;
const config = `${PLAIN}${credentials}bake: {for: 2s, every: 250ms}\n`.replace(
  'checks: [GET /healthz]',
  'checks: [GET /healthz, {request: GET /, auth: none, expect: {status: "UNAUTHORIZED"}}]',
);

const ROUTERS: readonly [string, () => Promise<Cluster>][] = [
  ['Traefik', () => Promise.resolve(inject('cluster'))],
  ['the real ingress-nginx', () => openRouter(inject('cluster'), 'ingress-nginx', { replicas: 2 })],
];

describe.each(ROUTERS)('behind %s', (router, open) => {
  let cluster: Cluster;
  let world: World;
  beforeAll(async () => {
    cluster = await open();
    world = await makeWorld(cluster, router === 'Traefik' ? 'auth-traefik' : 'auth-nginx', 'split', 1);
    await apply(cluster, world.namespace, nginxPart(cluster, 'auth', AUTH));
    await world.kubectl('rollout', 'status', 'deployment/auth', '--timeout=60s');
  });
  afterAll(() => world?.end());

  const get = async (path = '/', token?: string) =>
    ask(cluster, world.host, path, token === undefined ? {} : { authorization: `Bearer ${token}` });
  /** Annotates the live Ingress, and awaits that who has no token gets this status, each time. */
  const protect = async (status: number, more: readonly string[] = []) => {
    const address = await world.kubectl('get', 'service', 'auth', '-o', 'jsonpath={.spec.clusterIP}');
    const annotations = [`${KEY}/auth-url=http://${address}/check`, ...more];
    await world.kubectl('annotate', 'ingress', 'web', '--overwrite', ...annotations);
    const statuses = async () => {
      const all = await Promise.all(Array.from({ length: 10 }, () => get()));
      return [...new Set(all.map((one) => one.status))];
    };
    await expect.poll(statuses, { timeout: 60_000 }).toEqual([status]);
    expect((await get('/', TOKEN)).headers['x-revision']).toBe('v1');
  };
  /** The run of a step with the credentials in its environment. */
  const step = (mode: string, revision: string, status: number) =>
    passes(world, mode, revision, { config: config.replace('"UNAUTHORIZED"', `${status}`) }, given);

  async function releaseWith(status: number): Promise<void> {
    const without = await world.run('deploy-green', 'v2', { config: PLAIN });
    expect(without.exitCode).toBe(1);
    expect(without.stdout).toContain(`is answered with status ${status}`);
    const runs = [];
    for (const mode of ['deploy-green', 'verify', 'promote']) runs.push(await step(mode, 'v2', status));
    expect(runs.map(({ outputs }) => outputs.proof)).toEqual(['identity', 'identity', 'identity']);
    expect(runs[0]?.outputs['preview-url']).toBe(`http://${world.host}/green/`);
    expect(runs[2]?.outputs).toMatchObject({ state: 'live' });
    expect(runs[2]?.stdout).toContain('Baked: 0 of 16 attempts failed');
    for (const { stdout, summary } of runs) {
      expect(stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(TOKEN);
      expect(summary).not.toContain(TOKEN);
    }
    expect((await get('/', TOKEN)).headers['x-revision']).toBe('v2');
    expect((await get()).status).toBe(status);
    expect((await step('rollback', '', status)).outputs).toMatchObject({ state: 'rolled-back', proof: 'identity' });
    await step('reject', 'v2', status);
  }

  test('that answers 401: proof, checks and bake carry the credentials, and the preview asks for them too', async () => {
    await protect(401);
    await step('deploy-green', 'v2', 401);
    await expect.poll(async () => (await get('/green/', TOKEN)).headers['x-revision'], { timeout: 20_000 }).toBe('v2');
    expect((await get('/green/')).status).toBe(401);
    await step('reject', 'v2', 401);
    await releaseWith(401);
  }, 300_000);

  // The nginx of the embedded ingress-nginx lacks the module that auth-signin needs.
  test.runIf(router === 'Traefik')(
    'that sends everybody else to a login',
    async () => {
      await protect(302, [`${KEY}/auth-signin=https://login.test/start`]);
      await releaseWith(302);
    },
    300_000,
  );
});
