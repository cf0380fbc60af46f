import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Authority } from '../proof/certificates.ts';
import { apply, CONFIG, makeWorld, untilAnswers, type World } from './world.ts';

/** One site with a host without TLS, one with TLS by an internal CA, and a wildcard; and TLS that ends in front of the router. */

const cluster = inject('cluster');
const [proxyHost, proxyPort] = cluster.proxy.split(':');
const authority = new Authority('internal');
const SECURE = 'secure.ways.test';
const WILD = 'wild-ways.test';
let world: World;
let front: Server;
beforeAll(async () => {
  world = await makeWorld(cluster, 'ways', 'split', 1);
  writeFileSync(join(world.folder, 'ca.pem'), authority.cert);
  const { key, cert } = authority.issue(SECURE);
  await apply(cluster, world.namespace, [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'secure' },
      type: 'kubernetes.io/tls',
      stringData: { 'tls.key': key, 'tls.crt': cert },
    },
  ]);
  // A load balancer: it ends TLS, and says so.
  front = createServer(authority.issue(world.host), (asked, answer) => {
    const headers = { ...asked.headers, 'x-forwarded-proto': 'https' };
    const sent = request({ host: proxyHost, port: proxyPort, path: asked.url, agent: false, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    sent.on('error', () => answer.destroy());
    asked.pipe(sent);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  front.close();
  await world.end();
});
const WAYS = `${CONFIG}addresses: ["http://${cluster.proxy}", "https://${cluster.proxyTls}"]\nhosts: [acme.${WILD}]\n`;
/** Without the input `addresses`, so that the config counts. */
const run = (mode: string, revision: string, config = '', env: Record<string, string> = {}) =>
  world.run(mode, revision, { addresses: '', ...(config === '' ? {} : { config }) }, { env });

test('TLS that ends in front of the router: the config says so once, for every mode', async () => {
  const { port } = front.address() as AddressInfo;
  const config = `${CONFIG}addresses: {${world.host}: "https://127.0.0.1:${port}"}\nca: ca.pem\n`;
  const deployed = await run('deploy-green', 'v2', config);
  expect(deployed.exitCode, deployed.stdout).toBe(0);
  expect(deployed.outputs['preview-url']).toBe(`https://${world.host}/green/`);
  const verified = await run('verify', 'v2');
  expect(verified.outputs, verified.stdout).toMatchObject({ state: 'verified' });
  const promoted = await run('promote', 'v2');
  expect(promoted.outputs, promoted.stdout).toMatchObject({
    state: 'live',
    proof: 'identity',
    'live-url': `https://${world.host}/`,
  });
  const back = await run('rollback', '');
  expect(back.outputs, back.stdout).toMatchObject({ state: 'rolled-back' });
  await untilAnswers(cluster, world.host, 'v1');
  expect((await run('reject', 'v2')).exitCode).toBe(0);
});

test('one list of addresses for hosts with and without TLS, and a wildcard', async () => {
  const { spec } = JSON.parse(await world.kubectl('get', 'ingress', 'web', '-o', 'json'));
  const [rule] = spec.rules;
  const rules = [rule, { ...rule, host: SECURE }, { ...rule, host: `*.${WILD}` }];
  const patch = JSON.stringify({ spec: { rules, tls: [{ hosts: [SECURE], secretName: 'secure' }] } });
  await world.kubectl('patch', 'ingress', 'web', '--type=merge', '-p', patch);
  // Traefik sends every host of an Ingress with TLS there, also one without.
  await world.kubectl('annotate', 'ingress', 'web', 'nginx.ingress.kubernetes.io/ssl-redirect=false');
  await untilAnswers(cluster, `acme.${WILD}`, 'v1');

  const untrusted = await run('deploy-green', 'v3', WAYS.replace('settle:', 'within: 4s, settle:'));
  expect(untrusted.exitCode).toBe(1);
  expect(untrusted.stdout).toContain(`https://${SECURE}/green/ through ${cluster.proxyTls}`);
  expect(untrusted.stdout).toContain('Set an internal CA in the config (ca)');

  const byFile = await run('deploy-green', 'v3', WAYS, { NODE_EXTRA_CA_CERTS: join(world.folder, 'ca.pem') });
  expect(byFile.exitCode, byFile.stdout).toBe(0);
  expect((await run('reject', 'v3')).exitCode).toBe(0);

  const deployed = await run('deploy-green', 'v4', `${WAYS}ca: ca.pem\n`);
  expect(deployed.exitCode, deployed.stdout).toBe(0);
  expect(deployed.stdout).not.toContain('greenpath-probe');
  expect(deployed.stdout).not.toContain('No host of the live routes uses');
  expect((await run('verify', 'v4')).exitCode).toBe(0);
  const promoted = await run('promote', 'v4');
  expect(promoted.outputs, promoted.stdout).toMatchObject({ state: 'live', proof: 'identity' });
  const back = await run('rollback', '');
  expect(back.outputs, back.stdout).toMatchObject({ state: 'rolled-back' });
  expect((await run('reject', 'v4')).exitCode).toBe(0);
});

test('settings without effect are reported', async () => {
  const config = `${CONFIG}addresses: {other.test: "10.0.0.1:80", "*": "${cluster.proxy}"}\nhosts: [else.test]\n`;
  const { stdout } = await world.run('deploy-green', 'v5', { addresses: '', config, 'dry-run': 'true' });
  expect(stdout).toContain(
    'No host of the live routes uses the entries of addresses and hosts for 10.0.0.1:80, else.test',
  );
  expect(stdout).toContain(
    `*.${WILD} is requested as greenpath-probe.${WILD}, since the config names no host below it`,
  );
  expect(stdout.split('is requested as greenpath-probe')).toHaveLength(2);
});
