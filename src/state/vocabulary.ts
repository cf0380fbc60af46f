import { ERROR_CODES } from '../core/base/error.ts';
import { STACK_ROLES } from '../core/release/stack-role.ts';
import { previewEnvironment } from '../core/report/deployments.ts';
import { STAGE_TITLES } from '../core/report/journal.ts';
import type { Inputs } from './inputs.ts';
import { MODES } from './modes.ts';
import { STATES } from './outcome.ts';

/** Greenpath's own words: they are public, even if a Secret contains them. */
export const VOCABULARY: readonly string[] = [...MODES, ...ERROR_CODES, ...STATES, ...STACK_ROLES, ...STAGE_TITLES];

/** The app's name, versions and places in the inputs are public, too. */
export function wordsOf({ app, revision, to, namespace, environment, routes, addresses }: Inputs): string[] {
  const hosts = addresses.map(({ host }) => host);
  return [
    app,
    revision,
    to,
    namespace,
    environment,
    previewEnvironment(environment),
    ...routes.map(({ name }) => name),
    ...hosts,
  ];
}
