import { describe, expect, test } from 'vitest';
import type { Answered } from '../../../src/core/checks/expect.ts';
import { foreignAnswer } from '../../../src/core/checks/live-answers.ts';
import { answer, config, HEADER, PATTERN, seen } from './answers.ts';

describe('an answer of the live URL right before a switch', () => {
  const v1 = { revision: 'v1', measured: seen(HEADER, 'v1', answer(200, 'v1')) };
  const adopted = { revision: 'adopted', measured: seen(HEADER, 'adopted', answer(200)) };
  const redirect = answer(302, '', { headers: { location: '/shop' } });
  test.each<[string, Answered, Answered | undefined, typeof v1, string | undefined]>([
    ['of the live revision', answer(200, 'v1'), answer(200, 'v2'), v1, undefined],
    ['of the live revision, with a status of its own', answer(404, 'v1'), answer(200, 'v2'), v1, undefined],
    ['of an adopted version', answer(200), answer(200, 'v2'), adopted, undefined],
    [
      'that redirects, while the candidate does not (app-root)',
      redirect,
      answer(200, 'v2'),
      adopted,
      'the router itself redirects',
    ],
    ['that redirects as the candidate does', redirect, answer(302, 'v2'), adopted, undefined],
    ['that asks who one is', answer(401), answer(200, 'v2'), adopted, 'restricts access'],
    ['that is a 404, where the path may be new in this release', answer(404), answer(200, 'v2'), adopted, undefined],
    ['that is refused by nobody known', answer(410), answer(200, 'v2'), adopted, 'in front of the application'],
    [
      'of the candidate, where one of several routes leads to it already',
      answer(200, 'v2'),
      answer(200, 'v2'),
      v1,
      undefined,
    ],
    ['that names nobody any more, as a maintenance page', answer(200), answer(200, 'v2'), v1, 'a maintenance page'],
    ['that is bad: it may be why there is a release', answer(500), answer(200, 'v2'), v1, undefined],
    ['that redirects, with no candidate to compare', redirect, undefined, adopted, undefined],
  ])('%s', (_, live, preview, version, why) => {
    const found = foreignAnswer(HEADER, { path: '/', live, preview, candidate: 'v2', ...version });
    if (why === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(why);
  });

  test('that a check of the path expects: it is right, whoever gives it', () => {
    const checked = config('checks: [{request: GET /, expect: {status: [200, 302]}}]');
    const before = { path: '/', live: redirect, preview: answer(200), candidate: 'v2', ...v1 };
    expect(foreignAnswer(checked, before)).toBeUndefined();
    expect(foreignAnswer(checked, { ...before, live: answer(401) })).toContain('restricts access');
    expect(foreignAnswer(checked, { ...before, path: '/other' })).toContain('the router itself redirects');
  });

  test('that the candidate gives by a pattern, while the live version says who it is by the same', () => {
    const measured = seen(PATTERN, 'v1', answer(200, 'v1'));
    const before = {
      path: '/',
      live: answer(200, 'v2'),
      preview: answer(200, 'v2'),
      revision: 'v1',
      candidate: 'v2',
      measured,
    };
    expect(foreignAnswer(PATTERN, before)).toBeUndefined();
    expect(foreignAnswer(PATTERN, { ...before, live: answer(200) })).toContain('a maintenance page');
  });
});
