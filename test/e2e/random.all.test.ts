import { X509Certificate } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { isLost, type Load } from '../../harness/load.ts';
import { observe, realWritesIn } from './observe.ts';
import { RandomStory } from './random.ts';
import { tellOneStory } from './story.ts';
import { visitorsOf } from './visitors.ts';
import { RETIRE, untilAnswers, type World } from './world.ts';

/** A chart with random values, rendered by the real Helm, over the whole life of an application: they are made once. */

const cluster = inject('cluster');
let story: RandomStory;
let world: World;
let visitors: Load;
let first: Awaited<ReturnType<RandomStory['secrets']>>;
tellOneStory();

beforeAll(async () => {
  story = await RandomStory.open('random');
  ({ world } = story);
  visitors = visitorsOf(cluster, world.host, 400);
});
afterAll(async () => {
  await visitors.stop();
  await world.end();
});

const generation = (name: string) => world.kubectl('get', 'deployment', name, '-o', 'jsonpath={.metadata.generation}');

test('a dry run tells what is random', async () => {
  const { stdout } = await story.deploy('v2', {}, { 'dry-run': 'true' });
  expect(stdout).toContain('Secret web has random values: data.URL, data.SESSION_KEY and data.settings.ini are new');
  expect(stdout).toContain('Secret web-tls has random values: data.ca.crt, data.tls.crt and data.tls.key are new');
  expect(stdout).toContain(
    'Deployment web has random values: spec.template.metadata.annotations.checksum/secrets is new',
  );
});

test('the first release has the values of one rendering: the password fits the database, and the key its certificate', async () => {
  await story.deploy('v2');
  first = await story.secrets('-v2');
  expect(first.web.URL).toBe(`postgres://shop:${first.database.password}@database/shop`);
  expect(
    new X509Certificate(first.tls['tls.crt'] ?? '').checkIssued(new X509Certificate(first.tls['ca.crt'] ?? '')),
  ).toBe(true);
  await story.query('web-v2', "create table kept (word text); insert into kept values ('row')");
});

test('the same commit again: the candidate stays as it is', async () => {
  const before = await Promise.all(['web-v2', 'database'].map(generation));
  const { outputs, stdout } = await story.deploy('v2');
  expect(outputs).toMatchObject({ state: 'candidate', changed: 'false' });
  expect(stdout).toContain(
    'Secret web has random values: data.URL, data.SESSION_KEY and data.settings.ini are kept from Secret web-v2',
  );
  expect(stdout).toContain('Secret database has random values: data.password is kept from Secret database');
  expect(stdout).not.toContain('it differs from the manifests');
  expect(await story.secrets('-v2')).toEqual(first);
  expect(await Promise.all(['web-v2', 'database'].map(generation))).toEqual(before);
});

test('the same commit again when it is live: nothing to do', async () => {
  for (const mode of ['verify', 'promote']) await story.passes(mode, 'v2');
  await untilAnswers(cluster, world.host, 'v2');
  const observed = await observe(world.namespace, () => story.deploy('v2'));
  expect(observed.stdout).toContain('Revision v2 is live already: nothing to do.');
  expect(observed.outputs).toMatchObject({ state: 'live', changed: 'false' });
  expect(realWritesIn(observed)).toEqual([]);
});

test('the next revision has the same values: they fit the database, and a change beside them comes along', async () => {
  const stdout = await story.release('v3', { greeting: 'welcome' });
  expect(stdout).toContain(
    'Secret web-tls has random values: data.ca.crt, data.tls.crt and data.tls.key are kept from Secret web-tls-v2',
  );
  const { web, ...rest } = await story.secrets('-v3');
  const settings = first.web['settings.ini']?.replace('hello', 'welcome');
  expect(rest).toEqual({ database: first.database, tls: first.tls });
  expect(web).toEqual({ ...first.web, 'settings.ini': settings });
  expect(await story.query('web-v3', 'select word from kept')).toBe('row');
});

test('after a rollback, the revision that was left can be deployed and promoted again', async () => {
  await story.passes('rollback');
  await untilAnswers(cluster, world.host, 'v2');
  expect(await story.query('web-v2', 'select word from kept')).toBe('row');
  const { outputs } = await story.deploy('v3', { greeting: 'welcome' });
  expect(outputs).toMatchObject({ state: 'candidate' });
  for (const mode of ['verify', 'promote']) await story.passes(mode, 'v3');
  await untilAnswers(cluster, world.host, 'v3');
});

test('what is not clear is refused by name, and nothing is written', async () => {
  const text = `apiVersion: v1\nkind: Secret\nmetadata: {name: web-{{ randAlphaNum 5 | lower }}}\n`;
  const file = join(world.folder, 'chart/templates/named.yaml');
  writeFileSync(file, text);
  const observed = await observe(world.namespace, () => story.run('deploy-green', 'v4', story.inputs('v4')));
  rmSync(file);
  expect(observed.exitCode).toBe(1);
  expect(observed.stdout).toContain('Secret web-… has another name in each rendering of the same input');
  expect(realWritesIn(observed)).toEqual([]);
});

test('retire removes the copies of the old revision, and the others fit on', async () => {
  await story.passes('retire', '', RETIRE);
  expect(await world.kubectl('get', 'secret', '-o', 'name')).not.toContain('web-v2');
  expect(await story.query('web-v3', 'select word from kept')).toBe('row');
  await story.release('v4', { greeting: 'welcome' });
  expect((await story.secrets('-v4')).tls).toEqual(first.tls);
  expect(await story.query('web-v4', 'select word from kept')).toBe('row');
});

test('no value was shown to anybody or is in a record', async () => {
  const lines = Object.values({ ...first.database, ...first.web, ...first.tls }).flatMap((text) => text.split('\n'));
  const values = lines
    .map((line) => line.replace('signing-key = ', ''))
    .filter((line) => /^(?!-----)\S{20}/.test(line));
  const all = [...story.said, await world.kubectl('get', 'configmaps,deployments,ingresses,leases', '-o', 'json')].join(
    '\n',
  );
  expect(values.length).toBeGreaterThan(10);
  for (const one of values) expect(all.includes(one), one).toBe(false);
});

test('no visitor noticed any of it', async () => {
  const answers = await visitors.stop();
  expect(answers.length).toBeGreaterThan(500);
  expect(answers.filter(isLost)).toEqual([]);
});
