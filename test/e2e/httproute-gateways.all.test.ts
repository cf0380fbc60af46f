import { request } from 'node:https';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { GATEWAY } from '../../cluster/routers/traefik-gateway.ts';
import { Authority } from '../proof/certificates.ts';
import { actsIn } from './acts.ts';
import { deployment, service } from './parts.ts';
import { tellOneStory } from './story.ts';
import { allowOptional } from './whole-role.ts';
import { apply, ask, CONFIG, clusterOf, httpRoute, httpRule, makeWorld, untilAnswers, type World } from './world.ts';

/** Gateways that say how a route is reached: by TLS with a certificate of an internal CA, through two at once. One story. */

const authority = new Authority('internal');
const GROUP = 'gateway.networking.k8s.io';
const OLD = 'e2e-httproute-gateways-old';
let cluster: Cluster;
let world: World;
tellOneStory();

beforeAll(async () => {
  cluster = await clusterOf(inject('cluster'), 'httproute');
  world = await makeWorld(cluster, 'httproute-gateways', 'httproute', 1);
  await allowOptional(world);
  const { key, cert } = authority.issue(world.host, `green-${world.host}`);
  const [name, namespace] = ['secure', world.namespace];
  const secret = { 'tls.crt': Buffer.from(cert).toString('base64'), 'tls.key': Buffer.from(key).toString('base64') };
  await apply(cluster, namespace, [
    { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name }, data: secret },
    {
      apiVersion: `${GROUP}/v1`,
      kind: 'Gateway',
      metadata: { name },
      spec: {
        gatewayClassName: 'traefik',
        listeners: [
          { name: 'https', port: 8443, protocol: 'HTTPS', hostname: '*.test', tls: { certificateRefs: [{ name }] } },
        ],
      },
    },
  ]);
  await kubectlOld('create', 'namespace', OLD);
});
afterAll(async () => {
  await world.end();
  await kubectlOld('delete', 'namespace', OLD, '--wait=false');
});

/** The world's kubectl, whose last namespace counts. */
const kubectlOld = (...args: string[]) => world.kubectl(...args, '-n', OLD);
const { passes, refused } = actsIn(() => world);
const SECURE = { name: 'secure', sectionName: 'https' };
const config = () => `${CONFIG}ca: |\n${authority.cert.trim().replaceAll(/^/gm, '  ')}\n`;
const inputs = () => ({ addresses: `http://${cluster.proxy}\nhttps://${cluster.proxyTls}`, config: config() });

/** Who answers a host by TLS. */
function byTls(path = '/', servername = world.host): Promise<string> {
  const [host, port] = cluster.proxyTls.split(':');
  return new Promise((resolve) => {
    const sent = request(
      { host, port, path, servername, ca: authority.cert, agent: false, headers: { host: servername } },
      (response) => resolve(String(response.resume().headers['x-revision'])),
    );
    sent.on('error', ({ message }) => resolve(message));
    sent.end();
  });
}

async function attach(parentRefs: object[], hostnames: string[], rules?: object[]): Promise<void> {
  const route = httpRoute('web', hostnames, rules) as { spec: object };
  await apply(cluster, world.namespace, [{ ...route, spec: { ...route.spec, parentRefs } }]);
}

test('a route of a Gateway with TLS is released by https, since its listener says so', async () => {
  await attach([SECURE], [world.host]);
  await expect.poll(() => byTls(), { timeout: 30_000 }).toBe('v1');
  const { outputs } = await passes('deploy-green', 'v2', { ...inputs(), addresses: cluster.proxyTls });
  expect(outputs['preview-url']).toBe(`https://${world.host}/green/`);
  expect(await byTls('/green/')).toBe('v2');
  await passes('verify', 'v2', { addresses: cluster.proxyTls });
  const promoted = await passes('promote', 'v2', { addresses: cluster.proxyTls });
  expect(promoted.outputs).toMatchObject({ 'live-url': `https://${world.host}/`, proof: 'identity' });
  expect(await byTls()).toBe('v2');
});

test('a preview at a host of its own has the TLS of the same listener', async () => {
  const preview = `green-${world.host}`;
  const config = `${inputs().config}preview: {host: "green-{host}"}\n`;
  const { outputs } = await passes('deploy-green', 'v3', { ...inputs(), config, addresses: cluster.proxyTls });
  expect(outputs['preview-url']).toBe(`https://${preview}/`);
  expect([await byTls('/', preview), await byTls()]).toEqual(['v3', 'v2']);
  for (const mode of ['verify', 'promote']) await passes(mode, 'v3', { addresses: cluster.proxyTls });
  expect(await byTls()).toBe('v3');
});

test('a host that no listener takes is not requested, and a route that none takes is refused', async () => {
  const rules = [httpRule('web-v3')];
  await attach([SECURE], [world.host, 'shop.invalid'], rules);
  const { stdout } = await passes('deploy-green', 'v4', inputs());
  expect(stdout).toContain('shop.invalid of HTTPRoute web is not requested');
  await passes('reject', 'v4', { addresses: cluster.proxyTls });
  await attach([SECURE], ['shop.invalid'], rules);
  const refusal = await refused('route', 'deploy-green', 'v4', inputs());
  expect(refusal.stdout).toContain('https: *.test, HTTPS 8443, routes from Same');
});

test('a route of two Gateways, one of another namespace, is asked through both; a backend elsewhere stays', async () => {
  const role = ['--role=reader', `--serviceaccount=${world.namespace}:deployer`];
  const there = (...args: string[]) => world.kubectl(...args, '-n', GATEWAY.namespace);
  await there('delete', 'role,rolebinding', 'reader', '--ignore-not-found');
  await there('create', 'role', 'reader', '--verb=get', `--resource=gateways.${GROUP}`);
  await there('create', 'rolebinding', 'reader', ...role);
  await apply(cluster, OLD, [
    deployment(cluster, { name: 'web', revision: 'old' }),
    service('web'),
    {
      apiVersion: `${GROUP}/v1beta1`,
      kind: 'ReferenceGrant',
      metadata: { name: 'web' },
      spec: {
        from: [{ group: GROUP, kind: 'HTTPRoute', namespace: world.namespace }],
        to: [{ group: '', kind: 'Service' }],
      },
    },
  ]);
  const elsewhere = {
    matches: [{ path: { type: 'PathPrefix', value: '/old' } }],
    backendRefs: [{ name: 'web', namespace: OLD, port: 80 }],
  };
  await attach([SECURE, GATEWAY], [world.host], [elsewhere, httpRule('web-v3')]);
  await untilAnswers(cluster, world.host, 'v3');
  await untilAnswers(cluster, world.host, 'old', '/old/x');
  await passes('deploy-green', 'v4', inputs());
  const addresses = { addresses: inputs().addresses };
  await passes('verify', 'v4', addresses);
  const { stdout } = await passes('promote', 'v4', addresses);
  expect(stdout).toMatch(/Proven at the live URLs \(identity\)/);
  expect([await byTls(), (await ask(cluster, world.host, '/')).headers['x-revision']]).toEqual(['v4', 'v4']);
  expect((await ask(cluster, world.host, '/old/x')).headers['x-revision']).toBe('old');
  const { spec } = JSON.parse(await world.kubectl('get', 'httproute', 'web', '-o', 'json'));
  expect(spec.rules[0].backendRefs[0]).toMatchObject({ name: 'web', namespace: OLD });
});

test('a rollback parks first at a Gateway that the live route got since its release', async () => {
  const { rules } = JSON.parse(await world.kubectl('get', 'httproute', 'web', '-o', 'json')).spec;
  const { addresses } = inputs();
  await attach([SECURE], [world.host], rules);
  await passes('deploy-green', 'v5', inputs());
  await passes('reject', 'v5', { addresses });
  const parkedAt = async () => {
    const { spec } = JSON.parse(await world.kubectl('get', 'httproute', 'greenpath-web-parking', '-o', 'json'));
    return spec.parentRefs.map(({ name }: { name: string }) => name);
  };
  expect(await parkedAt()).toEqual([SECURE.name]);
  await attach([SECURE, GATEWAY], [world.host], rules);
  await untilAnswers(cluster, world.host, 'v4');
  const { stdout } = await passes('rollback', '', { addresses });
  expect(stdout).toContain('where the live route is served');
  expect(await parkedAt()).toEqual([SECURE.name, GATEWAY.name]);
  await untilAnswers(cluster, world.host, 'v3');
});
