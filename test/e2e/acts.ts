import { expect } from 'vitest';
import type { Outcome } from '../../harness/action.ts';
import { snapshot } from './observe.ts';
import type { World } from './world.ts';

/** What tests do again and again in a world. */
export interface Acts {
  /** Runs a mode, which has to end well; `env` is of its process. */
  passes(
    mode: string,
    revision?: string,
    more?: Record<string, string>,
    env?: Record<string, string>,
  ): Promise<Outcome>;
  /** Runs a mode, which has to refuse with this code and to write nothing. */
  refused(code: string, mode: string, revision?: string, more?: Record<string, string>): Promise<Outcome>;
  /** Deploys, verifies and promotes a revision; what `promote` ended with. */
  released(revision: string, more?: Record<string, string>): Promise<Outcome>;
  /** What there is of a revision: `deployment.apps/web-v2`, one a line. */
  names(revision: string): Promise<string>;
}

/** The acts of a world that is made before the tests; `common` are inputs of every run. */
export function actsIn(world: () => World, common: Record<string, string> = {}): Acts {
  const run = async (
    code: number,
    [mode, revision]: readonly [string, string],
    more: Record<string, string>,
    env: Record<string, string> = {},
  ) => {
    const outcome = await world().run(mode, revision, { ...common, ...more }, { env });
    expect(outcome.exitCode, `${mode} ${revision}: ${outcome.stdout}`).toBe(code);
    return outcome;
  };
  const passes: Acts['passes'] = (mode, revision = '', more = {}, env = {}) => run(0, [mode, revision], more, env);
  return {
    passes,
    refused: async (code, mode, revision = '', more = {}) => {
      const before = await snapshot(world().kubectl);
      const outcome = await run(1, [mode, revision], more);
      expect(outcome.stdout).toContain(`[${code}]`);
      expect(await snapshot(world().kubectl)).toEqual(before);
      return outcome;
    },
    released: async (revision, more = {}) => {
      await passes('deploy-green', revision, more);
      await passes('verify', revision);
      return passes('promote', revision);
    },
    names: async (revision) => {
      const labelled = ['-l', `greenpath.dev/revision=${revision}`];
      return (await world().kubectl('get', 'deployment,service,configmap', ...labelled, '-o', 'name')).trim();
    },
  };
}

/** What GitHub tells a run of its commit. */
export function commitOf(sign: string): Record<string, string> {
  return {
    GITHUB_SERVER_URL: 'https://github.test',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_SHA: sign.repeat(40),
    GITHUB_ACTOR: 'octocat',
  };
}

/** A summary in which two revisions stand side by side, whose commits have signs a and b, and `gone` is what is removed. */
export function comparison(before: string, after: string, gone: string): RegExp {
  const cells = `<code>${before}</code> \\| <code>${after}</code> \\|`;
  return new RegExp(`${cells}[\\s\\S]*/compare/a{40}\\.{3}b{40}\\)[\\s\\S]*^-.* ${gone}$`, 'm');
}
