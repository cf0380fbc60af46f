import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/checks/config.ts';
import type { Config } from '../../../src/core/base/config.ts';
import type { Answered, Who } from '../../../src/core/checks/expect.ts';
import { foreignAnswer } from '../../../src/core/checks/live-answers.ts';
import { type Measured, measure, rollbackProbe, versionProbeFor } from '../../../src/core/checks/version-probe.ts';

/** `identity: router`: what a router says of where it leads is weaker than what the application says of itself. */

function config(text: string): Config {
  const result = parseConfig(load(text));
  if ('problems' in result) throw new Error(result.problems.join('; '));
  return result.config;
}
const answer = (status: number, more: Partial<Answered> = {}): Answered => ({ status, headers: {}, body: '', ...more });

describe('a version probe by what the router says', () => {
  const router = config('identity: router\nchecks: [GET /shop, {request: GET /, expect: {status: [2xx, 401]}}]');
  const says = (status: number, revision: string, more: Record<string, string> = {}) =>
    answer(status, { headers: { 'x-greenpath-revision': revision, ...more } });
  const v1 = measure(router.identity, 'v1', '/shop', [says(200, 'v1')]);
  const unmarked = measure(router.identity, 'v1', '/shop', [answer(200), answer(302)]);
  test.each<[string, Measured, Answered, Who]>([
    ['a success', v1, says(200, 'v2'), 'green'],
    ['a redirect, which the router may give itself', v1, says(302, 'v2', { location: '/login' }), 'bad'],
    ['the same, where the version before gave one too', unmarked, says(302, 'v2'), 'bad'],
    ["the router's own 503, for lack of pods", v1, says(503, 'v2'), 'bad'],
    ['a success of the version before', v1, says(200, 'v1'), 'blue'],
    ['a success that the router does not mark, as before the first such release', unmarked, answer(200), 'blue'],
    ['a success that the router does not mark, although it did', v1, answer(200), 'unknown'],
  ])('%s', (_, other, given, who) => {
    expect(versionProbeFor(router, 'v2', { other }).judge(given)).toBe(who);
  });

  test('requests the path of the first check, and knows what a check expects for no proof', () => {
    expect(versionProbeFor(router, 'v2').path).toBe('/shop');
    const login = config('identity: router\nchecks: [{request: GET /, expect: {status: 401}}]');
    expect(versionProbeFor(login, 'v2').judge(says(401, 'v2'))).toBe('unknown');
  });

  test('says that it is likely, and only the application itself makes it certain', () => {
    expect(versionProbeFor(router, 'v2').certainty).toMatch(/^likely: in each answer the router names the revision/);
    expect(versionProbeFor(config('identity: {header: X-Revision}'), 'v2').certainty).toBe(
      'certain: each answer names its revision (header X-Revision)',
    );
    expect(versionProbeFor(config('{}'), 'v2').certainty).toMatch(/^not known: /);
  });

  test('recognises the version before by its mark, which the switch back gives it', () => {
    const back = rollbackProbe(router, { to: 'v1', left: 'v2', recorded: false, measured: unmarked });
    expect([back.judge(says(200, 'v1')), back.judge(says(200, 'v2'))]).toEqual(['green', 'blue']);
  });

  test('does not take a redirect at a live URL for an answer of a version', () => {
    const live = { path: '/', revision: 'v1', candidate: 'v2', measured: undefined, preview: says(200, 'v2') };
    expect(foreignAnswer(router, { ...live, live: says(302, 'v1', { location: 'https://login.test/' }) })).toContain(
      '302',
    );
    expect(foreignAnswer(router, { ...live, live: says(200, 'v1') })).toBeUndefined();
  });
});
