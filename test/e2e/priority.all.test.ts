import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import type { Outcome } from '../../harness/action.ts';
import { Wire } from '../../harness/wire.ts';
import { ANNOTATION_WANTED } from '../../src/core/kube/lease.ts';
import { type Busy, overtake, released, WAITING } from './priority.ts';
import { ask, CONFIG, makeWorld, type World } from './world.ts';

/** What a rollback may find at work, and that it is never behind it: the bar is 3 s from its start to its patch. */

const cluster = inject('cluster');
const OLD = `${CONFIG}keep: 0\n`;
let wire: Wire;
beforeAll(async () => {
  wire = await Wire.open(cluster);
});
afterAll(() => wire.close());

const live = async (world: World) => (await ask(cluster, world.host, '/')).headers['x-revision'];
const lease = async (world: World) => JSON.parse(await world.kubectl('get', 'lease', 'greenpath-web', '-o', 'json'));
const wanted = async (world: World) => (await lease(world)).metadata.annotations[ANNOTATION_WANTED];

/** Manifests whose candidate has a Job that takes ten minutes at its point. */
function withHook(world: World, point: string): void {
  const file = join(world.folder, 'web.json');
  const { items, ...list } = JSON.parse(readFileSync(file, 'utf8'));
  const container = { name: 'job', image: cluster.images.app, env: [{ name: 'START_DELAY', value: '600' }] };
  const metadata = { name: 'slow', annotations: { 'greenpath.dev/hook': point } };
  const spec = { template: { spec: { restartPolicy: 'Never', containers: [container] } } };
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { ...spec, activeDeadlineSeconds: 900 } };
  writeFileSync(file, JSON.stringify({ ...list, items: [...items, job] }));
}

interface Scenario {
  readonly name: string;
  readonly busy: Busy;
  /** What has to be there before, on top of the live v2 and the previous v1. */
  before(world: World): Promise<void>;
  readonly to: string;
}
const longer = { timeout: '15m' };
const passes = async (world: World, mode: string, revision: string, more: Record<string, string> = {}) => {
  const outcome = await world.run(mode, revision, more);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
};

const SCENARIOS: readonly Scenario[] = [
  {
    name: "the next version's rollout",
    before: async (world) => world.manifests({ READY_DELAY: '600' }),
    busy: { mode: 'deploy-green', revision: 'v3', inputs: longer, says: 'v3: 0 of 1 ready' },
    to: 'v1',
  },
  {
    name: "the next version's pre-deploy hook",
    before: async (world) => withHook(world, 'pre-deploy'),
    busy: { mode: 'deploy-green', revision: 'v3', inputs: longer, says: 'Job slow-v3 (pre-deploy) started' },
    to: 'v1',
  },
  {
    name: "the next version's pre-promote hook",
    before: async (world) => {
      withHook(world, 'pre-promote');
      for (const mode of ['deploy-green', 'verify']) await passes(world, mode, 'v3');
    },
    busy: { mode: 'promote', revision: 'v3', inputs: longer, says: 'Job slow-v3 (pre-promote) started', back: 'v1' },
    to: 'v1',
  },
  {
    name: 'checks that do not pass for ten minutes',
    before: async (world) => {
      const config = CONFIG.replace('GET /healthz', '{request: GET /healthz, expect: {status: 418}}').replace(
        '3s',
        '10m',
      );
      await passes(world, 'deploy-green', 'v3', { config });
    },
    busy: { mode: 'verify', revision: 'v3', inputs: longer, says: 'The preview answers as v3' },
    to: 'v1',
  },
  {
    name: 'a retire whose pods take their time to end',
    before: async (world) => {
      world.manifests({ DRAIN: '25' });
      for (const revision of ['v3', 'v4', 'v5']) await released(world, revision, OLD);
    },
    busy: {
      mode: 'retire',
      revision: '',
      inputs: { ...longer, config: `${CONFIG}keep: 1\ndrain: 1s\n` },
      says: 'deleted Deployment web-v3',
    },
    to: 'v4',
  },
];

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
      expect(seen.busy.stdout).toContain('(gave-way;');
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
    expect(promoted.stdout).toContain('(gave-way;');
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
    expect((await first).stdout).toContain('(gave-way;');
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
    expect(rollback.stdout).toContain('(lock-held;');
    expect(await wanted(world)).toBeUndefined();
    deaf?.kill('SIGCONT');
    expect(await busy).toMatchObject({ exitCode: 0 });
  } finally {
    await world.end();
  }
});
