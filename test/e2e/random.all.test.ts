import { X509Certificate } from 'node:crypto';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { buildPrograms } from '../../cluster/build.ts';
import { RENDERERS } from '../../cluster/builds.ts';
import type { Outcome } from '../../harness/action.ts';
import { isLost, type Load } from '../../harness/load.ts';
import { observe, realWritesIn } from './observe.ts';
import { psql } from './psql.ts';
import { tellOneStory } from './story.ts';
import { visitorsOf } from './visitors.ts';
import { CONFIG, makeWorld, RETIRE, untilAnswers, type World } from './world.ts';

/** A chart with random values, rendered by the real Helm, over the whole life of an application: they are made once. */

const cluster = inject('cluster');
const said: string[] = [];
let world: World;
let visitors: Load;
let first: Record<string, Record<string, string>>;
tellOneStory();

beforeAll(async () => {
  const helm = (await buildPrograms(console.log, [RENDERERS]))('helm');
  world = await makeWorld(cluster, 'random', 'split', 1);
  mkdirSync(join(world.folder, 'bin'));
  symlinkSync(helm, join(world.folder, 'bin', 'helm'));
  cpSync('test/e2e/charts/random', join(world.folder, 'chart'), { recursive: true });
  visitors = visitorsOf(cluster, world.host, 400);
});
afterAll(async () => {
  await visitors.stop();
  await world.end();
});

/** Runs a mode, and keeps what people and later steps see of it, less the lines that tell the runner what to hide. */
async function run(mode: string, revision = '', more: Record<string, string> = {}): Promise<Outcome> {
  const env = { PATH: `${join(world.folder, 'bin')}:${process.env.PATH}` };
  const outcome = await world.run(mode, revision, more, { env });
  const { stdout, outputs, summary, state } = outcome;
  said.push(stdout.replaceAll(/^::add-mask::.*$/gm, ''), JSON.stringify({ outputs, state }), summary);
  return outcome;
}
async function passes(mode: string, revision = '', more: Record<string, string> = {}): Promise<Outcome> {
  const outcome = await run(mode, revision, more);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome;
}
function deploy(revision: string, values: object = {}, more: Record<string, string> = {}): Promise<Outcome> {
  const { app, postgres } = cluster.images;
  const given = JSON.stringify({ revision, images: { app, postgres }, ...values });
  return passes('deploy-green', revision, { manifests: 'chart', values: given, config: CONFIG, ...more });
}
const release = async (revision: string, values: object = {}) => {
  const { stdout } = await deploy(revision, values);
  for (const mode of ['verify', 'promote']) await passes(mode, revision);
  return stdout;
};

/** What the Secret holds. */
async function secret(name: string): Promise<Record<string, string>> {
  const { data } = JSON.parse(await world.kubectl('get', 'secret', name, '-o', 'json'));
  return Object.fromEntries(
    Object.entries<string>(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}
async function secrets(revision: string) {
  return {
    database: await secret('database'),
    web: await secret(`web-${revision}`),
    tls: await secret(`web-tls-${revision}`),
  };
}
/** The database, as the application of this revision logs in. */
async function query(revision: string, statement: string): Promise<string> {
  const { URL: url = '' } = await secret(`web-${revision}`);
  return psql(cluster, world, 'database', statement, new URL(url).password);
}
const generation = (name: string) => world.kubectl('get', 'deployment', name, '-o', 'jsonpath={.metadata.generation}');

test('a dry run tells what is random', async () => {
  const { stdout } = await deploy('v2', {}, { 'dry-run': 'true' });
  expect(stdout).toContain('Secret web has random values: data.URL, data.SESSION_KEY and data.settings.ini are new');
  expect(stdout).toContain('Secret web-tls has random values: data.ca.crt, data.tls.crt and data.tls.key are new');
  expect(stdout).toContain(
    'Deployment web has random values: spec.template.metadata.annotations.checksum/secrets is new',
  );
});

test('the first release has the values of one rendering: the password fits the database, and the key its certificate', async () => {
  await deploy('v2');
  first = await secrets('v2');
  expect(first.web?.URL).toBe(`postgres://shop:${first.database?.password}@database/shop`);
  expect(
    new X509Certificate(first.tls?.['tls.crt'] ?? '').checkIssued(new X509Certificate(first.tls?.['ca.crt'] ?? '')),
  ).toBe(true);
  await query('v2', "create table kept (word text); insert into kept values ('row')");
});

test('the same commit again: the candidate stays as it is', async () => {
  const before = await Promise.all(['web-v2', 'database'].map(generation));
  const { outputs, stdout } = await deploy('v2');
  expect(outputs).toMatchObject({ state: 'candidate', changed: 'false' });
  expect(stdout).toContain(
    'Secret web has random values: data.URL, data.SESSION_KEY and data.settings.ini are kept from Secret web-v2',
  );
  expect(stdout).toContain('Secret database has random values: data.password is kept from Secret database');
  expect(stdout).not.toContain('it differs from the manifests');
  expect(await secrets('v2')).toEqual(first);
  expect(await Promise.all(['web-v2', 'database'].map(generation))).toEqual(before);
});

test('the same commit again when it is live: nothing to do', async () => {
  for (const mode of ['verify', 'promote']) await passes(mode, 'v2');
  await untilAnswers(cluster, world.host, 'v2');
  const observed = await observe(world.namespace, () => deploy('v2'));
  expect(observed.stdout).toContain('Revision v2 is live already: nothing to do.');
  expect(observed.outputs).toMatchObject({ state: 'live', changed: 'false' });
  expect(realWritesIn(observed)).toEqual([]);
});

test('the next revision has the same values: they fit the database, and a change beside them comes along', async () => {
  const stdout = await release('v3', { greeting: 'welcome' });
  expect(stdout).toContain(
    'Secret web-tls has random values: data.ca.crt, data.tls.crt and data.tls.key are kept from Secret web-tls-v2',
  );
  const { web, ...rest } = await secrets('v3');
  const settings = first.web?.['settings.ini']?.replace('hello', 'welcome');
  expect(rest).toEqual({ database: first.database, tls: first.tls });
  expect(web).toEqual({ ...first.web, 'settings.ini': settings });
  expect(await query('v3', 'select word from kept')).toBe('row');
});

test('after a rollback, the revision that was left can be deployed and promoted again', async () => {
  await passes('rollback');
  await untilAnswers(cluster, world.host, 'v2');
  expect(await query('v2', 'select word from kept')).toBe('row');
  const { outputs } = await deploy('v3', { greeting: 'welcome' });
  expect(outputs).toMatchObject({ state: 'candidate' });
  for (const mode of ['verify', 'promote']) await passes(mode, 'v3');
  await untilAnswers(cluster, world.host, 'v3');
});

test('what is not clear is refused by name, and nothing is written', async () => {
  const text = `apiVersion: v1\nkind: Secret\nmetadata: {name: web-{{ randAlphaNum 5 | lower }}}\n`;
  const file = join(world.folder, 'chart/templates/named.yaml');
  writeFileSync(file, text);
  const { app, postgres } = cluster.images;
  const values = JSON.stringify({ revision: 'v4', images: { app, postgres } });
  const observed = await observe(world.namespace, () => run('deploy-green', 'v4', { manifests: 'chart', values }));
  rmSync(file);
  expect(observed.exitCode).toBe(1);
  expect(observed.stdout).toContain('is not in every rendering of the same input: its name is random');
  expect(realWritesIn(observed)).toEqual([]);
});

test('retire removes the copies of the old revision, and the others fit on', async () => {
  await passes('retire', '', RETIRE);
  expect(await world.kubectl('get', 'secret', '-o', 'name')).not.toContain('web-v2');
  expect(await query('v3', 'select word from kept')).toBe('row');
  await release('v4', { greeting: 'welcome' });
  expect((await secrets('v4')).tls).toEqual(first.tls);
  expect(await query('v4', 'select word from kept')).toBe('row');
});

test('no value was shown to anybody or is in a record', async () => {
  const lines = Object.values({ ...first.database, ...first.web, ...first.tls }).flatMap((text) => text.split('\n'));
  const values = lines
    .map((line) => line.replace('signing-key = ', ''))
    .filter((line) => /^(?!-----)\S{20}/.test(line));
  const all = [...said, await world.kubectl('get', 'configmaps,deployments,ingresses,leases', '-o', 'json')].join('\n');
  expect(values.length).toBeGreaterThan(10);
  for (const one of values) expect(all.includes(one), one).toBe(false);
});

test('no visitor noticed any of it', async () => {
  const answers = await visitors.stop();
  expect(answers.length).toBeGreaterThan(500);
  expect(answers.filter(isLost)).toEqual([]);
});
