import { readFileSync } from 'node:fs';
import { load as parse } from 'js-yaml';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { Load } from '../../harness/load.ts';
import { Prometheus } from '../../harness/prometheus.ts';
import { ask, CONFIG, makeWorld, type World } from './world.ts';

/** Releases that a real Prometheus judges: it scrapes the pods of the test application, which count their answers. */

const cluster = inject('cluster');
let world: World;
let load: Load;
let prometheus: Prometheus;

beforeAll(async () => {
  world = await makeWorld(cluster, 'metrics', 'split', 1);
  load = new Load(
    { proxy: cluster.proxy, host: world.host, identify: (headers) => String(headers['x-revision']) },
    900,
  );
  load.add({ client: 'fresh', path: '/visit', rate: 20 });
  prometheus = await Prometheus.start({ cluster, namespace: world.namespace }, console.log);
});
afterAll(async () => {
  await load?.stop();
  prometheus?.end();
  await world.end();
});
beforeEach(() => world.manifests({}));

const SHARE =
  '(sum(rate(http_requests_total{revision="{revision}",code!="200"}[{window}])) or vector(0)) / sum(rate(http_requests_total{revision="{revision}"}[{window}]))';

/** The check that docs/config.md prints for Prometheus, of a server that asks nobody who they are. */
function printedCheck(): object {
  const [, part = ''] = readFileSync('docs/config.md', 'utf8').split('\n### prometheus\n');
  const [, block = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(part) ?? [];
  const { checks } = parse(block) as { checks: (string | Record<string, unknown>)[] };
  const [{ url: _, auth: __, ...check }] = checks.filter((one) => typeof one === 'object') as [Record<string, unknown>];
  return check;
}

/** The config with checks of metrics, as YAML is JSON too. */
function configWith(...checks: object[]): { config: string } {
  const base = CONFIG.replace(/^checks: .*\n/m, '');
  const each = checks.map((check) => ({ url: prometheus.url, at: 'bake', window: '6s', every: '2s', ...check }));
  return { config: `${base}checks: ${JSON.stringify(['GET /healthz', ...each])}\nbake: {for: 12s, errors: 50%}\n` };
}

/** Releases a revision up to its promotion, and returns that. */
async function promote(revision: string, given: { config: string }) {
  for (const mode of ['deploy-green', 'verify'] as const) {
    const { exitCode, stdout } = await world.run(
      mode,
      revision,
      mode === 'verify' ? given : { ...given, supersede: 'true' },
    );
    expect(exitCode, stdout).toBe(0);
  }
  return world.run('promote', revision, given);
}
const visitors = async () => (await ask(cluster, world.host, '/version')).headers['x-revision'];

test('an error rate that rises in the bake moves visitors back', async () => {
  world.manifests({ FAIL_SMOKE: '/visit' });
  const { exitCode, stdout } = await promote('v2', configWith({ prometheus: SHARE, 'at-most': 0.05 }));
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toMatch(/: (1|0\.\d+); expected at most 0\.05/);
  expect(stdout).toContain('green-failed');
  expect(await visitors()).toBe('v1');
});

test('a metric that is missing fails closed', async () => {
  const missing = { prometheus: 'sum(rate(no_such_total{revision="{revision}"}[{window}]))', 'at-most': 0.05 };
  const { exitCode, stdout } = await promote('v3', configWith(missing));
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain('no data: the query gives nothing');
  expect(await visitors()).toBe('v1');
});

test('a release without an error passes by the check that the docs print', async () => {
  const check = printedCheck();
  expect(check).toMatchObject({ prometheus: expect.stringContaining('code=~"5.."'), at: 'bake' });
  const { exitCode, stdout } = await promote('v4', configWith(check));
  expect(exitCode, stdout).toBe(0);
  expect(await visitors()).toBe('v4');
});

test('a fine release passes by its share of errors, and by its traffic against the version before', async () => {
  const served = 'sum(rate(http_requests_total{revision="{revision}",code="200"}[{window}]))';
  const given = configWith(
    { prometheus: SHARE, 'at-most': 0.05 },
    { prometheus: served, compare: 'previous', 'at-least': 0.5, 'at-most': 2 },
    { prometheus: 'max(up)', 'at-least': 1, at: ['verify', 'bake'] },
  );
  const { exitCode, stdout } = await promote('v5', given);
  expect(exitCode, stdout).toBe(0);
  expect(await visitors()).toBe('v5');
});

test('a server of metrics that is gone says nothing of the release: visitors stay, and the run fails', async () => {
  const given = configWith({ prometheus: 'up', url: 'http://127.0.0.1:9', 'at-least': 1 });
  const { exitCode, stdout } = await promote('v6', given);
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain('runner-blind');
  expect(await visitors()).toBe('v6');
});
