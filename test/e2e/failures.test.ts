import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { isLost, Load } from '../../harness/load.ts';
import { apply, ask, makeWorld, type World } from './world.ts';

const cluster = inject('cluster');
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'failures', 'split', 1);
});
afterAll(() => world.end());

/** Every live answer a visitor could compare, byte for byte, less the date. */
async function liveAnswers(): Promise<string> {
  const paths = ['/', '/foo?x=1', '/green', '/green/', '/green/foo', '/greenish', '/version', '//a', '/%2e'];
  const answers = await Promise.all(paths.map((path) => ask(cluster, world.host, path)));
  return JSON.stringify(
    answers.map(({ status, headers, body }) => ({ status, headers: { ...headers, date: '' }, body })),
    null,
    1,
  );
}

/** Promise 1: nobody but the testers notices a release that fails. */
async function unnoticed(action: () => Promise<void>): Promise<void> {
  const load = new Load(
    { proxy: cluster.proxy, host: world.host, identify: (headers) => String(headers['x-revision']) },
    100,
  );
  load.add({ client: 'fresh', path: '/visit', rate: 50 });
  try {
    await action();
  } finally {
    await load.stop();
  }
  expect(load.answers.length).toBeGreaterThan(50);
  expect(load.answers.filter((answer) => isLost(answer) || answer.who !== 'v1')).toEqual([]);
}

test('green that crashes: stopped early, with the reason and its last lines; live answers are the same', async () => {
  const before = await liveAnswers();
  await unnoticed(async () => {
    world.manifests({ CRASH: 'no database at db.internal' }, { progressDeadlineSeconds: 10 });
    const { exitCode, stdout, outputs } = await world.run('deploy-green', 'crash');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('crashes again and again');
    expect(stdout).toContain('no database at db.internal');
    expect(stdout).toContain('without progress for 10.0 s (progressDeadlineSeconds)');
    expect(stdout).toContain(`http://${world.host}/ is served by web-v1 (revision v1); this run has not changed that.`);
    expect(outputs).toMatchObject({ state: 'unchanged', changed: 'true' });
  });
  expect(await liveAnswers()).toBe(before);
  expect((await world.run('promote', 'crash', { 'require-verified': 'false' })).stdout).toContain(
    'revision crash is not the candidate: the preview shows nothing',
  );
  await world.kubectl('delete', 'deployment,service,configmap', '-l', 'greenpath.dev/revision=crash');
});

test('green that never becomes ready: stopped before the timeout; live answers are the same', async () => {
  const before = await liveAnswers();
  await unnoticed(async () => {
    world.manifests({ FAIL_READY: 'true' }, { progressDeadlineSeconds: 12 });
    const { exitCode, stdout } = await world.run('deploy-green', 'unready');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('its readiness probe fails');
    expect(stdout).toContain('statuscode: 503');
    expect(stdout).toMatch(
      /unready: 0 of 1 ready, 0 in the endpoints, [\d.]+ s, last event of pod web-unready-.*: Unhealthy: /,
    );
    expect(stdout).toMatch(/^::error file=unready\.json,line=1::the pods cannot become ready/m);
    expect(stdout).toContain('[rollout-failed]');
  });
  expect(await liveAnswers()).toBe(before);
  await world.kubectl('delete', 'deployment,service,configmap', '-l', 'greenpath.dev/revision=unready');
});

test("an object of the same name that is not Greenpath's is never forced", async () => {
  world.manifests({});
  await apply(cluster, world.namespace, [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web-theirs' },
      spec: { type: 'NodePort', selector: { app: 'theirs' }, ports: [{ port: 80, targetPort: 1 }] },
    },
  ]);
  const { exitCode, stdout, outputs } = await world.run('deploy-green', 'theirs');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('somebody else owns fields of services web-theirs');
  expect(outputs.changed).toBe('false');
  expect(await world.kubectl('get', 'service', 'web-theirs', '-o', 'jsonpath={.spec.selector}')).toBe(
    '{"app":"theirs"}',
  );
  await world.kubectl('delete', 'service', 'web-theirs');
});

test('green that fails its smoke test: no stamp, no promotion, and it can be thrown away', async () => {
  const before = await liveAnswers();
  await unnoticed(async () => {
    world.manifests({ FAIL_SMOKE: '/healthz' });
    expect((await world.run('deploy-green', 'smoke')).exitCode).toBe(0);
    const verified = await world.run('verify', 'smoke');
    expect(verified.exitCode).toBe(1);
    expect(verified.stdout).toContain('status 500; expected 2xx');
    expect(verified.summary).toContain('| ❌ status 500; expected 2xx |');
    const promoted = await world.run('promote', 'smoke');
    expect(promoted.exitCode).toBe(1);
    expect(promoted.stdout).toContain('has no valid stamp');
  });
  const live = (text: string) => JSON.parse(text).filter((_: unknown, index: number) => ![2, 3, 4].includes(index));
  expect(live(await liveAnswers())).toEqual(live(before));
  await world.kubectl('delete', 'ingress', 'greenpath-web');
  await world.kubectl('delete', 'deployment,service,configmap', '-l', 'greenpath.dev/revision=smoke');
});

test('hostile words in an answer end up as text in the log, the outputs and the summary', async () => {
  world.manifests({});
  expect((await world.run('deploy-green', 'parked')).exitCode).toBe(0);
  const words = '##[set-output name=stolen;]yes ##[error]bang <img src=x> | [link](https://evil.test) ```';
  await ask(cluster, world.host, `/green/control?revision=${encodeURIComponent(words)}`);
  const config =
    'checks: [{request: GET /healthz, expect: {headers: {X-Revision: parked}}}]\nverify: {passes: 1, interval: 50ms, within: 1s}\n';
  const { exitCode, stdout, outputs, summary } = await world.run('verify', 'parked', { config });
  await ask(cluster, world.host, '/green/control');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('name=stolen');
  expect(stdout).not.toContain('##[');
  expect(outputs).not.toHaveProperty('stolen');
  expect(summary).toContain('stolen');
  expect(summary).not.toMatch(/<img|\(https:\/\/evil|\| \[link/);
});

test('parking names both stacks and answers nobody', async () => {
  const parking = JSON.parse(await world.kubectl('get', 'ingress', 'greenpath-web-parking', '-o', 'json'));
  const [rule] = parking.spec.rules;
  const services = rule.http.paths.map((path: { backend: { service: { name: string } } }) => path.backend.service.name);
  expect(services).toContain('web-v1');
  expect(services).toContain('web-parked');
  for (const { path } of rule.http.paths) {
    expect(await ask(cluster, rule.host, path)).toMatchObject({ status: 403 });
    expect((await ask(cluster, rule.host, `${path}/x`)).headers).not.toHaveProperty('x-revision');
  }
});
