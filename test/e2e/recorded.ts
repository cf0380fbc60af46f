import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import type { Outcome } from '../../harness/action.ts';
import { GitHub } from '../../harness/github.ts';
import type { Kept } from '../../harness/github-bodies.ts';
import { makeWorld, type World } from './world.ts';

export const TOKEN = 'ghs_hunter2hunter2hunter2hunter2';

/** A world whose releases are recorded by a stand-in of GitHub, which no request may have displeased. */
export function recordedWorld(name: string) {
  const cluster = inject('cluster');
  let world: World;
  let github: GitHub;

  beforeAll(async () => {
    github = await GitHub.open();
    world = await makeWorld(cluster, name, 'split', 1);
    world.manifests({});
  });
  afterAll(async () => {
    github.close();
    await world.end();
  });
  afterEach(() => {
    expect(github.wrong).toEqual([]);
  });

  const run = async (mode: string, revision: string, more: Record<string, string> = {}): Promise<Outcome> => {
    github.asked.length = 0;
    const inputs = { deployment: 'true', token: TOKEN, ...more };
    const outcome = await world.run(mode, revision, inputs, { env: github.environment });
    expect(outcome.stdout.replaceAll(/^::add-mask::.*$/gm, '') + outcome.summary).not.toContain(TOKEN);
    for (const { authorization } of github.asked) expect(authorization).toBe(`token ${TOKEN}`);
    return outcome;
  };
  return {
    world: () => world,
    github: () => github,
    run,
    /** What was asked in the last run: `POST deployments`. */
    asked: () => github.asked.map(({ method, path }) => `${method} ${path.replace('/repos/acme/shop/', '')}`),
    at: (index: number) => github.deployments.at(index),
  };
}

/** The states of a deployment, oldest first. */
export function statesOf(kept: Kept | undefined): string[] | undefined {
  return kept?.statuses.map(({ state }) => state).toReversed();
}
