import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeWorld, type World } from './world.ts';

const cluster = inject('cluster');
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'manifests', 'split', 1);
});
afterAll(() => world.end());

/** The candidate's manifests, whose container reads all of this object. */
function reading(object: { kind: string; immutable?: boolean; data?: object; stringData?: object }): void {
  world.manifests({}, { progressDeadlineSeconds: 15 });
  const file = join(world.folder, 'web.json');
  const list = JSON.parse(readFileSync(file, 'utf8'));
  const deployment = list.items.find((one: { kind: string }) => one.kind === 'Deployment');
  const field = object.kind === 'Secret' ? 'secretRef' : 'configMapRef';
  deployment.spec.template.spec.containers[0].envFrom = [{ [field]: { name: 'settings' } }];
  list.items.push({ apiVersion: 'v1', metadata: { name: 'settings' }, ...object });
  writeFileSync(file, JSON.stringify(list));
}

test.each<[string, string, (content: Record<string, string>) => Parameters<typeof reading>[0]]>([
  ['a ConfigMap', 'plain', (data) => ({ kind: 'ConfigMap', data })],
  ['an immutable ConfigMap', 'fixed', (data) => ({ kind: 'ConfigMap', immutable: true, data })],
  ['a Secret', 'keyed', (stringData) => ({ kind: 'Secret', stringData })],
  ['an immutable Secret', 'sealed', (stringData) => ({ kind: 'Secret', immutable: true, stringData })],
])(
  '%s at which green crashes is corrected: the same revision starts with what it says now',
  async (_, revision, of) => {
    reading(of({ CRASH: 'no database' }));
    const crashed = await world.run('deploy-green', revision);
    expect(crashed.exitCode, crashed.stdout).toBe(1);
    expect(crashed.stdout).toContain('no database');
    reading(of({ FAIL_SMOKE: '/healthz' }));
    const corrected = await world.run('deploy-green', revision);
    expect(corrected.exitCode, corrected.stdout).toBe(0);
    expect((await world.run('verify', revision)).stdout).toContain('status 500; expected 2xx');
    reading(of({ OTHER: 'x' }));
    const again = await world.run('deploy-green', revision);
    expect(again.exitCode, again.stdout).toBe(0);
    const verified = await world.run('verify', revision);
    expect(verified.exitCode, verified.stdout).toBe(0);
    const same = await world.run('deploy-green', revision);
    expect(same.outputs.changed, same.stdout).toBe('false');
    expect((await world.run('reject', revision)).exitCode).toBe(0);
  },
);

test('what is live is not corrected: the refusal names what differs, and no value', async () => {
  const container = (data: Record<string, string>) => ({ kind: 'Secret', stringData: data });
  reading(container({ OTHER: 'hidden-one' }));
  for (const mode of ['deploy-green', 'verify', 'promote']) {
    const outcome = await world.run(mode, 'lived');
    expect(outcome.exitCode, outcome.stdout).toBe(0);
  }
  reading(container({ OTHER: 'hidden-two' }));
  const file = join(world.folder, 'web.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"DRAIN","value":"3"', '"DRAIN","value":"4"'));
  const { exitCode, stdout } = await world.run('deploy-green', 'lived');
  expect(exitCode).toBe(1);
  expect(stdout).toContain(
    'revision lived is live with other content than these manifests: Secret settings-lived (data.OTHER); Deployment web-lived (spec.template.spec.containers[web].env[DRAIN].value)',
  );
  expect(stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('hidden');
});

test('a part that is switched off and an HPA of autoscaling/v1 go live, and back', async () => {
  world.manifests({});
  const file = join(world.folder, 'web.json');
  const list = JSON.parse(readFileSync(file, 'utf8'));
  const web = list.items.find((one: { kind: string }) => one.kind === 'Deployment');
  const labels = { app: 'idle' };
  const template = { ...web.spec.template, metadata: { labels } };
  list.items.push({
    ...web,
    metadata: { name: 'idle' },
    spec: { ...web.spec, replicas: 0, selector: { matchLabels: labels }, template },
  });
  list.items.push({
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 2,
      targetCPUUtilizationPercentage: 70,
    },
  });
  writeFileSync(file, JSON.stringify(list));
  const replicas = () => world.kubectl('get', 'deployment', 'idle-parts', '-o', 'jsonpath={.spec.replicas}');
  for (const [mode, revision] of [
    ['deploy-green', 'parts'],
    ['verify', 'parts'],
    ['promote', 'parts'],
    ['rollback', ''],
  ] as const) {
    const outcome = await world.run(mode, revision);
    expect(outcome.exitCode, outcome.stdout).toBe(0);
    expect(await replicas()).toBe('0');
  }
  const scaler = await world.kubectl('get', 'hpa', 'web-parts', '-o', 'jsonpath={.spec.metrics[0].resource}');
  expect(JSON.parse(scaler)).toEqual({ name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } });
});

test('a paused Deployment is refused before anything is written', async () => {
  world.manifests({}, { paused: true });
  const { exitCode, stdout, outputs } = await world.run('deploy-green', 'paused');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error file=paused\.json,line=1::Deployment web is paused \(spec\.paused: true\)/m);
  expect(outputs.changed).toBe('false');
});
