import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { requestsOf } from '../../harness/action.ts';
import { Webhook } from '../../harness/webhook.ts';
import { type Decision, Wire } from '../../harness/wire.ts';
import { makeWorld, type World } from './world.ts';

/** Admission takes as long as Kubernetes allows, and the API server may say nothing at all. */

const cluster = inject('cluster');
let world: World;
let wire: Wire;
let webhook: Webhook;
beforeAll(async () => {
  world = await makeWorld(cluster, 'slow', 'split', 1);
  wire = await Wire.open(cluster);
  webhook = await Webhook.open(cluster, 'slow');
});
afterEach(() => webhook.unset());
afterAll(async () => {
  await webhook.close();
  wire.close();
  await world.end();
});

const LONG = { timeout: '4m' };
const wired = (more: Record<string, string> = {}) => ({ ...LONG, ...more, kubeconfig: wire.through(world.kubeconfig) });
const passes = async (mode: string, revision: string, more: Record<string, string> = LONG) => {
  const outcome = await world.run(mode, revision, more);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome;
};
const lease = (field: string) => world.kubectl('get', 'lease', 'greenpath-web', '-o', `jsonpath={.spec.${field}}`);
/** What was asked of the API server since `since`, less reads. */
const writes = (since: number, resource: string) =>
  requestsOf(cluster, world.namespace, since).filter((one) => one.resource === resource && one.verb === 'patch');
const asked = () => requestsOf(cluster, world.namespace).length;

describe('a webhook that takes 28 s', { timeout: 400_000 }, () => {
  const slow = (resources: string[], seconds = 28) =>
    webhook.set({ namespace: world.namespace, resources, seconds, timeoutSeconds: 30 });

  test('for a Service: the dry run waits for it, and so does the write', async () => {
    await slow(['services']);
    const since = asked();
    const { outputs, stdout } = await passes('deploy-green', 'v2');
    expect(outputs.state, stdout).toBe('candidate');
    expect(writes(since, 'services').map(({ dryRun, status }) => [dryRun, status])).toEqual([
      [true, 201],
      [false, 201],
    ]);
  });

  test('at the switch: it is sent once and seen through, and the lock is held meanwhile', async () => {
    await passes('verify', 'v2');
    await slow(['ingresses']);
    const since = asked();
    let lasted = '';
    wire.reset(async ({ url, count, phase }): Promise<Decision> => {
      if (count > 0 && phase === 'after' && url.includes('/ingresses/web?') && lasted === '') {
        lasted = await lease('leaseDurationSeconds');
        await webhook.unset();
      }
      return 'pass';
    });
    const { outputs, stdout } = await passes('promote', 'v2', wired());
    expect(outputs, stdout).toMatchObject({ state: 'live', proof: 'identity' });
    expect(lasted).toBe('45');
    expect(writes(since, 'ingresses').filter(({ name }) => name === 'web')).toHaveLength(2);
    expect(await lease('holderIdentity')).toBe('');
  });

  test('for the lock too: it is taken, held and given back', async () => {
    await slow(['leases'], 12);
    const { outputs, stdout } = await passes('rollback', 'v2');
    expect(outputs.state, stdout).toBe('rolled-back');
    expect(await lease('holderIdentity')).toBe('');
    await webhook.unset();
    await passes('reject', 'v2');
  });
});

test('a lock that a request took whose answer was lost is given back if the step ends by that', async () => {
  wire.reset(({ url, count, phase }) => (count > 0 && phase === 'after' && url.includes('/leases') ? 503 : 'pass'));
  const { exitCode, stdout } = await world.run('retire', '', wired());
  expect(exitCode).toBe(1);
  expect(stdout).toContain('[unreachable]');
  expect(await lease('holderIdentity')).toBe('');
});

test('a webhook that is too slow for the cluster: told once, as what it is', { timeout: 200_000 }, async () => {
  await webhook.set({ namespace: world.namespace, resources: ['services'], seconds: 20, timeoutSeconds: 5 });
  const since = asked();
  const { exitCode, stdout, outputs } = await world.run('deploy-green', 'v3', LONG);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('an admission webhook did not answer within the time limit of the cluster');
  expect(stdout).toContain('slow.greenpath.test');
  expect(stdout).toContain('[refused-by-server]');
  expect(outputs.changed).toBe('false');
  expect(writes(since, 'services')).toHaveLength(1);
});

describe('no answer to a dry run', { timeout: 200_000 }, () => {
  test('from a server that answers everything else: it is slow, and nothing is tried again', async () => {
    let count = 0;
    wire.reset(({ url, phase }) => {
      if (phase === 'after' || !url.includes('/services/') || !url.includes('dryRun=All')) return 'pass';
      count += 1;
      return new Promise(() => undefined);
    });
    const { exitCode, stdout } = await world.run('deploy-green', 'v3', wired());
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /the API server at \S+ is slow: it answers other requests, but not patch services\/web-v3 \(dry run\) within 37\.\d s/,
    );
    expect(stdout).toContain('[unreachable]');
    expect(count).toBe(1);
  });

  test('nor to anything after it: the server is gone', async () => {
    let isGone = false;
    wire.reset(({ url, phase }) => {
      isGone ||= phase === 'before' && url.includes('/services/') && url.includes('dryRun=All');
      return isGone ? new Promise(() => undefined) : 'pass';
    });
    const { exitCode, stdout } = await world.run('deploy-green', 'v3', wired());
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/the API server at \S+ is gone: it accepted .* and did not answer for 37\.\d s/);
  });
});

test('a write without an answer, and no renewal gets through: given up before anybody else has the lock', {
  timeout: 200_000,
}, async () => {
  await passes('deploy-green', 'v4');
  await passes('verify', 'v4');
  let isCut = false;
  let next: Promise<unknown> = Promise.resolve();
  let givenUp = Number.POSITIVE_INFINITY;
  wire.reset(({ url, method, phase, count, gone }) => {
    if (count === 0 || phase === 'after') return 'pass';
    if (url.includes('/ingresses/web?')) {
      isCut = true;
      gone.addEventListener('abort', () => {
        givenUp = Date.now();
      });
      next = world.run('reject', 'v4', LONG);
      return new Promise(() => undefined);
    }
    return isCut && method === 'PATCH' && url.includes('/leases/') ? new Promise(() => undefined) : 'pass';
  });
  const { exitCode, stdout } = await world.run('promote', 'v4', wired());
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain('so the write was given up. It is not known whether it took effect');
  expect(stdout).toContain('Ingress web was read again: it sends http://slow.test/ to web-v1');
  expect(stdout).toContain('[unreachable]');
  expect(await next).toMatchObject({ exitCode: 0, outputs: { state: 'rejected' } });
  // Both by the clock of this machine.
  expect(Date.parse(await lease('acquireTime'))).toBeGreaterThan(givenUp);
  expect(wire.writes.filter((write) => write.includes('/ingresses/web'))).toEqual([]);
  expect(await world.kubectl('get', 'ingress', 'web', '-o', 'json')).not.toContain('web-v4');
});
