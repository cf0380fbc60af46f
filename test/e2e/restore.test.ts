import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { Wire } from '../../harness/wire.ts';
import { ask, CONFIG, makeWorld, untilAnswers, type World } from './world.ts';

/** What happens when things go wrong after the switch: each outcome has its own code and ends on the better side. */

const cluster = inject('cluster');
let world: World;
beforeAll(async () => {
  world = await makeWorld(cluster, 'restore', 'split', 2);
});
afterAll(() => world.end());

const BAKING = `${CONFIG}bake: {for: 20s, every: 100ms}\n`;
const LAGGING = CONFIG.replace('proof: {settle: 2500ms}', 'proof: {settle: 2500ms, within: 5s, lagging: back}');

/** Tells the pods of v2, by themselves and not through the live route, how to answer from now on. */
async function control(query: string): Promise<void> {
  const list = JSON.parse(await world.kubectl('get', 'pods', '-l', 'app=web,revision=v2', '-o', 'json'));
  for (const pod of list.items) {
    const path = `/api/v1/namespaces/${world.namespace}/pods/${pod.metadata.name}:8080/proxy/control?${query}`;
    await world.kubectl('get', '--raw', path);
  }
}
const live = async () => (await ask(cluster, world.host, '/')).headers['x-revision'];
const backend = async () =>
  (
    await world.kubectl('get', 'ingress', 'web', '-o', 'jsonpath={.spec.rules[0].http.paths[0].backend.service.name}')
  ).trim();
const candidate = async (config: string) => {
  for (const mode of ['deploy-green', 'verify'])
    expect(await world.run(mode, 'v2', mode === 'deploy-green' ? { config } : {})).toMatchObject({ exitCode: 0 });
};

afterEach(async () => {
  await world.kubectl('scale', 'deployment', 'web-v1', '--replicas=2');
  await world.kubectl('rollout', 'status', 'deployment/web-v1', '--timeout=60s');
  await control('status=0');
  if ((await backend()) === 'web-v2') {
    const back = await world.run('rollback', '', { to: 'v1' });
    expect(back.exitCode, back.stdout).toBe(0);
  }
  await untilAnswers(cluster, world.host, 'v1');
  expect((await world.run('reject', 'v2')).exitCode).toBe(0);
});

describe('green answers badly: back to blue, green stays for a look, and its stamp is void', () => {
  test.each([
    ['at the proof', 'Switched', CONFIG, 'the live URLs do not answer from it'],
    ['while baking', 'Baking for', BAKING, 'Green does badly at the live URLs'],
  ])('%s', async (_, text, config, sentence) => {
    await candidate(config);
    const when = { text, act: () => control('status=500') };
    const { exitCode, stdout, outputs } = await world.run('promote', 'v2', {}, { when });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain(sentence);
    expect(stdout).toContain('(green-failed;');
    expect(stdout).toContain('is served by web-v1 (revision v1) again; green still runs and is not live');
    expect(outputs.state).toBe('restored');
    expect(await live()).toBe('v1');
    expect((await ask(cluster, world.host, '/green/')).status).toBe(500);
    await control('status=0');
    expect((await world.run('promote', 'v2')).stdout).toContain('visitors were taken off it at');
    expect((await world.run('rollback', '')).stdout).toContain('Visitors were taken off v2 already');
  });
});

describe('whole answers still come from blue at the deadline: the proxy lags', () => {
  test('back, by default', async () => {
    await candidate(LAGGING);
    const when = { text: 'Switched', act: () => control('revision=v1') };
    const { exitCode, stdout, outputs } = await world.run('promote', 'v2', {}, { when });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('(proxy-lags;');
    expect(outputs.state).toBe('restored');
    expect(await backend()).toBe('web-v1');
  });

  test('stay, if the config says so', async () => {
    await candidate(LAGGING.replace('back', 'stay'));
    const when = { text: 'Switched', act: () => control('revision=v1') };
    const { exitCode, stdout, outputs } = await world.run('promote', 'v2', {}, { when });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('(proxy-lags;');
    expect(stdout).toContain('The config says to stay');
    expect(outputs.state).toBe('switched');
    expect(await backend()).toBe('web-v2');
  });
});

describe('nothing reaches the runner', () => {
  let forwarder: Server;
  const sockets = new Set<Socket>();
  const cut = () => {
    forwarder.close();
    for (const socket of sockets) socket.destroy();
  };
  beforeEach(async () => {
    const [host = '', port] = cluster.proxy.split(':');
    forwarder = createServer((socket) => {
      const onward = connect({ host, port: Number(port) });
      for (const one of [socket, onward]) {
        sockets.add(one);
        one.on('error', () => undefined);
      }
      socket.pipe(onward).pipe(socket);
    });
    await new Promise<void>((resolve) => forwarder.listen(0, '127.0.0.1', resolve));
  });
  afterEach(cut);

  test('stay, say so, and let the next run prove it', async () => {
    await candidate(LAGGING);
    const address = forwarder.address();
    const addresses = typeof address === 'object' && address ? `127.0.0.1:${address.port}` : '';
    const { exitCode, stdout, outputs } = await world.run(
      'promote',
      'v2',
      { addresses },
      { when: { text: 'Switched', act: cut } },
    );
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('(runner-blind;');
    expect(outputs.state).toBe('switched');
    expect(await live()).toBe('v2');
    const proven = await world.run('promote', 'v2');
    expect(proven.outputs, proven.stdout).toMatchObject({ state: 'live', proof: 'identity' });
  });
});

test('blue is gone: stay on the side that has pods, never to an empty Service', async () => {
  await candidate(CONFIG);
  const act = async () => {
    await world.kubectl('scale', 'deployment', 'web-v1', '--replicas=0');
    await control('status=500');
  };
  const { exitCode, stdout } = await world.run('promote', 'v2', {}, { when: { text: 'Switched', act } });
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain('(no-way-back;');
  expect(stdout).toContain('stays on web-v2 (revision v2), which has 2 ready pods');
  expect(await backend()).toBe('web-v2');
});

describe('the API server is gone after the switch', () => {
  let wire: Wire;
  beforeEach(async () => {
    wire = await Wire.open(cluster);
  });
  afterEach(() => wire.close());
  const away = async (ms: number) => {
    const until = performance.now() + ms;
    wire.decide = () => (performance.now() < until ? 'drop' : 'pass');
    await control('status=500');
  };

  test('it is asked again until it answers, and then visitors go back', async () => {
    await candidate(CONFIG);
    const inputs = { kubeconfig: wire.through(world.kubeconfig) };
    const when = { text: 'Switched', act: () => away(15_000) };
    const { exitCode, stdout, outputs } = await world.run('promote', 'v2', inputs, { when });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('Still trying to go back');
    expect(stdout).toContain('(green-failed;');
    expect(outputs.state).toBe('restored');
    expect(await live()).toBe('v1');
  });

  test('until the deadline: then what is known is said', async () => {
    await candidate(CONFIG);
    const inputs = { kubeconfig: wire.through(world.kubeconfig), timeout: '22s' };
    const when = { text: 'Switched', act: () => away(600_000) };
    const { exitCode, stdout, outputs } = await world.run('promote', 'v2', inputs, { when });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('(timeout;');
    expect(stdout).toContain('was switched to web-v2 (revision v2), and that is not proven');
    expect(outputs.state).toBe('switched');
  });
});
