import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { Wire } from '../../harness/wire.ts';
import { attempt, killAt } from './crash.ts';
import { deployment, ingress, service } from './parts.ts';
import { apply, CONFIG, makeWorld, untilAnswers, type World } from './world.ts';

/**
 * An application with a CronJob, created by hand and live, is taken over: promote and rollback are killed before and after
 * every write, and at no moment do the CronJobs of both versions make Jobs.
 */

const cluster = inject('cluster');
const HOST = 'cron-crash.test';
/** Only `promote` would ask whether the revision was verified. */
const optionsOf = (mode: string) => ({
  config: CONFIG.replace('2500ms', '500ms'),
  ...(mode === 'promote' && { 'require-verified': 'false' }),
});
/** What there is when a version is live and nothing is left to do. */
const LIVE = {
  adopted: { active: ['report'], route: 'web-adopted', entry: { app: 'web' } },
  v2: { active: ['report-v2'], route: 'web-v2', entry: { app: 'web-v2', revision: 'v2' } },
};
type Side = keyof typeof LIVE;

let world: World;
let wire: Wire;
let jobs: CronJobs;
let job = 0;

/** Which CronJobs of the namespace make Jobs, one change after the other as the API server tells them. */
class CronJobs {
  readonly #child: ChildProcess;
  readonly #suspended = new Map<string, string>();
  /** Each set of CronJobs that made Jobs at one time. */
  readonly seen: string[][] = [];

  constructor(namespace: string) {
    const columns = 'jsonpath={.metadata.name} {.spec.suspend}{"\\n"}';
    const args = ['--kubeconfig', cluster.kubeconfig, '-n', namespace, 'get', 'cronjob', '--watch', '-o', columns];
    this.#child = spawn(cluster.kubectl, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (this.#child.stdout) createInterface(this.#child.stdout).on('line', (line) => this.#note(line));
  }

  get active(): string[] {
    return [...this.#suspended].flatMap(([name, suspended]) => (suspended === 'true' ? [] : [name])).toSorted();
  }

  get isOpen(): boolean {
    return this.#child.exitCode === null;
  }

  close(): void {
    this.#child.kill();
  }

  #note(line: string): void {
    const [name = '', suspended = ''] = line.split(' ');
    this.#suspended.set(name, suspended);
    this.seen.push(this.active);
  }
}

beforeAll(async () => {
  world = await makeWorld(cluster, 'cron-crash', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  await apply(cluster, world.namespace, [
    ...parts('blue'),
    ingress('web', [{ host: HOST, path: '/', service: 'web' }]),
  ]);
  await untilAnswers(cluster, HOST, 'blue');
  const list = { apiVersion: 'v1', kind: 'List', items: parts('$(REVISION)') };
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify(list));
  wire = await Wire.open(cluster);
  jobs = new CronJobs(world.namespace);
});
afterEach(() => {
  expect(jobs.isOpen).toBe(true);
  expect(jobs.seen).toContainEqual([]);
  expect(jobs.seen.filter((active) => active.length > 1)).toEqual([]);
});
afterAll(async () => {
  jobs.close();
  wire.close();
  await world.end();
});

/** A web part, and a CronJob whose time does not come while the test runs. */
function parts(revision: string): object[] {
  const containers = [{ name: 'job', image: cluster.images.app }];
  const template = { spec: { restartPolicy: 'Never', containers } };
  const report = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'report' },
    spec: { schedule: '0 0 29 2 *', jobTemplate: { spec: { template } } },
  };
  return [deployment(cluster, { name: 'web', revision, env: { DRAIN: '0.5' } }), service('web'), report];
}

async function passes(mode: string, revision = ''): Promise<void> {
  const { exitCode, stdout } = await world.run(mode, revision, optionsOf(mode), { env: attempt(job, 2) });
  expect(exitCode, stdout).toBe(0);
}

/** Kills a run at `point`: the write, or undefined if there is no such point. */
function killed(mode: string, revision: string, point: number): Promise<string | undefined> {
  job += 1;
  const inputs = { ...optionsOf(mode), kubeconfig: wire.through(world.kubeconfig) };
  return killAt(wire, point, (started) => world.run(mode, revision, inputs, { env: attempt(job, 1), started }));
}

async function expectLive(side: Side, after: string): Promise<void> {
  await vi.waitFor(() => expect(jobs.active, after).toEqual(LIVE[side].active));
  const field = (object: string, path: string) => world.kubectl('get', object, '-o', `jsonpath={${path}}`);
  const [route, entry] = await Promise.all([
    field('ingress/web', '.spec.rules[0].http.paths[0].backend.service.name'),
    field('service/web', '.spec.selector'),
  ]);
  expect({ active: jobs.active, route, entry: JSON.parse(entry) }, after).toEqual(LIVE[side]);
}

test('a live CronJob that was made by hand is suspended and kept, and works again after a rollback', async () => {
  await passes('deploy-green', 'v2');
  await vi.waitFor(() => expect(jobs.active).toEqual(['report']));
  await passes('promote', 'v2');
  await expectLive('v2', 'promote');
  await passes('rollback');
  await expectLive('adopted', 'rollback');
});

test('promote and rollback, killed at any write, are finished or taken back', { timeout: 1_200_000 }, async () => {
  const points = { promote: 0, rollback: 0 };
  for (let isTakenBack = false; ; isTakenBack = !isTakenBack) {
    await passes('deploy-green', 'v2');
    const promoted = await killed('promote', 'v2', points.promote + 1);
    if (promoted !== undefined) points.promote += 1;
    if (isTakenBack) {
      await passes('rollback');
      await expectLive('adopted', `promote killed ${promoted}, and rollback`);
      await passes('deploy-green', 'v2');
    }
    await passes('promote', 'v2');
    await expectLive('v2', `promote killed ${promoted}`);
    const back = await killed('rollback', '', points.rollback + 1);
    if (back !== undefined) points.rollback += 1;
    await passes('rollback');
    await expectLive('adopted', `rollback killed ${back}`);
    if (promoted === undefined && back === undefined) break;
  }
  console.log(`killed at ${points.promote} points of promote and ${points.rollback} of rollback`);
  expect(points.promote).toBeGreaterThan(10);
  expect(points.rollback).toBeGreaterThan(10);
});
