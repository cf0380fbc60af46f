import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { deployment, ingress, service } from './parts.ts';
import { makeWorld, RETIRE, type World } from './world.ts';

/** CronJobs of every minute: only those of the revision that is live make Jobs, and never while others still run. */

const cluster = inject('cluster');
const MINUTE = { timeout: 90_000, interval: 500 };
let world: World;
beforeAll(async () => {
  world = await makeWorld(cluster, 'cron', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  const route = ingress('web', [{ host: 'cron.test', path: '/', service: 'web' }]);
  const web = deployment(cluster, { name: 'web' });
  const items = [service('web'), web, route, cronJob('report'), cronJob('off', { suspend: true })];
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
});
afterAll(() => world.end());

/** Its Jobs run for 15 seconds, until their deadline. */
function cronJob(name: string, more: object = {}): object {
  const containers = [{ name: 'job', image: cluster.images.app }];
  const template = { spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers } };
  const jobTemplate = { spec: { backoffLimit: 0, activeDeadlineSeconds: 15, template } };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name },
    spec: { schedule: '* * * * *', failedJobsHistoryLimit: 9, jobTemplate, ...more },
  };
}

interface Item {
  metadata: {
    name: string;
    creationTimestamp: string;
    annotations?: Record<string, string>;
    ownerReferences?: { name: string }[];
  };
  spec: { suspend?: boolean };
  status: { active?: number; conditions?: { type: string; lastTransitionTime: string }[] };
}
const list = async (kind: string): Promise<Item[]> => JSON.parse(await world.kubectl('get', kind, '-o', 'json')).items;
/** Which CronJobs make Jobs. */
const active = async () => (await list('cronjobs')).filter(({ spec }) => !spec.suspend).map((one) => one.metadata.name);
const jobsOf = async (cronJob: string) =>
  (await list('jobs')).filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === cronJob);
const slots = (jobs: Item[]) =>
  jobs.map(({ metadata }) => metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp']);
async function passes(mode: string, revision = '', more: Record<string, string> = {}): Promise<string> {
  const outcome = await world.run(mode, revision, more);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome.stdout;
}

test('at the first release they start; one that says suspend: true does not', async () => {
  expect(await passes('release', 'v1')).toContain('CronJob report-v1 creates Jobs from now on');
  expect(await active()).toEqual(['report-v1']);
});

test('a candidate makes no Job, and after the switch none before those of the other version ended', async () => {
  await passes('deploy-green', 'v2');
  await passes('verify', 'v2');
  await vi.waitFor(
    async () => expect((await jobsOf('report-v1')).some(({ status }) => status.active)).toBe(true),
    MINUTE,
  );
  expect(await jobsOf('report-v2')).toEqual([]);
  const stdout = await passes('promote', 'v2');
  expect(stdout).toMatch(
    /CronJob report-v1 is suspended[\s\S]*Waiting until Job report-v1-\d+ ended[\s\S]*CronJob report-v2 creates Jobs from now on/,
  );
  expect(await active()).toEqual(['report-v2']);
  await vi.waitFor(async () => expect(await jobsOf('report-v2')).not.toEqual([]), MINUTE);
  const [before, after] = [await jobsOf('report-v1'), await jobsOf('report-v2')];
  for (const { status } of before) expect(status.active ?? 0).toBe(0);
  const ends = before.flatMap(({ status }) => status.conditions?.map((one) => one.lastTransitionTime) ?? []);
  for (const { metadata } of after) for (const end of ends) expect(metadata.creationTimestamp >= end).toBe(true);
  expect(slots(after).filter((slot) => slots(before).includes(slot))).toEqual([]);
});

test('one that was changed since verify is not promoted, and a rollback is the reverse', async () => {
  const stdout = await passes('rollback');
  expect(stdout).toMatch(/CronJob report-v2 is suspended[\s\S]*CronJob report-v1 creates Jobs from now on/);
  expect(await active()).toEqual(['report-v1']);
  await passes('deploy-green', 'v2');
  await passes('verify', 'v2');
  await world.kubectl('patch', 'cronjob', 'report-v2', '-p', '{"spec":{"schedule":"*/2 * * * *"}}');
  const { exitCode, stdout: refused } = await world.run('promote', 'v2');
  expect([exitCode, refused]).toEqual([1, expect.stringContaining('CronJob report-v2 has changed')]);
});

test('one that somebody suspended is drift, which promote of the live version repairs', async () => {
  await world.kubectl('patch', 'cronjob', 'report-v1', '-p', '{"spec":{"suspend":true}}');
  expect(await passes('status')).toContain('CronJob report-v1 is suspended, and v1, its revision, is live');
  expect(await passes('promote', 'v1')).toContain('CronJob report-v1');
  expect(await active()).toEqual(['report-v1']);
});

test('reject and retire remove them with their Jobs', async () => {
  await passes('reject', 'v2');
  expect((await list('cronjobs')).map(({ metadata }) => metadata.name)).toEqual(['off-v1', 'report-v1']);
  await vi.waitFor(async () => expect(await jobsOf('report-v2')).toEqual([]), MINUTE);
  await passes('release', 'v3');
  expect(await passes('retire', '', RETIRE)).toContain('Retired v1');
  expect((await list('cronjobs')).map(({ metadata }) => metadata.name)).toEqual(['off-v3', 'report-v3']);
  expect(await active()).toEqual(['report-v3']);
});
