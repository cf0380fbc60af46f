import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { type Busy, released } from './priority.ts';
import { CONFIG, type World } from './world.ts';

/** What a rollback may find at work, and that it is never behind it: the bar is 3 s from its start to its patch. */

const cluster = inject('cluster');
export const OLD = `${CONFIG}keep: 0\n`;

/** Manifests whose candidate has a Job that takes ten minutes at its point. */
export function withHook(world: World, point: string): void {
  const file = join(world.folder, 'web.json');
  const { items, ...list } = JSON.parse(readFileSync(file, 'utf8'));
  const container = { name: 'job', image: cluster.images.app, env: [{ name: 'START_DELAY', value: '600' }] };
  const metadata = { name: 'slow', annotations: { 'greenpath.dev/hook': point } };
  const spec = { template: { spec: { restartPolicy: 'Never', containers: [container] } } };
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { ...spec, activeDeadlineSeconds: 900 } };
  writeFileSync(file, JSON.stringify({ ...list, items: [...items, job] }));
}

interface Scenario {
  readonly name: string;
  readonly busy: Busy;
  /** What has to be there before, on top of the live v2 and the previous v1. */
  before(world: World): Promise<void>;
  readonly to: string;
}
export const longer = { timeout: '15m' };
export const passes = async (world: World, mode: string, revision: string, more: Record<string, string> = {}) => {
  const outcome = await world.run(mode, revision, more);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
};

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "the next version's rollout",
    before: async (world) => world.manifests({ READY_DELAY: '600' }),
    busy: { mode: 'deploy-green', revision: 'v3', inputs: longer, says: 'v3: 0 of 1 ready' },
    to: 'v1',
  },
  {
    name: "the next version's pre-deploy hook",
    before: async (world) => withHook(world, 'pre-deploy'),
    busy: { mode: 'deploy-green', revision: 'v3', inputs: longer, says: 'Job slow-v3 (pre-deploy) started' },
    to: 'v1',
  },
  {
    name: "the next version's pre-promote hook",
    before: async (world) => {
      withHook(world, 'pre-promote');
      for (const mode of ['deploy-green', 'verify']) await passes(world, mode, 'v3');
    },
    busy: { mode: 'promote', revision: 'v3', inputs: longer, says: 'Job slow-v3 (pre-promote) started', back: 'v1' },
    to: 'v1',
  },
  {
    name: 'checks that do not pass for ten minutes',
    before: async (world) => {
      const config = CONFIG.replace('GET /healthz', '{request: GET /healthz, expect: {status: 418}}').replace(
        '3s',
        '10m',
      );
      await passes(world, 'deploy-green', 'v3', { config });
    },
    busy: { mode: 'verify', revision: 'v3', inputs: longer, says: 'The preview answers as v3' },
    to: 'v1',
  },
  {
    name: 'a retire whose pods take their time to end',
    before: async (world) => {
      world.manifests({ DRAIN: '25' });
      for (const revision of ['v3', 'v4', 'v5']) await released(world, revision, OLD);
    },
    busy: {
      mode: 'retire',
      revision: '',
      inputs: { ...longer, config: `${CONFIG}keep: 1\ndrain: 1s\n` },
      says: 'deleted Deployment web-v3',
    },
    to: 'v4',
  },
];
