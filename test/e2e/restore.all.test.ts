import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { Wire } from '../../harness/wire.ts';
import { failingWorld } from './failing.ts';
import { CONFIG } from './world.ts';

/** What can go wrong after the switch besides a green that answers badly while it bakes: each outcome has its own code. */

const cluster = inject('cluster');
const { world, control, live, backend, candidate } = failingWorld('outcomes');
const LAGGING = CONFIG.replace('proof: {settle: 2500ms}', 'proof: {settle: 2500ms, within: 5s, lagging: back}');

test('green answers badly at the proof already: back to blue', async () => {
  await candidate(CONFIG);
  const when = { text: 'Switched', act: () => control('status=500') };
  const { exitCode, stdout, outputs } = await world().run('promote', 'v2', {}, { when });
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain('the live URLs do not answer from it');
  expect(stdout).toContain('[green-failed]');
  expect(outputs.state).toBe('restored');
  expect(await live()).toBe('v1');
});

describe('whole answers still come from blue at the deadline: the proxy lags', () => {
  test('back, by default', async () => {
    await candidate(LAGGING);
    const when = { text: 'Switched', act: () => control('revision=v1') };
    const { exitCode, stdout, outputs } = await world().run('promote', 'v2', {}, { when });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('[proxy-lags]');
    expect(outputs.state).toBe('restored');
    expect(await backend()).toBe('web-v1');
  });

  test('stay, if the config says so', async () => {
    await candidate(LAGGING.replace('back', 'stay'));
    const when = { text: 'Switched', act: () => control('revision=v1') };
    const { exitCode, stdout, outputs } = await world().run('promote', 'v2', {}, { when });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('[proxy-lags]');
    expect(stdout).toContain('The config says to stay');
    expect(outputs.state).toBe('switched');
    expect(await backend()).toBe('web-v2');
  });
});

test('blue is gone: stay on the side that has pods, never to an empty Service', async () => {
  await candidate(CONFIG);
  const act = async () => {
    await world().kubectl('scale', 'deployment', 'web-v1', '--replicas=0');
    await control('status=500');
  };
  const { exitCode, stdout } = await world().run('promote', 'v2', {}, { when: { text: 'Switched', act } });
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain('[no-way-back]');
  expect(stdout).toContain('stays on web-v2 (revision v2), which has 2 ready pods');
  expect(await backend()).toBe('web-v2');
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
    const { exitCode, stdout, outputs } = await world().run(
      'promote',
      'v2',
      { addresses },
      { when: { text: 'Switched', act: cut } },
    );
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('[runner-blind]');
    expect(outputs.state).toBe('switched');
    expect(await live()).toBe('v2');
    const proven = await world().run('promote', 'v2');
    expect(proven.outputs, proven.stdout).toMatchObject({ state: 'live', proof: 'identity' });
  });
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

  test('the answer to the switch is lost: the run looks again before it says where visitors are', async () => {
    await candidate(CONFIG);
    wire.reset(({ method, url, phase, count }) =>
      count > 0 && method === 'PATCH' && url.includes('/ingresses/web') && phase === 'after' ? 'drop' : 'pass',
    );
    const { exitCode, stdout, outputs } = await world().run('promote', 'v2', {
      kubeconfig: wire.through(world().kubeconfig),
    });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('[unreachable]');
    expect(stdout).toContain('Ingress web was read again: it sends http://outcomes.test/ to web-v2');
    expect(outputs).toMatchObject({ state: 'switched', changed: 'true', proof: '' });
    expect(JSON.parse(outputs.json ?? '')).toMatchObject({ liveRevision: 'v2' });
    const next = await world().run('promote', 'v2');
    expect(next.outputs, next.stdout).toMatchObject({ state: 'live', proof: 'identity' });
  });

  test('it is asked again until it answers, and then visitors go back', async () => {
    await candidate(CONFIG);
    const inputs = { kubeconfig: wire.through(world().kubeconfig) };
    const when = { text: 'Switched', act: () => away(30_000) };
    const { exitCode, stdout, outputs } = await world().run('promote', 'v2', inputs, { when });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('Still trying to switch back');
    expect(stdout).toContain('[green-failed]');
    expect(outputs.state).toBe('restored');
    expect(await live()).toBe('v1');
  });

  test('until the deadline: then what is known is said', async () => {
    await candidate(CONFIG);
    const inputs = { kubeconfig: wire.through(world().kubeconfig), timeout: '22s' };
    const when = { text: 'Switched', act: () => away(600_000) };
    const { exitCode, stdout, outputs } = await world().run('promote', 'v2', inputs, { when });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('[timeout]');
    expect(stdout).toContain('was switched to web-v2 (revision v2), and that is not proven');
    expect(outputs.state).toBe('switched');
  });
});
