import { load } from 'js-yaml';
import type { Config } from '../../../src/core/base/config.ts';
import type { Answered } from '../../../src/core/checks/expect.ts';
import { measure } from '../../../src/core/checks/version-probe.ts';
import { configOf } from '../../checks/checks.ts';

/** The config in this YAML. */
export const config = (text: string): Config => configOf(load(text) as object);
export const HEADER = config('identity: {header: X-Revision}\nchecks: [GET /healthz]');
export const PATTERN = config('identity: {matches: "<b>{revision}</b>"}');

/** An answer that names a revision in header and body. */
export const answer = (status: number, revision = '', more: Partial<Answered> = {}): Answered => ({
  status,
  headers: revision === '' ? {} : { 'x-revision': revision },
  body: `<b>${revision}</b>`,
  ...more,
});

/** What was measured of a revision that gave these answers. */
export const seen = (given: Config, revision: string, ...answers: Answered[]) =>
  measure(given.identity, revision, given.identity?.path ?? '/', answers);
