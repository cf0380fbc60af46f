import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { BASIC_AUTH, createPeople, LOGIN, PASSWORD } from './basic-auth.ts';
import { ask, CONFIG, makeWorld, type World } from './world.ts';

/** What the router answers by itself, before the application: told at once, and counted where a check expects it. */

const cluster = inject('cluster');
const KEY = 'nginx.ingress.kubernetes.io';
let world: World;
beforeAll(async () => {
  world = await makeWorld(cluster, 'refused', 'split', 1);
  await createPeople(cluster, world.namespace);
});
afterAll(() => world.end());

/** Annotates the live Ingress, and awaits that its router goes by it. */
const protect = async (annotations: readonly string[], status: number) => {
  await world.kubectl('annotate', 'ingress', 'web', ...annotations);
  await expect.poll(async () => (await ask(cluster, world.host, '/')).status, { timeout: 30_000 }).toBe(status);
};
afterEach(async () => {
  const keys = ['auth-type', 'auth-secret', 'whitelist-source-range', 'force-ssl-redirect'];
  await world.kubectl('annotate', 'ingress', 'web', ...keys.map((key) => `${KEY}/${key}-`));
  await expect.poll(async () => (await ask(cluster, world.host, '/')).status, { timeout: 30_000 }).toBe(200);
});

test.each<[number, string, readonly string[], string]>([
  [401, 'basic auth', BASIC_AUTH, `basic auth (${KEY}/auth-type of Ingress web)`],
  [
    403,
    'an allow-list',
    [`${KEY}/whitelist-source-range=192.0.2.0/24`],
    `an allow-list that this runner is not on (${KEY}/whitelist-source-range of Ingress web)`,
  ],
  [
    308,
    'a redirect to TLS',
    [`${KEY}/force-ssl-redirect=true`],
    `a rule that requires TLS (${KEY}/force-ssl-redirect of Ingress web)`,
  ],
])('%i of %s: deploy-green says so long before its deadline', async (status, _, annotations, cause) => {
  await protect(annotations, status);
  const start = performance.now();
  // Without the protocol, a host that redirects everybody to TLS is requested with it.
  const { exitCode, stdout } = await world.run('deploy-green', 'v2', { addresses: `http://${cluster.proxy}` });
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain('[proof-failed]');
  expect(stdout).toContain(`is answered with status ${status}`);
  expect(stdout).toContain(`The likely cause: ${cause}`);
  expect(stdout).toContain(status === 308 ? 'https://203.0.113.7:443' : `add this to the checks: GET / ${status}`);
  // `proof.within` is 60 s.
  expect(performance.now() - start).toBeLessThan(45_000);
  expect((await world.run('reject', 'v2')).exitCode).toBe(0);
});

test('a check that expects a 401 counts in every mode, and nobody claims to have seen who answered', async () => {
  await protect(BASIC_AUTH, 401);
  const config = CONFIG.replace('identity: {header: X-Revision}\n', '').replace(
    'checks: [GET /healthz]',
    'checks: [{request: GET /, expect: {status: 401}}]\nbake: {for: 2s, every: 250ms}',
  );
  // The same revision with the config that the refusal asks for.
  expect((await world.run('deploy-green', 'v2')).stdout).toContain('[proof-failed]');
  const deployed = await world.run('deploy-green', 'v2', { config });
  expect(deployed.exitCode, deployed.stdout).toBe(0);
  expect(deployed.stdout).toContain("The preview's paths were answered with 401 before there was a preview");
  expect(deployed.stdout).toContain('runs and has not been seen to answer');
  const strict = await world.run('verify', 'v2', { config: config.replace('checks: [', 'checks: [GET /other, ') });
  expect(strict.stdout).toContain('[check-failed]');
  expect(strict.stdout).toContain(`most likely basic auth (${KEY}/auth-type of Ingress web)`);
  const verified = await world.run('verify', 'v2');
  expect(verified.outputs, verified.stdout).toMatchObject({ state: 'verified', proof: 'none' });
  const promoted = await world.run('promote', 'v2');
  expect(promoted.outputs, promoted.stdout).toMatchObject({ state: 'live', proof: 'none' });
  expect(promoted.stdout).toContain('Baked: 0 of 8 attempts failed');
  const back = await world.run('rollback', '');
  expect(back.outputs, back.stdout).toMatchObject({ state: 'rolled-back', proof: 'none' });
  expect((await world.run('reject', 'v2')).exitCode).toBe(0);
});

test('with the credentials that the router asks for, everything is proven as without, and they stand nowhere', async () => {
  await protect(BASIC_AUTH, 401);
  const config = `${CONFIG}${LOGIN}bake: {for: 2s, every: 250ms}
`.replace('checks: [GET /healthz]', 'checks: [GET /healthz, {request: GET /, auth: none, expect: {status: 401}}]');
  const given = { env: { SHOP_PASSWORD: PASSWORD } };
  const runs = [await world.run('deploy-green', 'v2', { config }, given)];
  const unknown = await world.run('verify', 'v2', {}, given);
  expect(unknown.stdout).toContain('set the input config (release.yml: `checkout: true`');
  const without = await world.run('verify', 'v2', { config });
  expect(without.exitCode, without.stdout).toBe(1);
  expect(without.stdout).toContain('the config takes {env.SHOP_PASSWORD} from the environment of the step');
  expect(without.stdout).toContain('[input]');
  for (const mode of ['verify', 'promote']) runs.push(await world.run(mode, 'v2', { config }, given));
  for (const run of runs) expect(run.exitCode, run.stdout).toBe(0);
  expect(runs.map(({ outputs }) => outputs.proof)).toEqual(['identity', 'identity', 'identity']);
  expect(runs[2]?.stdout).toContain('Baked: 0 of 16 attempts failed');
  const basic = Buffer.from(`ada:${PASSWORD}`).toString('base64');
  const stored = await world.kubectl(
    'get',
    'configmaps,secrets,ingresses,leases',
    '--field-selector=metadata.name!=people',
    '-o',
    'json',
  );
  expect(stored).toContain('{env.SHOP_PASSWORD}');
  const seen = runs.map(({ stdout, outputs, summary, state }) => [
    stdout.replaceAll(/^::add-mask::.*$/gm, ''),
    JSON.stringify({ outputs, state }),
    summary,
  ]);
  for (const text of [stored, ...seen.flat()])
    expect([PASSWORD, basic].filter((one) => text.includes(one))).toEqual([]);
  // Visitors get back even where the step has no credentials; only the proof lacks them.
  const back = await world.run('rollback', '');
  expect(back.stdout).toContain('Requests of this rollback have no credentials');
  expect(await world.kubectl('get', 'ingress', 'web', '-o', 'json')).toContain('web-v1');
  expect((await world.run('rollback', '', { config }, given)).exitCode).toBe(0);
  expect((await world.run('reject', 'v2', { config }, given)).exitCode).toBe(0);
});
