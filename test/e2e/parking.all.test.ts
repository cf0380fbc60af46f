import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { apply, ask, CONFIG, makeWorld, untilAnswers, type World } from './world.ts';

/** Parking is seen closed, or taken away: behind the router of the tests, and behind one that reads none of its annotations. */

const cluster = inject('cluster');
/** What is said where the 403 was seen, and nowhere else. */
const CLOSED = 'closed to everybody';
const names = async (world: World) =>
  (await world.kubectl('get', 'ingress', '-o', 'name'))
    .trim()
    .split('\n')
    .map((name) => name.split('/')[1]);
/** The path of parking that names a Service. */
async function parkedPath(world: World, service: string): Promise<string> {
  const { spec } = JSON.parse(await world.kubectl('get', 'ingress', 'greenpath-web-parking', '-o', 'json'));
  const paths: { path: string; backend: { service: { name: string } } }[] = spec.rules[0].http.paths;
  return paths.find((one) => one.backend.service.name === service)?.path ?? '';
}

describe('behind a router that reads the annotations of ingress-nginx', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(cluster, 'parking', 'split', 1);
  });
  afterAll(() => world.end());

  test('the 403 is seen, and said', async () => {
    const { exitCode, stdout } = await world.run('deploy-green', 'v2');
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain(`Parking is ${CLOSED}: 403 through ${cluster.proxy}`);
    const { status } = await ask(cluster, 'web.e2e-parking.greenpath.invalid', await parkedPath(world, 'web-v2'));
    expect(status).toBe(403);
  });

  test('without a proof nobody looks, and nobody claims anything', async () => {
    const { exitCode, stdout } = await world.run('deploy-green', 'v2', {
      config: `${CONFIG}`.replace(/proof:.*/, 'proof: off\nrouter: nginx'),
    });
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('it was not checked whether parking is closed');
    expect(stdout).not.toContain(CLOSED);
    expect((await world.run('reject', 'v2')).exitCode).toBe(0);
  });

  test.each([
    ['nginx.ingress.kubernetes.io/configuration-snippet', 'deny 10.0.0.1;'],
    ['traefik.ingress.kubernetes.io/router.middlewares', 'shop-login@kubernetescrd'],
  ])('a live Ingress with %s has no preview unless the config accepts it', async (key, value) => {
    await world.kubectl('annotate', 'ingress', 'web', `${key}=${value}`);
    try {
      const before = await names(world);
      const refused = await world.run('deploy-green', 'v3', { config: `${CONFIG}preview: {path: /green}\n` });
      expect(refused.exitCode).toBe(1);
      expect(refused.stdout).toContain(`${key} of Ingress web may restrict access`);
      expect(refused.stdout).toContain('[preview-unprotected]');
      expect(refused.outputs.changed).toBe('false');
      expect(await names(world)).toEqual(before);
      const accepted = await world.run('deploy-green', 'v3', {
        config: `${CONFIG}preview: {path: /green, unprotected: accept}\n`,
        'dry-run': 'true',
      });
      expect(accepted.exitCode, accepted.stdout).toBe(0);
    } finally {
      await world.kubectl('annotate', 'ingress', 'web', `${key}-`);
    }
  });
});

describe('behind one router, and then behind another', () => {
  const ROUTER = `${CONFIG}router: nginx\n`;
  const WITHIN = ROUTER.replace('settle:', 'within: 4s, settle:');
  const list = 'nginx.ingress.kubernetes.io/whitelist-source-range';
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(cluster, 'moved', 'split', 1);
  });
  afterAll(() => world.end());
  const passes = async (mode: string, revision = '', more: Record<string, string> = {}) => {
    const { exitCode, stdout } = await world.run(mode, revision, more);
    expect(exitCode, stdout).toBe(0);
    return stdout;
  };

  test('a live route that does not let the runner in: nobody calls parking open, and the proof says what is wrong', async () => {
    await world.kubectl('annotate', 'ingress', 'web', `${list}=203.0.113.9/32`);
    await vi.waitFor(async () => expect((await ask(cluster, world.host, '/')).status).toBe(403), { timeout: 20_000 });
    const { exitCode, stdout } = await world.run('deploy-green', 'v2', { config: WITHIN });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('[proof-failed]');
    expect(stdout).toContain('It is not known whether parking is closed to everybody');
    expect(await names(world)).toEqual(['greenpath-web', 'greenpath-web-parking', 'web']);
    await world.kubectl('annotate', 'ingress', 'web', `${list}-`);
    await untilAnswers(cluster, world.host, 'v1');
    await passes('deploy-green', 'v2', { config: ROUTER });
  });

  test('verify sees it closed', async () => {
    expect(await passes('verify', 'v2')).toContain(`Parking is closed to everybody: 403 through ${cluster.proxy}`);
  });

  test('one that promote had to apply again is looked at after the proof', async () => {
    await world.kubectl('delete', 'ingress', 'greenpath-web-parking');
    const stdout = await passes('promote', 'v2');
    expect(stdout).toContain('it was applied again, and it is not checked yet whether it is closed');
    expect(stdout).toContain(`Parking is ${CLOSED}: 403 through ${cluster.proxy}`);
  });

  test('one that rollback had to apply again, and that is open: it goes, and visitors are back', async () => {
    await world.kubectl('delete', 'ingress', 'greenpath-web-parking');
    const other = {
      metadata: { annotations: { 'kubernetes.io/ingress.class': 'plain' } },
      spec: { ingressClassName: null },
    };
    await world.kubectl('patch', 'ingress', 'web', '--type=merge', '-p', JSON.stringify(other));
    await untilAnswers(cluster, world.host, 'v2');
    const stdout = await passes('rollback');
    expect(stdout).toMatch(/parking is not closed: .* was answered with \d+, and the router itself must answer 403/);
    expect(await names(world)).toEqual(['web']);
    await untilAnswers(cluster, world.host, 'v1');
  });
});

describe('behind a router that does not, although the config says so', () => {
  const ROUTER = `${CONFIG.replace('settle:', 'within: 4s, settle:')}router: nginx\n`;
  const host = 'plain.test';
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(cluster, 'plain', 'split', 1);
    const live = JSON.parse(await world.kubectl('get', 'ingress', 'web', '-o', 'json'));
    await world.kubectl('delete', 'ingress', 'web');
    const { ingressClassName: _, ...spec } = live.spec;
    const metadata = { name: 'web', annotations: { 'kubernetes.io/ingress.class': 'plain' } };
    await apply(cluster, world.namespace, [{ ...live, metadata, spec, status: undefined }]);
    await untilAnswers(cluster, host, 'v1');
  });
  afterAll(() => world.end());

  async function isClosed(revision: string, config: string): Promise<string> {
    const { exitCode, stdout, outputs } = await world.run('deploy-green', revision, { config });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('[parking-open]');
    expect(outputs['preview-url']).toBe('');
    expect(await names(world)).toEqual(['web']);
    await untilAnswers(cluster, host, 'v1', '/green/');
    expect((await ask(cluster, host, '/')).headers['x-revision']).toBe('v1');
    return stdout;
  }

  test('a preview that is not served: parking is open, and goes', async () => {
    const stdout = await isClosed('v2', ROUTER);
    expect(stdout).toContain(`through ${cluster.proxy} was answered with 200`);
    expect((await world.run('reject', 'v2', { config: ROUTER })).exitCode).toBe(0);
    expect(await world.kubectl('get', 'deployment', '-o', 'name')).not.toContain('web-v2');
  });

  test('a preview that answers: it goes along with parking', async () => {
    const regex = 'traefik.ingress.kubernetes.io/router.pathmatcher: PathRegexp';
    const stdout = await isClosed('v3', `${ROUTER}preview: {annotations: {${regex}}}\n`);
    expect(stdout).toContain('The preview answers');
    expect((await world.run('reject', 'v3', { config: ROUTER })).exitCode).toBe(0);
  });

  test('the way out: closed by annotations that this router reads', async () => {
    const key = 'traefik.ingress.kubernetes.io/router.';
    const config = `${ROUTER}preview: {annotations: {${key}pathmatcher: PathRegexp}}\nparking: {annotations: {${key}entrypoints: nowhere}}\n`;
    const { exitCode, stdout } = await world.run('deploy-green', 'v4', { config });
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain(
      `Nothing serves parking's paths: 404, as at any other path of its host, through ${cluster.proxy}`,
    );
    expect(stdout).not.toContain(CLOSED);
    const { status } = await ask(cluster, 'web.e2e-plain.greenpath.invalid', await parkedPath(world, 'web-v4'));
    expect(status).toBe(404);
  });

  test('it is opened while the candidate waits: verify takes it away, and writes no stamp', async () => {
    const host = 'web.e2e-plain.greenpath.invalid';
    const path = await parkedPath(world, 'web-v4');
    await world.kubectl(
      'annotate',
      'ingress',
      'greenpath-web-parking',
      'traefik.ingress.kubernetes.io/router.entrypoints-',
    );
    await vi.waitFor(async () => expect((await ask(cluster, host, path)).status).not.toBe(404), { timeout: 20_000 });
    const dry = await world.run('verify', 'v4', { 'dry-run': 'true' });
    expect(dry.stdout).toContain('This dry run removed nothing');
    expect(await names(world)).toEqual(['greenpath-web', 'greenpath-web-parking', 'web']);
    const { exitCode, stdout } = await world.run('verify', 'v4');
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('[parking-open]');
    expect(await names(world)).toEqual(['web']);
    const promoted = await world.run('promote', 'v4');
    expect(promoted.stdout).toContain('[not-verified]');
  });
});
