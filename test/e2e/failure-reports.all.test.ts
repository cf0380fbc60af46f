import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ask, makeWorld, type World } from './world.ts';

/** What somebody is told who looks for the cause: a candidate that fails a request, and writes why to its log. */

const cluster = inject('cluster');
const TRACE = 'Error: relation orders does not exist\\n    at Shop.orders (shop.js:12)';
const CONF = `user www-data;
daemon off;
error_log stderr;
pid /tmp/nginx.pid;
events {}
http {
  log_format trace escape=none '${TRACE}\\n    at postgres://shop:hunter2hunter2@db/shop';
  access_log off;
  server {
    listen 8080;
    add_header X-Revision $(REVISION) always;
    location / { return 200 ok; }
    location = /orders { access_log /dev/stdout trace; return 500 '{"error":"no orders today"}'; }
  }
}
`;
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'reports', 'split', 1);
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: server() }));
  const deployed = await world.run('deploy-green', 'v2');
  expect(deployed.exitCode, deployed.stdout).toBe(0);
});
afterAll(() => world.end());

/** Two pods that answer /orders with 500. */
function server(): object[] {
  const labels = { app: 'web' };
  const container = {
    name: 'shop',
    image: cluster.images.nginx[1],
    readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'conf', mountPath: '/etc/nginx/nginx.conf', subPath: 'nginx.conf' }],
  };
  const volumes = [{ name: 'conf', configMap: { name: 'conf' } }];
  const spec = { automountServiceAccountToken: false, containers: [container], volumes };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'conf' }, data: { 'nginx.conf': CONF } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
  ];
}

const EXPECTED = 'identity: {header: X-Revision, path: /}\nproof: {settle: 2500ms}\n';
const ORDERS = `${EXPECTED}verify: {passes: 1, interval: 50ms, within: 2s}\nchecks: [GET /healthz, GET /orders]\n`;

/** Texts in the order in which the report has them, whatever letter a line begins with. */
function expectInOrder(report: string, texts: readonly string[]): void {
  const places = texts.map((text) => [text, report.toLowerCase().indexOf(text.toLowerCase())] as const);
  expect(
    places.filter(([, at]) => at < 0),
    report,
  ).toEqual([]);
  expect(places.map(([text]) => text)).toEqual(places.toSorted(([, a], [, b]) => a - b).map(([text]) => text));
}

const EVIDENCE = ['the answer began', '{"error":"no orders today"}'];
const PODS = [
  'of v2 (which of them the checks reached is not known)',
  'container shop wrote since then',
  'at Shop.orders',
];

test('verify: verdict, check, attempts, and what the pods wrote since then', async () => {
  const { exitCode, stdout, summary } = await world.run('verify', 'v2', { config: ORDERS });
  expect(exitCode, stdout).toBe(1);
  const end = stdout.slice(stdout.indexOf('What failed: '));
  expectInOrder(end, [`✗ GET /orders at http://${world.host}/green/orders`, 'attempts 1–', ...EVIDENCE, ...PODS]);
  expectInOrder(summary.replaceAll('&#8211;', '–'), ['❌', '**✗ GET /orders', 'attempts 1–', ...EVIDENCE, ...PODS]);
  expect(end).toMatch(/attempts 1–\d+, 0 ms to [\d.]+ m?s \(.* each\)/);
  expect(end).toContain('✗ GET /orders');
  expect(end).not.toContain('✗ GET /healthz');
  expect(stdout + summary).not.toContain('hunter2');
});

test('promote: what fails the bake, after visitors are back', async () => {
  expect((await world.run('verify', 'v2')).exitCode).toBe(0);
  const config = `${ORDERS}bake: {for: 20s, every: 500ms}\n`;
  const { exitCode, stdout, outputs, summary } = await world.run('promote', 'v2', { config });
  expect(exitCode, stdout).toBe(1);
  expect(outputs).toMatchObject({ state: 'restored' });
  const end = stdout.slice(stdout.indexOf('What failed: '));
  expectInOrder(end, [`✗ GET /orders at http://${world.host}/orders`, 'attempts 1–', ...EVIDENCE, ...PODS]);
  expect(summary).toContain('at Shop.orders');
  expect((await ask(cluster, world.host, '/orders')).headers['x-revision']).toBe('v1');
});
