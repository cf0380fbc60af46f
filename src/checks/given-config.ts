import type { CheckTools } from './tools.ts';

/**
 * What a step lacks that was not given the config which names such a check, for `Check.lacks`; undefined if it was.
 * Whoever may write in the cluster may have written the config there. `refusal`: what Greenpath does not do by it.
 */
export function lacksConfig({ step }: Pick<CheckTools, 'step'>, refusal: string): string | undefined {
  if (step.hasConfig) return undefined;
  return `this step was not given the config that has it, and Greenpath ${refusal} that only the cluster names: set the input config`;
}
