import { type Carrying, unsendable } from '../core/base/credentials.ts';
import { variablesIn } from '../core/base/placeholders.ts';
import type { CheckTools } from './tools.ts';

/** What a step does not have for a check, for `Check.lacks`. */

/** How the published workflows give a step its config. */
const PUBLISHED_CONFIG = 'release.yml: `checkout: true`; rollback.yml: `config`';

/**
 * What a step lacks that was not given the config which names something; undefined if it was. Whoever may write in the
 * cluster may have written the config there. `refusal`: what Greenpath does not do by it.
 */
export function lacksConfig({ step }: { readonly step: Pick<CheckTools['step'], 'hasConfig'> }, refusal: string) {
  if (step.hasConfig) return undefined;
  return `this step was not given the config that has it, and Greenpath ${refusal} that only the cluster names: set the input config (${PUBLISHED_CONFIG})`;
}

/**
 * The variables that settings take from the step and that it does not have, or one whose value no request can carry.
 * Those that it has are hidden from now on.
 */
export function lacksVariables(settings: Carrying, { secrets }: Pick<CheckTools, 'secrets'>): string | undefined {
  const names = variablesIn(settings);
  const missing = names.flatMap((name) => secrets.missing(name)?.message ?? []);
  if (missing.length > 0) return missing.join(', and ');
  for (const name of names) secrets.variable(name);
  return unsendable(settings, secrets.variable)?.message;
}
