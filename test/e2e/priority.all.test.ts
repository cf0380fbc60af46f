import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import type { Outcome } from '../../harness/action.ts';
import { Wire } from '../../harness/wire.ts';
import { ANNOTATION_WANTED } from '../../src/core/kube/lease.ts';
import { overtake, released, WAITING } from './priority.ts';
import { longer, OLD, passes, SCENARIOS, withHook } from './priority-scenarios.ts';
import { ask, makeWorld, type World } from './world.ts';

/** What a rollback may find at work, and that it is never behind it: the bar is 3 s from its start to its patch. */

const cluster = inject('cluster');
let wire: Wire;
beforeAll(async () => {
  wire = await Wire.open(cluster);
});
afterAll(() => wire.close());

const live = async (world: World) => (await ask(cluster, world.host, '/')).headers['x-revision'];
const lease = async (world: World) => JSON.parse(await world.kubectl('get', 'lease', 'greenpath-web', '-o', 'json'));
const wanted = async (world: World) => (await lease(world)).metadata.annotations[ANNOTATION_WANTED];

test.concurrent.for(SCENARIOS)(
  'a rollback overtakes $name',
  { timeout: 240_000 },
  async ({ name, before, busy, to }) => {
    const world = await makeWorld(cluster, `overtake-${SCENARIOS.findIndex((one) => one.name === name)}`, 'split', 1);
    const own = await Wire.open(cluster);
    try {
      await released(world, 'v2', OLD);
      await before(world);
      const seen = await overtake(world, own, busy);
      console.log(`rollback behind ${name}: its patch was answered after ${seen.ms} ms`);
      expect(seen.busy.exitCode, seen.busy.stdout).toBe(1);
      expect(seen.busy.stdout).toContain('[gave-way]');
      expect(seen.rollback.outputs).toMatchObject({ state: 'rolled-back', revision: to });
      expect(await live(world)).toBe(to);
      expect(await wanted(world)).toBeUndefined();
    } finally {
      own.close();
      await world.end();
    }
  },
);

test('a rollback that ends a promote before its switch takes nothing back', { timeout: 240_000 }, async () => {
  const world = await makeWorld(cluster, 'overtake-before', 'split', 1);
  try {
    await released(world, 'v2', OLD);
    withHook(world, 'pre-promote');
    for (const mode of ['deploy-green', 'verify']) await passes(world, mode, 'v3');
    let rollback: Outcome | undefined;
    const act = async () => {
      rollback = await world.run('rollback', '', { timeout: '60s' });
    };
    const when = { text: 'Job slow-v3 (pre-promote) started', act };
    const promoted = await world.run('promote', 'v3', longer, { when });
    expect(promoted.stdout).toContain('[gave-way]');
    expect(rollback?.exitCode, rollback?.stdout).toBe(0);
    expect(rollback?.stdout).toContain('promote of v3 ended before its switch');
    expect(rollback?.outputs).toMatchObject({ state: 'unchanged', revision: 'v2' });
    expect(await live(world)).toBe('v2');
  } finally {
    await world.end();
  }
});

test('retire holds no lock while connections drain, and looks again after that', { timeout: 240_000 }, async () => {
  const world = await makeWorld(cluster, 'overtake-drain', 'split', 1);
  try {
    for (const revision of ['v2', 'v3']) await released(world, revision, OLD);
    const inputs = { ...longer, config: `${OLD}drain: 20s\n` };
    const busy = { mode: 'retire', revision: '', inputs, says: 'until connections to v2 have drained' };
    const seen = await overtake(world, wire, busy);
    console.log(`rollback behind a retire that drains: its patch was answered after ${seen.ms} ms`);
    expect(seen.rollback.stdout).not.toContain(WAITING);
    // Visitors are on v2 again, so that one stays, and what they were taken off had to drain after that.
    expect(seen.busy.exitCode, seen.busy.stdout).toBe(0);
    expect(seen.busy.stdout).toContain('until connections to v3 have drained');
    expect(seen.busy.outputs.state).toBe('retired');
    expect(await live(world)).toBe('v2');
    expect(await world.kubectl('get', 'service', '-o', 'name')).not.toContain('web-v3');
  } finally {
    await world.end();
  }
});

test('others who stand in line let it go first; one that is gone holds nobody up for long', {
  timeout: 240_000,
}, async () => {
  const world = await makeWorld(cluster, 'overtake-line', 'split', 1);
  try {
    await released(world, 'v2', OLD);
    world.manifests({ READY_DELAY: '600' });
    let inLine: Promise<Outcome> | undefined;
    let stands: () => void = () => undefined;
    const standing = new Promise<void>((resolve) => {
      stands = resolve;
    });
    const busy = { mode: 'deploy-green', revision: 'v3', inputs: longer, says: 'v3: 0 of 1 ready' };
    // The one in line stands there before the rollback comes.
    const first = world.run('deploy-green', 'v3', longer, {
      when: {
        text: busy.says,
        act: () => {
          inLine = world.run('reject', 'v3', {}, { when: { text: WAITING, act: stands } });
        },
      },
    });
    await standing;
    const rollback = await world.run('rollback', '', { timeout: '60s' });
    expect(rollback.exitCode, rollback.stdout).toBe(0);
    expect((await first).stdout).toContain('[gave-way]');
    const rejected = await inLine;
    expect(rejected?.exitCode, rejected?.stdout).toBe(0);
    expect(rollback.stdout).not.toContain(`${WAITING}: reject`);
    expect(await wanted(world)).toBeUndefined();

    // A wish that its run did not live to take back, as a killed runner leaves it.
    const wish = { mode: 'rollback', revision: '', run: 'gone', job: '', attempt: 1, actor: '', since: 'then' };
    await world.kubectl('annotate', 'lease', 'greenpath-web', `${ANNOTATION_WANTED}=${JSON.stringify(wish)}`);
    world.manifests({});
    await passes(world, 'deploy-green', 'v4');
    expect(await wanted(world)).toBeUndefined();
  } finally {
    await world.end();
  }
});

test('a rollback whose timeout ends while it waits takes its wish back', { timeout: 120_000 }, async () => {
  const world = await makeWorld(cluster, 'overtake-wish', 'split', 1);
  try {
    await released(world, 'v2', OLD);
    // A holder that does not hear: it is stopped, and its lock has not expired yet.
    let deaf: ChildProcess | undefined;
    const busy = world.run(
      'deploy-green',
      'v3',
      {},
      {
        when: {
          text: 'created Service web-v3',
          act: (child) => {
            deaf = child;
            child.kill('SIGSTOP');
          },
        },
      },
    );
    await vi.waitFor(() => expect(deaf).toBeDefined(), { timeout: 20_000 });
    const rollback = await world.run('rollback', '', { timeout: '3s' });
    expect(rollback.stdout).toContain('[lock-held]');
    expect(await wanted(world)).toBeUndefined();
    deaf?.kill('SIGCONT');
    expect(await busy).toMatchObject({ exitCode: 0 });
  } finally {
    await world.end();
  }
});
