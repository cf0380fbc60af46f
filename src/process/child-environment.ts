import { CHECK_ENV, readCheckEnv } from '../core/base/check-env.ts';

/**
 * The environment for a program that this step starts, without the step's inputs, which contain the whole kubeconfig, and
 * without the variables that are for checks alone.
 */
export function childEnvironment(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(own).filter((entry): entry is [string, string] => {
      const [name, value] = entry;
      return value !== undefined && !name.startsWith('INPUT_') && name !== CHECK_ENV;
    }),
  );
}

/** Where a step writes what the runner reads: a check must set no output of this step. */
const RUNNER_FILES = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'];

/**
 * The environment for a command of the config: that of the step with the variables in CHECK_ENV, without its inputs,
 * without the files that the runner reads, and without the tokens by which actions reach the runner's services
 * (`ACTIONS_…`).
 */
export function commandEnvironment(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const isShown = (name: string) => !/^(STATE_|ACTIONS_)/.test(name) && !RUNNER_FILES.includes(name);
  const shown = Object.entries(childEnvironment(own)).filter(([name]) => isShown(name));
  return { ...Object.fromEntries(shown), ...readCheckEnv(own[CHECK_ENV] ?? '').variables };
}
