import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';

const ACTION = load(readFileSync('action.yml', 'utf8')) as { inputs: Record<string, { default?: string }> };

/** Every input of the action with what a runner gives where the workflow says nothing. */
export const DEFAULTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ACTION.inputs).map(([name, input]) => [name, input.default ?? '']),
);
