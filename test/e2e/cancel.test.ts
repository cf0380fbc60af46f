import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { CONFIG, makeWorld, type World } from './world.ts';

/**
 * Promise 7: a cancelled run says where visitors are and what is left, gives the lock back, and the same step goes on
 * from there.
 */

/** A runner sends SIGTERM so long after SIGINT, and kills 2.5 s later: a run has to be over by then. In milliseconds. */
const KILLED_AFTER = 7_500;
const cluster = inject('cluster');
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'cancel', 'split', 1);
});
afterAll(() => world.end());

interface Case {
  readonly mode: string;
  readonly signal: NodeJS.Signals;
  readonly at: string;
  readonly environment: Record<string, string>;
  readonly config: string;
  readonly visitors: string;
  readonly state: string;
  /** How the same step ends afterwards, undisturbed. */
  readonly next: string;
}
const cases: Case[] = [
  {
    mode: 'deploy-green',
    signal: 'SIGINT',
    at: '::group::Rollout',
    environment: { READY_DELAY: '60' },
    config: CONFIG,
    visitors: 'is served by web-v1 (revision v1); this run has not changed that',
    state: 'unchanged',
    next: 'candidate',
  },
  {
    mode: 'verify',
    signal: 'SIGTERM',
    at: '::group::Checks',
    environment: {},
    config: `${CONFIG.replace('/healthz', '/none')}`.replace('within: 3s', 'within: 60s'),
    visitors: 'is served by web-v1 (revision v1); this run has not changed that',
    state: 'unchanged',
    next: 'verified',
  },
  {
    mode: 'promote',
    signal: 'SIGTERM',
    at: 'Baking for',
    environment: {},
    config: `${CONFIG}bake: {for: 1m, every: 100ms}\n`,
    visitors: 'is served by web-v2 (revision v2), proven by answers (identity)',
    state: 'switched',
    next: 'live',
  },
];

test.each(cases)('$mode, $signal at $at', async ({ mode, signal, at, environment, config, visitors, state, next }) => {
  world.manifests(environment);
  let sent = 0;
  const act = (child: ChildProcess) => {
    sent = performance.now();
    child.kill(signal);
  };
  const { exitCode, stdout, outputs, summary } = await world.run(mode, 'v2', { config }, { when: { text: at, act } });
  const took = performance.now() - sent;
  console.log(`${mode}: over ${took.toFixed(0)} ms after ${signal}`);
  expect(exitCode, stdout).toBe(1);
  expect(took).toBeLessThan(KILLED_AFTER);
  expect(stdout).toContain(`the run was cancelled (${signal})`);
  expect(stdout).toMatch(new RegExp(`^Visitors: .*${visitors.replaceAll(/[()]/g, '\\$&')}`, 'm'));
  expect(outputs.state).toBe(state);
  expect(summary).toMatch(/^### ❌ .*\(cancelled\)/);
  expect(await world.kubectl('get', 'lease', 'greenpath-web', '-o', 'jsonpath={.spec.holderIdentity}')).toBe('');
  world.manifests({});
  const again = await world.run(mode, 'v2');
  expect(again.outputs, again.stdout).toMatchObject({ state: next });
});
