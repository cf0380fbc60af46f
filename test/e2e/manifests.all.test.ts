import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { actsIn } from './acts.ts';
import { makeWorld, type World } from './world.ts';

/** What manifests say, carried out: corrected content, parts that are switched off, and fields of other versions. */

const cluster = inject('cluster');
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'manifests', 'split', 1);
});
afterAll(() => world.end());

interface Item {
  kind: string;
  spec: { template: { spec: { containers: { envFrom?: object[] }[] } } };
}
interface Content {
  kind: string;
  immutable?: boolean;
  data?: object;
  stringData?: object;
}

/** The candidate's manifests with this in its Deployment's `spec`, and with what `more` makes of that Deployment. */
function manifests(spec: object, more: (deployment: Item) => object[] = () => []): void {
  world.manifests({}, spec);
  const file = join(world.folder, 'web.json');
  const list: { items: Item[] } = JSON.parse(readFileSync(file, 'utf8'));
  const added = list.items.flatMap((one) => (one.kind === 'Deployment' ? more(one) : []));
  writeFileSync(file, JSON.stringify({ ...list, items: [...list.items, ...added] }));
}

/** Lets the container read all of an object, which is added. */
function reading(deployment: Item, content: Content): object {
  const field = content.kind === 'Secret' ? 'secretRef' : 'configMapRef';
  for (const container of deployment.spec.template.spec.containers)
    container.envFrom = [{ [field]: { name: 'settings' } }];
  return { apiVersion: 'v1', metadata: { name: 'settings' }, ...content };
}

const { passes } = actsIn(() => world);
const replicas = (name: string) => world.kubectl('get', 'deployment', name, '-o', 'jsonpath={.spec.replicas}');

test.each<[string, string, (content: Record<string, string>) => Content]>([
  ['a ConfigMap', 'plain', (data) => ({ kind: 'ConfigMap', data })],
  ['an immutable ConfigMap', 'fixed', (data) => ({ kind: 'ConfigMap', immutable: true, data })],
  ['a Secret', 'keyed', (stringData) => ({ kind: 'Secret', stringData })],
  ['an immutable Secret', 'sealed', (stringData) => ({ kind: 'Secret', immutable: true, stringData })],
])(
  '%s at which green crashes is corrected: the same revision starts with what it says now',
  async (_, revision, of) => {
    const holding = (content: Record<string, string>) =>
      manifests({ progressDeadlineSeconds: 15 }, (deployment) => [reading(deployment, of(content))]);
    holding({ CRASH: 'no database' });
    const crashed = await world.run('deploy-green', revision);
    expect(crashed.exitCode, crashed.stdout).toBe(1);
    // What a Secret holds is not shown where the application prints it.
    const words = of({}).kind === 'Secret' ? '\\*{3}' : 'no database';
    expect(crashed.stdout).toMatch(new RegExp(`Its last lines:\n.* ${words}`));
    holding({ FAIL_SMOKE: '/healthz' });
    const corrected = await passes('deploy-green', revision);
    expect(corrected.summary).toMatch(new RegExp(`settings-${revision}.*FAIL_SMOKE`, 's'));
    expect((await world.run('verify', revision)).stdout).toContain('status 500; expected 2xx');
    holding({ OTHER: 'something' });
    await passes('deploy-green', revision);
    await passes('verify', revision);
    expect((await passes('deploy-green', revision)).outputs.changed).toBe('false');
    await passes('reject', revision);
  },
);

test('a pod that stays keeps the old content of what is immutable: it is named, and the next run goes on', {
  timeout: 200_000,
}, async () => {
  const holding = (OTHER: string) =>
    manifests({}, (deployment) => {
      const { spec } = deployment.spec.template;
      Object.assign(spec, { terminationGracePeriodSeconds: 1 });
      return [reading(deployment, { kind: 'ConfigMap', immutable: true, data: { OTHER } })];
    });
  holding('one');
  await passes('deploy-green', 'stays');
  const pods = (await world.kubectl('get', 'pods', '-o', 'name')).split('\n');
  const pod = pods.find((one) => one.includes('web-stays')) ?? '';
  const hold = (finalizers: string[]) =>
    world.kubectl('patch', pod, '--type=merge', '-p', JSON.stringify({ metadata: { finalizers } }));
  await hold(['greenpath.test/hold']);
  holding('two');
  const { exitCode, stdout } = await world.run('deploy-green', 'stays');
  await hold([]);
  expect(exitCode, stdout).toBe(1);
  const [, name = ''] = pod.split('/');
  expect(stdout).toContain(`Deployment web-stays: waiting for the end of ${name}, 10`);
  expect(stdout).toMatch(
    new RegExp(`What failed: 1 pod \\(${name}\\) did not end within 1 min \\d s, which is longer`),
  );
  expect(stdout).toContain('[rollout-failed]');
  await passes('deploy-green', 'stays');
  expect(await world.kubectl('get', 'configmap', 'settings-stays', '-o', 'jsonpath={.data.OTHER}')).toBe('two');
  await passes('reject', 'stays');
});

test('what is live is not corrected: the refusal names what differs, and no value', async () => {
  const secret = (value: string) => ({ kind: 'Secret', stringData: { OTHER: value } });
  manifests({}, (deployment) => [reading(deployment, secret('hidden-one'))]);
  for (const mode of ['deploy-green', 'verify', 'promote']) await passes(mode, 'lived');
  manifests({ minReadySeconds: 1 }, (deployment) => [reading(deployment, secret('hidden-two'))]);
  const { exitCode, stdout } = await world.run('deploy-green', 'lived');
  expect(exitCode).toBe(1);
  expect(stdout).toContain(
    'revision lived is live with other content than these manifests: Secret settings-lived (data.OTHER); Deployment web-lived (spec.minReadySeconds)',
  );
  expect(stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('hidden');
});

test('a part that is switched off and an HPA of autoscaling/v1 go live, and back', async () => {
  const scaler = {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 2,
      targetCPUUtilizationPercentage: 70,
    },
  };
  const labels = { app: 'idle' };
  const idle = ({ spec, ...rest }: Item) => ({
    ...rest,
    metadata: { name: 'idle' },
    spec: {
      ...spec,
      replicas: 0,
      selector: { matchLabels: labels },
      template: { ...spec.template, metadata: { labels } },
    },
  });
  const content = (value: string) => ({ kind: 'Secret', immutable: true, stringData: { OTHER: value } });
  const spare = (OTHER: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a' },
    stringData: { OTHER },
  });
  const parts = (value: string, other = value) =>
    manifests({}, (deployment) => [idle(deployment), scaler, spare(value), reading(deployment, content(other))]);
  parts('as it was');
  for (const [mode, revision] of Object.entries({
    'deploy-green': 'parts',
    verify: 'parts',
    promote: 'parts',
    rollback: '',
  })) {
    await passes(mode, revision);
    expect(await replicas('idle-parts')).toBe('0');
  }
  const metric = await world.kubectl('get', 'hpa', 'web-parts', '-o', 'jsonpath={.spec.metrics[0].resource}');
  expect(JSON.parse(metric)).toEqual({ name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } });

  // It was live, so what it holds stays as it was, and its pods with it.
  const versions = () =>
    world.kubectl('get', 'secret,deployment', '-o', 'jsonpath={.items[*].metadata.resourceVersion}');
  const before = await versions();
  const refused = async (...secrets: string[]) => {
    const { exitCode, stdout } = await world.run('deploy-green', 'parts');
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain(
      `revision parts was live before and is kept for rollback with other content than these manifests: ${secrets.map((name) => `Secret ${name}-parts (data.OTHER)`).join('; ')}\n`,
    );
    expect(await versions()).toBe(before);
  };
  parts('as it is now', 'as it was');
  await refused('a');
  parts('as it is now');
  await refused('a', 'settings');
  parts('as it was');
  expect((await passes('deploy-green', 'parts')).outputs.state).toBe('candidate');
  await passes('reject', 'parts');
});

test('a candidate that was scaled to 0 starts again, also where the manifest says no number of replicas', async () => {
  manifests({ replicas: undefined });
  await passes('deploy-green', 'scaled');
  await world.kubectl('scale', 'deployment', 'web-scaled', '--replicas=0');
  const { stdout } = await passes('deploy-green', 'scaled');
  expect(stdout).toContain('Deployment web-scaled scaled from 0 to 1');
});

test('a paused Deployment is refused before anything is written', async () => {
  manifests({ paused: true });
  const { exitCode, stdout, outputs } = await world.run('deploy-green', 'paused');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error file=paused\.json,line=1::Deployment web is paused \(spec\.paused: true\)/m);
  expect(outputs.changed).toBe('false');
});
