import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Outcome } from '../../harness/action.ts';
import { pathsOf } from '../../src/routes/ingress/paths.ts';
import { deployment, service } from './parts.ts';
import { apply, makeWorld, type World } from './world.ts';

/** Promise 10: what pods, events and the server say may hold passwords: none of them stands anywhere. */

const cluster = inject('cluster');
const SAID = /hunter2|tiger-lily|paper-rose|20406080/;
const LINE = 'cannot reach postgres://***@db:5432/shop with pin *** and key ***';
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'leaks', 'split', 1);
  await apply(cluster, world.namespace, [secret('outside', { KEY: 'paper-rose' })]);
});
afterAll(() => world.end());

function secret(name: string, stringData: object): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData };
}

function manifests(...items: object[]): void {
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

/** Everything that people and later steps see of a run, less the lines that tell the runner what to hide. */
function seen({ stdout, outputs, summary, state }: Outcome): string {
  return [stdout.replaceAll(/^::add-mask::.*$/gm, ''), JSON.stringify({ outputs, state }), summary].join('\n');
}

test('a pod that crashes with passwords on its lips: its line is shown everywhere, and they nowhere', async () => {
  const from = (name: string, key: string) => ({ valueFrom: { secretKeyRef: { name, key } } });
  const env = [
    { name: 'PIN', ...from('pins', 'PIN') },
    { name: 'KEY', ...from('outside', 'KEY') },
    { name: 'CRASH', value: 'cannot reach postgres://shop:hunter2@db:5432/shop with pin $(PIN) and key $(KEY)' },
  ];
  const web = deployment(cluster, { name: 'web', spec: { progressDeadlineSeconds: 4 } });
  const text = JSON.stringify(web).replace('"env":[', `"env":[${JSON.stringify(env).slice(1, -1)},`);
  manifests(service('web'), JSON.parse(text), secret('pins', { PIN: 'tiger-lily', PASSWORD: 'correct-horse-battery' }));
  const run = await world.run('deploy-green', 'v2');
  expect(run.exitCode, run.stdout).toBe(1);
  expect(run.stdout).toMatch(new RegExp(`^::error::.*${LINE.replaceAll(/[*/?]/g, '\\$&')}`, 'm'));
  expect(JSON.parse(run.outputs.json ?? '').error.what).toContain(LINE);
  expect(run.summary).toContain('cannot reach postgres');
  expect(seen(run)).not.toMatch(SAID);
  expect(run.stdout).toMatch(/^::add-mask::correct-horse-battery$/m);
  // Two words that nothing calls a password: the runner would drop outputs that hold them.
  expect(run.stdout).not.toContain('::add-mask::tiger-lily');
  expect(run.stdout).not.toContain('paper-rose');
  expect(await world.kubectl('get', 'configmaps,ingresses,leases', '-o', 'json')).not.toMatch(SAID);
});

test('a mode without manifests hides what the pods read as well', async () => {
  const run = await world.run('rollback', '', { to: 'v2' });
  expect(run.exitCode, run.stdout).toBe(1);
  expect(run.stdout).toContain(LINE);
  expect(seen(run)).not.toMatch(SAID);
});

test.each([
  ['a number', { PIN: 20406080 }, 'stringData.PIN is a number'],
  ['a map', { PIN: { a: 'hunter2' } }, 'stringData.PIN is a map'],
])('a value of a Secret that is %s: field and type are named, and not the value', async (_, values, told) => {
  manifests(service('web'), deployment(cluster, { name: 'web' }), secret('pins', values));
  const run = await world.run('deploy-green', 'v2');
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain(`Secret pins: ${told}`);
  expect(seen(run)).not.toMatch(SAID);
});

test('a value that the server quotes, wherever it is, is not shown', async () => {
  const web = JSON.stringify(deployment(cluster, { name: 'web' })).replace(
    '"env":[',
    '"env":[{"name":"PIN","value":20406080},',
  );
  manifests(service('web'), JSON.parse(web));
  const run = await world.run('deploy-green', 'v2');
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain('.env[name="PIN"].value: expected string, got ');
  expect(seen(run)).not.toMatch(SAID);
});

test('what opens parking is shown nowhere, neither by a run that writes it nor by one that keeps it', async () => {
  const own = await makeWorld(cluster, 'leaks-parking', 'split', 1);
  try {
    const runs = [await own.run('deploy-green', 'v2'), await own.run('deploy-green', 'v2')];
    const parking = JSON.parse(await own.kubectl('get', 'ingress/greenpath-web-parking', '-o', 'json'));
    const paths = pathsOf(parking).map(({ path }) => path.slice(1));
    expect(paths).not.toEqual([]);
    for (const run of runs) {
      expect(run.exitCode, run.stdout).toBe(0);
      for (const path of paths) expect(seen(run)).not.toContain(path);
    }
    expect(runs[0]?.summary).toContain('path: /***');
  } finally {
    await own.end();
  }
});
