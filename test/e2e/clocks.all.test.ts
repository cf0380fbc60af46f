import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Outcome } from '../../harness/action.ts';
import { clockOff } from '../../harness/clock.ts';
import { CONFIG, makeWorld, type World } from './world.ts';

/** Runners whose clocks are ten minutes off: what is removed, and what counts as verified, does not depend on them. */

const cluster = inject('cluster');
let world: World;
beforeAll(async () => {
  world = await makeWorld(cluster, 'clocks', 'split', 1);
  // What was there before Greenpath is not its to retire.
  await passes('release', 'v2');
});
afterAll(() => world.end());

const AHEAD = { env: clockOff(10) };
const BEHIND = { env: clockOff(-10) };
const DRAIN = { config: `${CONFIG}keep: 0\ndrain: 5m\n` };
const passes = async (mode: string, revision: string, more: Record<string, string> = {}, options = {}) => {
  const outcome = await world.run(mode, revision, more, options);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome;
};
const switchNote = async () => {
  const { metadata } = JSON.parse(await world.kubectl('get', 'ingress', 'web', '-o', 'json'));
  return JSON.parse(metadata.annotations['greenpath.dev/web']);
};
const minutesFromNow = (time: string) => Math.abs(Date.parse(time) - Date.now()) / 60_000;

test('the clock of such a runner is what this test says it is', async () => {
  const { outputs } = await passes('deploy-green', 'v9', { 'dry-run': 'true' }, AHEAD);
  const { stages } = JSON.parse(outputs.json ?? '');
  expect(minutesFromNow(stages[0].at)).toBeGreaterThan(9);
});

test.each<[string, object, object]>([
  ['retire ahead of promote', {}, AHEAD],
  ['promote behind retire', BEHIND, {}],
  ['both, each its own way', BEHIND, AHEAD],
])('%s: what visitors have just left is not removed', async (name, promote, retire) => {
  const revision = `v${name.length}`;
  for (const mode of ['deploy-green', 'verify']) await passes(mode, revision, {}, promote);
  await passes('promote', revision, {}, promote);
  const { at, previous } = await switchNote();
  expect(minutesFromNow(at)).toBeLessThan(1);
  const { stdout } = await passes('retire', '', DRAIN, retire);
  expect(stdout).toMatch(new RegExp(`${previous}\\b.* may go in [45] min \\d+ s`));
  expect(await world.kubectl('get', 'service', '-o', 'name')).toContain(`web-${previous}`);
});

test.each<[string, object, object]>([
  ['taken off by a runner that is ahead', AHEAD, {}],
  ['verified by a runner that is behind', {}, BEHIND],
])('a stamp that is newer than a rollback counts: %s', async (_, rollback, verify) => {
  const { live } = await switchNote();
  await passes('rollback', live, {}, rollback);
  await passes('deploy-green', live);
  await passes('verify', live, {}, verify);
  const { outputs } = await passes('promote', live);
  expect(outputs).toMatchObject({ state: 'live', revision: live });
});

test.each<[string, object, object]>([
  ['verified by a runner that is ahead', AHEAD, {}],
  ['taken off by a runner that is behind', {}, BEHIND],
])('a stamp from before a rollback is void: %s', async (_, verify, rollback) => {
  const { live } = await switchNote();
  await passes('rollback', live);
  await passes('deploy-green', live);
  await passes('verify', live, {}, verify);
  await passes('promote', live);
  await passes('rollback', live, {}, rollback);
  await passes('deploy-green', live);
  const refused: Outcome = await world.run('promote', live);
  expect(refused.exitCode).toBe(1);
  expect(refused.stdout).toContain('[not-verified]');
  await passes('verify', live);
  await passes('promote', live);
});
