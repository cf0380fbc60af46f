import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Decision, Wire } from '../../harness/wire.ts';
import { WAITING } from './priority.ts';
import { makeWorld, type World } from './world.ts';

/** Promise 8: two runs never interleave, and one that was stopped and wakes up writes nothing. */

const cluster = inject('cluster');
let world: World;
let wire: Wire;
beforeAll(async () => {
  world = await makeWorld(cluster, 'lock', 'split', 1);
  wire = await Wire.open(cluster);
});
afterAll(async () => {
  wire.close();
  await world.end();
});

const wired = () => ({ kubeconfig: wire.through(world.kubeconfig) });
const holder = () => world.kubectl('get', 'lease', 'greenpath-web', '-o', 'jsonpath={.spec.holderIdentity}');
const attempt = (number: number) => ({
  GITHUB_SERVER_URL: 'https://github.test',
  GITHUB_REPOSITORY: 'a/b',
  GITHUB_RUN_ID: '7',
  GITHUB_JOB: 'release',
  GITHUB_RUN_ATTEMPT: `${number}`,
  GITHUB_ACTOR: 'octocat',
});
const later = () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

/** A run through the wire that stops before the write that `isIt` knows, and what ends it. */
function heldAt(isIt: (url: string) => boolean, mode: string, revision: string, env: Record<string, string> = {}) {
  const reached = later();
  const free = later();
  let child: ChildProcess | undefined;
  wire.reset(async ({ url, count, phase }): Promise<Decision> => {
    if (count === 0 || phase === 'after' || !isIt(url)) return 'pass';
    reached.open();
    await free.opened;
    return 'pass';
  });
  const started = (one: ChildProcess) => {
    child = one;
  };
  const running = world.run(mode, revision, wired(), { env, started });
  return { running, reached: reached.opened, free: free.open, child: () => child as ChildProcess };
}

test('the second run says who holds the lock since when, waits, and goes on when it is free', async () => {
  const first = heldAt((url) => url.includes('/deployments/'), 'deploy-green', 'v2', attempt(1));
  await first.reached;
  const waiting = later();
  const when = {
    text: `${WAITING}: deploy-green of v2 by octocat (https://github.test/a/b/actions/runs/7/attempts/1) since 20`,
    act: waiting.open,
  };
  const second = world.run('verify', 'v2', {}, { when });
  await waiting.opened;
  first.free();
  expect(await first.running).toMatchObject({ exitCode: 0 });
  const { exitCode, stdout } = await second;
  expect(exitCode, stdout).toBe(0);
  expect(await holder()).toBe('');
});

test("a step whose timeout is over before that fails with the other run's name, and has written nothing", async () => {
  const first = heldAt((url) => url.includes('/ingresses/'), 'promote', 'v2', attempt(1));
  await first.reached;
  const { exitCode, stdout, outputs } = await world.run('reject', 'v2', { timeout: '3s' });
  first.free();
  const ended = await first.running;
  expect(exitCode).toBe(1);
  expect(stdout).toContain('another run works on this app: promote of v2 by octocat');
  expect(stdout).toContain('[lock-held]');
  expect(outputs.changed).toBe('false');
  expect(ended).toMatchObject({ exitCode: 0, outputs: { state: 'live' } });
});

test('a killed run: a later attempt of the same job takes over at once, whatever else waits', async () => {
  const first = heldAt((url) => url.includes('/deployments/'), 'deploy-green', 'v3', attempt(1));
  await first.reached;
  first.child().kill('SIGKILL');
  await first.running;
  expect(await holder()).not.toBe('');
  wire.reset();
  first.free();
  const next = await world.run('deploy-green', 'v3', {}, { env: attempt(2) });
  expect(next.exitCode, next.stdout).toBe(0);
  expect(next.stdout).not.toContain(WAITING);
});

test('a cancelled run gives the lock back at once and says where visitors are; the next run goes on', async () => {
  expect(await world.run('verify', 'v3')).toMatchObject({ exitCode: 0 });
  let cancelled = 0;
  const act = (child: ChildProcess) => {
    cancelled = performance.now();
    child.kill('SIGINT');
  };
  const { exitCode, stdout, outputs } = await world.run('promote', 'v3', {}, { when: { text: 'Switched', act } });
  const took = performance.now() - cancelled;
  expect(exitCode).toBe(1);
  expect(stdout).toContain('was switched to web-v3 (revision v3), and that is not proven');
  expect(stdout).toContain('[cancelled]');
  expect(outputs.state).toBe('switched');
  // A runner sends SIGTERM 7.5 s after SIGINT and kills 2.5 s later.
  expect(took).toBeLessThan(7_500);
  expect(await holder()).toBe('');
  const next = await world.run('promote', 'v3');
  expect(next.outputs, next.stdout).toMatchObject({ state: 'live', proof: 'identity' });
  expect(next.stdout).toContain('continuing from there');
});

test('a run that was stopped beyond its lease and woken again writes nothing', { timeout: 180_000 }, async () => {
  expect(await world.run('deploy-green', 'v4')).toMatchObject({ exitCode: 0 });
  expect(await world.run('verify', 'v4')).toMatchObject({ exitCode: 0 });
  // Stopped with the answer to its last read on its way: the next thing that it would do is the switch.
  let child: ChildProcess | undefined;
  let sleeper: ChildProcess | undefined;
  const stopped = later();
  wire.reset(({ url, phase }) => {
    if (phase === 'after' && url.includes('/pods?') && child !== undefined) {
      child.kill('SIGSTOP');
      sleeper = child;
      child = undefined;
      stopped.open();
    }
    return 'pass';
  });
  const started = (one: ChildProcess) => {
    child = one;
  };
  const sleeping = world.run('promote', 'v4', wired(), { started });
  await stopped.opened;
  const other = await world.run('verify', 'v4');
  expect(other.stdout).toContain(`${WAITING}: promote of v4`);
  expect(other.outputs, other.stdout).toMatchObject({ state: 'verified' });
  const written = wire.writes.length;
  sleeper?.kill('SIGCONT');
  const { exitCode, stdout } = await sleeping;
  expect(exitCode).toBe(1);
  expect(stdout).toContain('[lock-lost]');
  const tried = wire.writes.slice(written).filter((write) => !write.includes('/leases/'));
  expect(tried).toEqual([]);
  expect(await world.kubectl('get', 'ingress', 'web', '-o', 'json')).not.toContain('web-v4');
  expect(await world.run('reject', 'v4')).toMatchObject({ exitCode: 0 });
});
