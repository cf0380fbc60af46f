import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Load } from '../../harness/load.ts';
import { loadOn, makeNeighbours, whoAnswers } from './neighbour.ts';
import { CONFIG, untilAnswers, type World } from './world.ts';

/** The live route has a wildcard host, and another application has a name below it. */

const cluster = inject('cluster');
const THEIRS = 'shop.overlap.test';
let world: World;
let load: Load;

beforeAll(async () => {
  world = await makeNeighbours(cluster, 'overlap', '*.overlap.test', THEIRS);
  load = loadOn(cluster, THEIRS);
});
afterAll(async () => {
  await load.stop();
  await world.end();
});

test('a preview that would take the visitors of another application is refused, and takes none', async () => {
  const { exitCode, stdout, outputs } = await world.run('deploy-green', 'v2', {
    config: `${CONFIG}preview: {path: /green}\n`,
  });
  expect(exitCode).toBe(1);
  expect(stdout).toContain(`precedence over ${THEIRS}/ of Ingress theirs`);
  expect(stdout).toContain('[preview-side-effect]');
  expect(outputs.changed).toBe('false');
  const answers = await load.stop();
  expect(answers.length).toBeGreaterThan(1);
  expect(answers.filter(({ who }) => who !== 'theirs')).toEqual([]);
});

test('accepted by the config, this router does what the refusal says, and reject ends it', async () => {
  const accepted = { config: `${CONFIG}preview: {overlap: accept}\n` };
  const { exitCode, stdout } = await world.run('deploy-green', 'v2', accepted);
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain('The config accepts that the preview may change where requests for other paths go');
  expect(await whoAnswers(cluster, THEIRS, '/green/x')).toBe('v2');
  expect((await world.run('reject', 'v2', accepted)).exitCode).toBe(0);
  await untilAnswers(cluster, THEIRS, 'theirs');
});
