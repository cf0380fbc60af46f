import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { observe, realWritesIn, snapshot, writesIn } from './observe.ts';
import { apply, makeWorld, type World } from './world.ts';

/** What stands between a candidate and the visitors: what the live pods read, the stamp, the Role, and the way round the stamp. */

const cluster = inject('cluster');
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'guards', 'split', 1);
  const env = { name: 'PAGE', valueFrom: { configMapKeyRef: { name: 'pages', key: 'blue' } } };
  await apply(cluster, world.namespace, [pages({ blue: 'as it was', other: 'theirs' })]);
  const patch = [{ op: 'add', path: '/spec/template/spec/containers/0/env/-', value: env }];
  await world.kubectl('patch', 'deployment', 'web-v1', '--type=json', '-p', JSON.stringify(patch));
  await world.kubectl('rollout', 'status', 'deployment/web-v1', '--timeout=60s');
});
afterAll(() => world.end());

const observed = (mode: string, revision: string, more: Record<string, string> = {}) =>
  observe(world.namespace, () => world.run(mode, revision, more));
const present = () => snapshot(world.kubectl);
const liveBackend = async () =>
  JSON.parse(await world.kubectl('get', 'ingress', 'web', '-o', 'json')).spec.rules[0].http.paths[0].backend.service
    .name;

function pages(data: Record<string, string>): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'pages' }, data };
}

/** A hand-written pair's green side, one object a line, and the ConfigMap that both sides read as the last of them. */
function pair(data: Record<string, string>): Record<string, string> {
  const labels = { app: 'web', revision: 'v3' };
  const env = [
    { name: 'REVISION', value: 'v3' },
    { name: 'PAGE', valueFrom: { configMapKeyRef: { name: 'pages', key: 'green' } } },
  ];
  const containers = [{ name: 'web', image: cluster.images.app, env }];
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web-v3', labels },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web-v3', labels },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    },
    pages(data),
  ];
  const text = objects.map((object) => `${JSON.stringify(object)}\n`).join('---\n');
  writeFileSync(join(world.folder, 'pair.yaml'), text);
  return { manifests: 'pair.yaml' };
}

test.each([
  ['a key that the live pods read', { blue: 'changed', green: 'new' }, 'blue'],
  ['a key that somebody else manages', { other: 'changed', green: 'new' }, 'other'],
])('a ConfigMap that both sides share would change %s: refused at its line', async (_, data, key) => {
  const before = await present();
  const run = await observed('deploy-green', 'v3', pair(data));
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain(
    `::error file=pair.yaml,line=5::ConfigMap pages is shared with the live version, and this would change ${key},`,
  );
  expect(writesIn(run)).toEqual([]);
  expect(await present()).toEqual(before);
});

test('the same ConfigMap with a new key only: accepted, and a dry run does not set it', async () => {
  const before = await present();
  const run = await observed('deploy-green', 'v3', { ...pair({ blue: 'as it was', green: 'new' }), 'dry-run': 'true' });
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.stdout).toContain('would change ConfigMap pages\n');
  expect(run.stdout).toContain('+  green: new\n');
  expect(realWritesIn(run)).toEqual([]);
  expect(await present()).toEqual(before);
});

test('the Role loses patch on ingresses between verify and promote: named, and visitors stay on blue', async () => {
  const deployed = await observed('deploy-green', 'v2');
  expect(deployed.exitCode, deployed.stdout).toBe(0);
  const role = JSON.parse(await world.kubectl('get', 'role', 'greenpath', '-o', 'json'));
  const rules = role.rules.map((rule: { resources: string[]; verbs: string[] }) =>
    rule.resources.includes('ingresses') ? { ...rule, verbs: rule.verbs.filter((verb) => verb !== 'patch') } : rule,
  );
  const setRules = (to: unknown) =>
    world.kubectl('patch', 'role', 'greenpath', '--type=merge', '-p', JSON.stringify({ rules: to }));
  const before = await present();
  await setRules(rules);
  try {
    const run = await observed('promote', 'v2', { 'require-verified': 'false' });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('the account may not patch ingresses in namespace ');
    expect(run.stdout).toContain('What to do: Add the verb patch on ingresses to the Role');
    expect.soft(run.stdout).toContain('Visitors: http://guards.test/ is served by web-v1 (revision v1)');
    expect(run.outputs).toMatchObject({ state: 'unchanged', changed: 'false', 'previous-revision': 'v1' });
    expect(writesIn(run)).toEqual(['patch ingresses web 403']);
    expect(await present()).toEqual(before);
  } finally {
    await setRules(role.rules);
  }
});

test('require-verified: false goes on without a stamp, and a warning says so', async () => {
  const refused = await observed('promote', 'v2');
  expect(refused.exitCode).toBe(1);
  expect(refused.stdout).toContain('[not-verified]');
  expect(refused.stdout).not.toContain('::warning::');
  expect(await liveBackend()).toBe('web-v1');
  const run = await observed('promote', 'v2', { 'require-verified': 'false' });
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.stdout).toContain('::warning::require-verified is false: revision v2 goes live although no valid stamp');
  expect(run.outputs).toMatchObject({ state: 'live', proof: 'identity', 'previous-revision': 'v1', changed: 'true' });
  expect(await liveBackend()).toBe('web-v2');
});
