import { describe, expect, test } from 'vitest';
import { Contrast } from '../../../src/core/checks/difference.ts';
import type { Answered, Who } from '../../../src/core/checks/expect.ts';
import { type Measured, rollbackProbe, versionProbeFor } from '../../../src/core/checks/version-probe.ts';
import { answer, config, HEADER, PATTERN, seen } from './answers.ts';

const NOTHING = config('checks: [GET /]');

describe('a version probe by identity', () => {
  const v1 = seen(HEADER, 'v1', answer(200, 'v1'));
  const v1without = seen(HEADER, 'v1', answer(404, 'v1'));
  const adopted = seen(HEADER, 'adopted', answer(200));
  const kept = seen(HEADER, 'adopted', answer(401));
  const sent = seen(HEADER, 'adopted', answer(302));
  test.each<[string, Measured | undefined, Answered, Who]>([
    ['a success of the revision', v1, answer(200, 'v2'), 'green'],
    ['a redirect of the revision', v1, answer(302, 'v2'), 'green'],
    ['a 404 of the revision, where the live version answers 200', v1, answer(404, 'v2'), 'bad'],
    ['a 404 of the revision, where the live version does the same', v1without, answer(404, 'v2'), 'green'],
    ['a 404 of the revision, where nobody was live', undefined, answer(404, 'v2'), 'bad'],
    ['a 500 of the revision', v1, answer(500, 'v2'), 'bad'],
    ['an answer that names the live revision', v1, answer(200, 'v1'), 'blue'],
    ['an answer that names any other revision', v1, answer(200, 'v7'), 'blue'],
    ['a success that names none, where the live version names itself', v1, answer(200), 'unknown'],
    ['a redirect that names none', v1, answer(301), 'bad'],
    ['a 404 that names none, as of a router', v1, answer(404), 'bad'],
    ['what the adopted version answered before', adopted, answer(200), 'blue'],
    ['another status than the adopted version gave', adopted, answer(301), 'bad'],
    ['a login that stands before the adopted version', kept, answer(401), 'unknown'],
    ['a login that was not there before', adopted, answer(401), 'bad'],
    ['a redirect as the adopted version gave, or the router', sent, answer(302), 'unknown'],
    ['a login of the revision, as of the live version', kept, answer(401, 'v2'), 'green'],
  ])('%s', (_, other, given, who) => {
    expect(versionProbeFor(HEADER, 'v2', { other }).judge(given)).toBe(who);
  });

  test('a check of the path says which status is right', () => {
    const checked = config('identity: {header: X-Revision}\nchecks: [{request: GET /, expect: {status: 404}}]');
    expect(versionProbeFor(checked, 'v2').judge(answer(404, 'v2'))).toBe('green');
    expect(versionProbeFor(checked, 'v2').judge(answer(404))).toBe('unknown');
    expect(versionProbeFor(checked, 'v2').judge(answer(500))).toBe('bad');
  });

  test('a pattern knows the live revision by its own', () => {
    const other = seen(PATTERN, 'v1', answer(200, 'v1'));
    const { judge } = versionProbeFor(PATTERN, 'v2', { other });
    expect([judge(answer(200, 'v2')), judge(answer(200, 'v1')), judge(answer(200, 'v7'))]).toEqual([
      'green',
      'blue',
      'unknown',
    ]);
  });
});

describe('a version probe by difference', () => {
  const [blue, green] = [answer(200, '', { body: 'old' }), answer(200, '', { body: 'new' })];
  const contrast = new Contrast([]);
  contrast.add({ blue: [blue], green: [green] });
  const difference = contrast.difference('/');
  const { judge, fades } = versionProbeFor(NOTHING, 'v2', { difference });
  test.each<[string, Answered, Who]>([
    ['what green answered', green, 'green'],
    ['what blue answered', blue, 'blue'],
    ['a page that changed', answer(200, '', { body: 'news' }), 'unknown'],
    ['a redirect of neither', answer(301, '', { body: 'moved' }), 'bad'],
    ['a 500', answer(500, '', { body: 'oops' }), 'bad'],
    ['a 500 that shows what green shows', answer(500, '', { body: 'new' }), 'bad'],
  ])('%s', (_, given, who) => {
    expect(judge(given)).toBe(who);
    expect(fades).toBe(true);
  });
});

describe('a version probe by a difference between hosts', () => {
  const between = (places: string[]) => {
    const contrast = new Contrast(places);
    contrast.add({
      blue: [answer(200, '', { body: 'old tracking' })],
      green: [answer(200, '', { body: 'new noindex' })],
    });
    return contrast.difference('/');
  };
  const hosts = between(['green.shop.test', 'shop.test']);

  test('knows that green may look like blue at the live host', () => {
    expect(versionProbeFor(NOTHING, 'v2', { difference: hosts })).toMatchObject({ mistakesBlue: true });
    for (const place of ['/green', 'X-Preview: green'])
      expect(versionProbeFor(NOTHING, 'v2', { difference: between([place]) })).toMatchObject({ mistakesBlue: false });
  });

  test('does not take what the live host shows for the version to go back to', () => {
    const measured = seen(NOTHING, 'v1', answer(200));
    const back = { to: 'v1', left: 'v2', recorded: true, measured };
    expect(rollbackProbe(NOTHING, { ...back, difference: hosts }).proof).toBe('none');
    expect(rollbackProbe(NOTHING, { ...back, difference: between(['/green']) }).proof).toBe('difference');
  });
});

describe('a version probe that nothing helps', () => {
  const statuses = [200, 302, 401, 404, 503];
  const judged = ({ judge }: ReturnType<typeof versionProbeFor>) =>
    statuses.filter((one) => judge(answer(one)) !== 'bad');
  const like = seen(NOTHING, 'adopted', answer(302), answer(401));
  test('takes successes, and not what the live version gives, or the router before it', () => {
    expect(versionProbeFor(NOTHING, 'v2', { other: like }).proof).toBe('none');
    expect(judged(versionProbeFor(NOTHING, 'v2', { other: like }))).toEqual([200]);
  });

  test.each([302, 401, 503])('takes a %i that a check of the path expects, and shows nobody by it', (status) => {
    const checked = config(`checks: [{request: GET /, expect: {status: ${status}}}, GET /other]`);
    const versionProbe = versionProbeFor(checked, 'v2');
    expect(judged(versionProbe)).toEqual([200, status]);
    expect(versionProbe.judge(answer(status))).toBe('unknown');
  });

  test('accepts in a switch back what the version gave before', () => {
    const versionProbe = rollbackProbe(NOTHING, { to: 'adopted', left: 'v2', recorded: false, measured: like });
    expect(judged(versionProbe)).toEqual([200, 302, 401]);
  });
});

describe('a switch back', () => {
  const adopted = seen(HEADER, 'adopted', answer(200));
  const v1 = seen(HEADER, 'v1', answer(200, 'v1'));
  const back = (measured: Measured | undefined, to: string, recorded = false) =>
    rollbackProbe(HEADER, { to, left: 'v2', recorded, measured });
  test.each<[string, ReturnType<typeof back>, Answered, Who]>([
    ['the revision itself', back(v1, 'v1'), answer(200, 'v1'), 'green'],
    ['the revision itself, known from its record', back(undefined, 'v1', true), answer(200, 'v1'), 'green'],
    ['the version that was left', back(v1, 'v1'), answer(200, 'v2'), 'blue'],
    ['a redirect that is nobody’s', back(v1, 'v1'), answer(301), 'bad'],
    ['what the adopted version answered before', back(adopted, 'adopted'), answer(200), 'green'],
    ['the version that was left, for an adopted one', back(adopted, 'adopted'), answer(200, 'v2'), 'blue'],
    ['a redirect, where the adopted version answered 200', back(adopted, 'adopted'), answer(301), 'bad'],
    ['another success, where the adopted version answered 200', back(adopted, 'adopted'), answer(204), 'unknown'],
    ['any success, where nothing was measured', back(undefined, 'adopted'), answer(200), 'unknown'],
  ])('%s', (_, { judge }, given, who) => {
    expect(judge(given)).toBe(who);
  });

  test('to a version that does not say who it is: what a check of the path expects is nobody’s', () => {
    const checked = config('identity: {header: X-Revision}\nchecks: [{request: GET /, expect: {status: [200, 302]}}]');
    const { judge } = rollbackProbe(checked, { to: 'adopted', left: 'v2', recorded: false, measured: adopted });
    expect([judge(answer(200)), judge(answer(302)), judge(answer(404))]).toEqual(['green', 'unknown', 'bad']);
  });

  test('where nothing was measured and nothing was recorded, the proof is none', () => {
    expect(back(undefined, 'adopted').proof).toBe('none');
  });
});
