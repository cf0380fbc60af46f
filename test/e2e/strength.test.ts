import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { apply, CONFIG, makeWorld, type World } from './world.ts';

/** Promise 5: green gets traffic only at blue's strength, and no HPA shrinks either side while it is needed. */

const cluster = inject('cluster');
let world: World;
const hpa = (name: string, min: number, max: number) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: min,
    maxReplicas: max,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
  },
});

beforeAll(async () => {
  world = await makeWorld(cluster, 'strength', 'split', 1);
  const file = join(world.folder, 'web.json');
  const list = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...list, items: [...list.items, hpa('web', 1, 2)] }));
  await apply(cluster, world.namespace, [hpa('web-v1', 1, 9)]);
  await scaleBlue(3);
});
afterAll(() => world.end());

async function scaleBlue(count: number): Promise<void> {
  await world.kubectl('scale', 'deployment', 'web-v1', `--replicas=${count}`);
  // What the action goes by is the endpoints, which follow the Deployment's status.
  await vi.waitFor(async () => expect(await readyBehind('web-v1')).toBe(count), { timeout: 60_000 });
}
const replicas = async (name: string) =>
  Number(await world.kubectl('get', 'deployment', name, '-o', 'jsonpath={.spec.replicas}'));
const limits = async (name: string) => {
  const { spec, metadata } = JSON.parse(await world.kubectl('get', 'hpa', name, '-o', 'json'));
  return [spec.minReplicas, spec.maxReplicas, metadata.annotations?.['greenpath.dev/limits']];
};
const readyBehind = async (service: string) => {
  const { items } = JSON.parse(
    await world.kubectl('get', 'endpointslices', '-l', `kubernetes.io/service-name=${service}`, '-o', 'json'),
  );
  return items
    .flatMap((slice: { endpoints?: { conditions: { ready: boolean } }[] }) => slice.endpoints ?? [])
    .filter((endpoint: { conditions: { ready: boolean } }) => endpoint.conditions.ready).length;
};
async function passes(mode: string, revision = '', more: Record<string, string> = {}, options = {}) {
  const outcome = await world.run(mode, revision, more, options);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome;
}

test('deploy-green starts at the larger of the manifest and of what is live; its HPA holds it there', async () => {
  await passes('deploy-green', 'v2');
  expect(await readyBehind('web-v2')).toBe(3);
  expect(await limits('web-v2')).toEqual([3, 3, '1..2']);
  await passes('verify', 'v2');
});

test('promote tops up to what blue has by then, before the switch; blue itself is never touched', async () => {
  await scaleBlue(4);
  let atSwitch = 0;
  const act = async () => {
    atSwitch = await readyBehind('web-v2');
  };
  const { stdout } = await passes('promote', 'v2', {}, { when: { text: 'Switched', act } });
  expect(stdout).toContain('web-v2 has 3 ready pods, and 4 are needed');
  expect(atSwitch).toBe(4);
  expect(await limits('web-v2')).toEqual([4, 4, '1..2']);
  expect(await replicas('web-v1')).toBe(4);
  expect(await limits('web-v1')).toEqual([4, 9, '1..9']);
});

test('rollback goes first to what is whole, and scales it up to what it left after', async () => {
  await world.kubectl('patch', 'hpa', 'web-v1', '-p', '{"spec":{"minReplicas":1}}');
  await scaleBlue(1);
  const { stdout } = await passes('rollback');
  expect(stdout).toMatch(/Switched: [\s\S]*Deployment web-v1 scaled from 1 to 4\n[\s\S]*Proven at the live URLs/);
  expect(await readyBehind('web-v1')).toBe(4);
});

test('retire gives the live HPA its own limits back', async () => {
  await passes('deploy-green', 'v2');
  await passes('verify', 'v2');
  await passes('promote', 'v2');
  const { stdout } = await passes('retire', '', { config: `${CONFIG}drain: 1s\n` });
  expect(stdout).toContain('HorizontalPodAutoscaler web-v2 has its own limits again');
  expect(await limits('web-v2')).toEqual([1, 2, undefined]);
});
