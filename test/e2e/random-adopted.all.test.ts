import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { observe, realWritesIn } from './observe.ts';
import { RandomStory } from './random.ts';
import { tellOneStory } from './story.ts';
import { untilAnswers } from './world.ts';

/** What Helm installed and looked up before is taken over with its random values, by the same chart. */

const cluster = inject('cluster');
const STATEFUL = { database: 'StatefulSet' };
let story: RandomStory;
let installed: Awaited<ReturnType<RandomStory['secrets']>>;
tellOneStory();

beforeAll(async () => {
  story = await RandomStory.open('random-adopted');
  const { world } = story;
  await world.kubectl('delete', 'deployment,service', '--all');
  story.install('v1', STATEFUL);
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const moved = [{ op: 'replace', path: '/spec/rules/0/http/paths/0/backend', value: backend }];
  await world.kubectl('patch', 'ingress', 'web', '--type=json', '-p', JSON.stringify(moved));
  await untilAnswers(cluster, world.host, 'v1');
  await story.query('web', "create table kept (word text); insert into kept values ('row')");
  installed = await story.secrets('');
});
afterAll(() => story.world.end());

test('the first revision has the values that Helm generated: the application still gets into the database', async () => {
  const { stdout } = await story.deploy('v2', STATEFUL);
  expect(stdout).toContain('are kept from Secret web\n');
  expect(stdout).toContain('Secret database has random values: data.password is kept from Secret database');
  expect(stdout).toContain('StatefulSet database is left alone and was not looked at');
  expect(stdout).not.toContain('StatefulSet database has random values');
  expect(await story.secrets('-v2')).toEqual(installed);
  expect(await story.query('web-v2', 'select word from kept')).toBe('row');
});

test('and the same commit again is nothing to do', async () => {
  for (const mode of ['verify', 'promote']) await story.passes(mode, 'v2');
  await untilAnswers(cluster, story.world.host, 'v2');
  const observed = await observe(story.world.namespace, () => story.deploy('v2', STATEFUL));
  expect(observed.stdout).toContain('Revision v2 is live already: nothing to do.');
  expect(realWritesIn(observed)).toEqual([]);
});
