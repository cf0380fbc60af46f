import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { carryOut } from './carry-out.ts';
import { ask, CONFIG, makeWorld, untilAnswers, type World } from './world.ts';

/** Another revision-label in the config counts for what is released with it; each stack is read by its own. */

const cluster = inject('cluster');
const OTHER = { config: `${CONFIG}revision-label: version\nkeep: 0\ndrain: 1s\n` };
let world: World;
beforeAll(async () => {
  world = await makeWorld(cluster, 'labels', 'split', 1);
  await passes('release', 'v2');
});
afterAll(() => world.end());

async function passes(mode: string, revision = '', more: Record<string, string> = {}) {
  const outcome = await world.run(mode, revision, more);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome;
}
const live = async () => (await ask(cluster, world.host, '/')).headers['x-revision'];
const selector = async (service: string) =>
  JSON.parse(await world.kubectl('get', 'service', service, '-o', 'jsonpath={.spec.selector}'));

test('it is no drift of the live version, forth and back; nor for the mode that gets another config', async () => {
  await passes('deploy-green', 'v3', OTHER);
  expect(await selector('web-v3')).toMatchObject({ version: 'v3' });
  await passes('verify', 'v3');
  await passes('promote', 'v3', { config: CONFIG });
  expect(await live()).toBe('v3');
  expect(JSON.parse((await passes('status')).outputs.json ?? '').status).toMatchObject({
    live: { revision: 'v3' },
    stacks: [
      { revision: 'v3', role: 'live' },
      { revision: 'v2', role: 'previous' },
    ],
  });
  expect((await passes('rollback', '', OTHER)).outputs.state).toBe('rolled-back');
  expect(await live()).toBe('v2');
});

test.each([
  ['v2', 'v3', OTHER],
  ['v3', 'v2', { config: CONFIG }],
] as const)(
  'what %s lost is given back by the printed command, whatever the config says, and visitors are served',
  async (revision, _, config) => {
    await passes('rollback', '', { to: revision });
    const before = await selector(`web-${revision}`);
    await world.kubectl('patch', 'service', `web-${revision}`, '--type=merge', '-p', lost(revision));
    const refused = await world.run('rollback', '', config);
    expect(refused.stdout).toContain('[drifted]');
    await carryOut(world, refused.stdout);
    expect(await selector(`web-${revision}`)).toEqual(before);
    await untilAnswers(cluster, world.host, revision);
    await passes('status', '', config);
  },
);

function lost(revision: string): string {
  return JSON.stringify({ spec: { selector: { [revision === 'v2' ? 'revision' : 'version']: null } } });
}

test('retire removes what was released with the other label', async () => {
  await passes('rollback', '', { to: 'v3' });
  const { outputs } = await passes('retire', '', OTHER);
  expect(outputs.state).toBe('retired');
  expect(await world.kubectl('get', 'deployment', '-o', 'name')).not.toContain('web-v2');
  expect(await live()).toBe('v3');
});
