import type { Check, CheckPoint } from '../../src/checks/check.ts';
import { parseConfig } from '../../src/checks/config.ts';
import { checksAt } from '../../src/checks/registry.ts';
import type { CheckedRelease, Subject } from '../../src/checks/subject.ts';
import type { CheckStep, CheckTools } from '../../src/checks/tools.ts';
import type { Clock } from '../../src/core/base/clock.ts';
import type { Config } from '../../src/core/base/config.ts';
import { GreenpathError } from '../../src/core/base/error.ts';
import { CLOCK } from '../../src/process/clock.ts';
import type { Endpoint } from '../../src/proof/probe.ts';
import { only } from '../core/support.ts';
import { fixed } from '../proof/fixed.ts';

/** The config that this (parsed YAML) describes. */
export function configOf(value: object): Config {
  const result = parseConfig(value);
  if ('problems' in result) throw new Error(result.problems.join('; '));
  return result.config;
}

/** What checks are made with, in a step whose environment holds these variables and whose log nobody reads. */
export function toolsIn(
  environment: Readonly<Record<string, string | undefined>> = {},
  clock: Clock = CLOCK,
  step: Partial<CheckStep> = {},
): CheckTools {
  const variable = (name: string) => {
    const value = environment[name];
    if (value === undefined) throw new Error(`${name} is not set`);
    return value;
  };
  const missing = (name: string) =>
    environment[name] === undefined ? new GreenpathError('input', `${name} is not set`, 'Set it.') : undefined;
  const own = { environment, hasConfig: true, mixesLines: false, say: () => undefined, ...step };
  const runJob = () => Promise.reject(new Error('these tests have no cluster'));
  return { clock, secrets: { variable, missing, hide: () => undefined }, step: own, runJob };
}

/** The one check that is written so, in a config that has a bake for it. */
export function checkOf(given: unknown, point: CheckPoint = 'preview', tools: CheckTools = toolsIn()): Check {
  const { checks } = configOf({ checks: [given, 'GET /'], bake: { for: '1m' } });
  return only(checksAt(point, { checks: checks.slice(0, 1) }, tools));
}

/** A release of v2 after v1. */
export const V2: CheckedRelease = {
  url: 'http://example.com/green/',
  header: '',
  previewUrl: 'http://example.com/green/',
  liveUrl: 'http://example.com/',
  previous: 'v1',
};

/** The live URLs of v2, through these endpoints. */
export function subjectOf(endpoints: readonly Endpoint[], more: Partial<Subject> = {}): Subject {
  return { endpoints: fixed(...endpoints), revision: 'v2', identity: undefined, release: V2, ...more };
}
