import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Wire } from '../../harness/wire.ts';
import { apply, makeWorld, type World } from './world.ts';

/** A balancer forgets the connection of a watch: no byte comes any more, and nothing says so. */

const cluster = inject('cluster');
let world: World;
let wire: Wire;
beforeAll(async () => {
  world = await makeWorld(cluster, 'watches', 'split', 1);
  wire = await Wire.open(cluster);
});
afterAll(async () => {
  wire.close();
  await world.end();
});

const wired = () => ({ kubeconfig: wire.through(world.kubeconfig), timeout: '3m' });

test('pods become ready behind a silent watch: a list shows it, long before the watch would have ended', async () => {
  wire.reset();
  world.manifests({ READY_DELAY: '4' });
  let forgotten = 0;
  let at = 0;
  const act = async () => {
    // Deployments, pods, EndpointSlices, and the Lease; they are opened one after the other.
    const all = { timeout: 10_000, interval: 20 };
    await expect.poll(() => (forgotten += wire.forget()), all).toBeGreaterThanOrEqual(3);
    at = performance.now();
  };
  const when = { text: 'v2: 0 of 1 ready', act };
  const { exitCode, stdout } = await world.run('deploy-green', 'v2', wired(), { when });
  expect(exitCode, stdout).toBe(0);
  const took = performance.now() - at;
  console.log(`over ${took.toFixed(0)} ms after the watches were forgotten`);
  expect(took).toBeLessThan(30_000);
  world.manifests({});
});

test('the lock is given back behind a silent watch: who waits for it hears of that', async () => {
  let free: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    let isHeld = false;
    wire.reset(({ url, phase, count }) => {
      if (isHeld || count === 0 || phase === 'after' || !url.includes('/deployments/')) return 'pass';
      isHeld = true;
      resolve();
      return new Promise((pass) => {
        free = () => pass('pass');
      });
    });
  });
  const first = world.run('deploy-green', 'v3', { ...wired(), supersede: 'true' });
  await reached;
  const other = await Wire.open(cluster);
  let at = 0;
  const act = async () => {
    await expect.poll(() => other.forget()).toBe(1);
    free();
    expect((await first).exitCode).toBe(0);
    at = performance.now();
  };
  const when = { text: 'Waiting: another run works on web', act };
  const second = await world.run('retire', '', { ...wired(), kubeconfig: other.through(world.kubeconfig) }, { when });
  other.close();
  expect(second.exitCode, second.stdout).toBe(0);
  expect(performance.now() - at).toBeLessThan(20_000);
});

test('watches that are forgotten and opened anew again and again give no trouble more time', {
  timeout: 240_000,
}, async () => {
  wire.reset();
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: { hard: { pods: '0' } } };
  await apply(cluster, world.namespace, [quota]);
  let forgetting: NodeJS.Timeout | undefined;
  let since = 0;
  let opened = 0;
  wire.reset(({ url, phase }) => {
    if (phase === 'after' && url.includes('/deployments?watch=true')) opened += 1;
    return 'pass';
  });
  // A change behind each silent watch, so that a list finds it and the watch is opened anew.
  const act = () => {
    since = performance.now();
    forgetting = setInterval(() => {
      wire.forget();
      void world.kubectl('annotate', 'deployment', 'web-v9', '--overwrite', `greenpath.test/at=${performance.now()}`);
    }, 4_000);
  };
  try {
    world.manifests({});
    const when = { text: 'exceeded quota', act };
    const { exitCode, stdout } = await world.run('deploy-green', 'v9', { ...wired(), supersede: 'true' }, { when });
    const took = performance.now() - since;
    expect(exitCode).toBe(1);
    expect(stdout).toContain('the pods cannot become ready: Deployment web-v9 cannot create its pods');
    console.log(`${opened} watches, over after ${took.toFixed(0)} ms`);
    expect(opened).toBeGreaterThanOrEqual(5);
    expect(took).toBeGreaterThan(55_000);
    expect(took).toBeLessThan(70_000);
  } finally {
    clearInterval(forgetting);
    await world.kubectl('delete', 'resourcequota', 'none');
  }
});

test('while the API server says nothing at all, no trouble that it told before ends the step', {
  timeout: 240_000,
}, async () => {
  wire.reset();
  let isCut = false;
  const act = () => {
    isCut = true;
    wire.forget();
    setTimeout(() => {
      isCut = false;
    }, 60_000);
  };
  wire.reset(() => (isCut ? 'drop' : 'pass'));
  world.manifests({ FAIL_READY: 'true' }, { progressDeadlineSeconds: 35 });
  const when = { text: 'v8: 0 of 1 ready', act };
  const { exitCode, stdout } = await world.run('deploy-green', 'v8', { ...wired(), supersede: 'true' }, { when });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('the API server has sent nothing for a while');
  expect(stdout).toContain('its readiness probe fails');
  expect(stdout).toContain('[rollout-failed]');
});
