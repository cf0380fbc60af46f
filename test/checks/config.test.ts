import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/checks/config.ts';
import type { Config } from '../../src/core/base/config.ts';
import { only } from '../core/support.ts';

function configOf(text: string): Config {
  const result = parseConfig(load(text), ['nginx']);
  if ('problems' in result) throw new Error(result.problems.join('; '));
  return result.config;
}
function problemsOf(text: string): string[] {
  const result = parseConfig(load(text), ['nginx']);
  if ('config' in result) throw new Error('expected problems');
  return result.problems;
}

describe('parseConfig fills in the defaults', () => {
  test.each([undefined, null, {}])('%j means: all defaults', (value) => {
    const result = parseConfig(value, ['nginx']);
    expect(result).toMatchObject({
      config: {
        preview: { path: '/green', annotations: {}, matching: 'keep', overlap: 'refuse', unprotected: 'refuse' },
        parking: { annotations: {} },
        'revision-label': 'revision',
        checks: [{ kind: 'request', expects: [{ path: '/', statuses: ['2xx'], timeout: 5_000 }] }],
        verify: { passes: 3, interval: 250, within: 60_000 },
        proof: { answers: 20, within: 60_000, lagging: 'back' },
        hosts: [],
        keep: 1,
        drain: 300_000,
        'retire-applied': false,
      },
    });
  });

  test('the defaults of a map of which one key is given', () => {
    expect(configOf('verify: {passes: 1}').verify).toEqual({ passes: 1, interval: 250, within: 60_000 });
    expect(configOf('preview: {annotations: {a: b}}').preview).toMatchObject({
      path: '/green',
      annotations: { a: 'b' },
    });
    expect(configOf('proof: {settle: 2s}').proof).toEqual({
      answers: 20,
      settle: 2_000,
      within: 60_000,
      lagging: 'back',
    });
    expect(configOf('bake: {for: 2m}').bake).toEqual({ for: 120_000, every: 1_000, errors: 0.01 });
    expect(configOf('identity: {header: x-revision}').identity).toEqual({ header: 'x-revision', path: '/' });
  });

  test('addresses: a list for all hosts, or a map from hosts to one or more', () => {
    const at = (host: string, port: number, tls?: boolean) => ({ host, port, tls });
    expect(configOf('addresses: ["10.0.0.1:80", "https://lb.test/"]').addresses).toEqual([
      { of: undefined, address: at('10.0.0.1', 80) },
      { of: undefined, address: at('lb.test', 443, true) },
    ]);
    const map = '{a.test: ["http://10.0.0.1:8080", "10.0.0.2:80"], "*.b.test": "https://[::1]", "*": "10.0.0.3:80"}';
    expect(configOf(`addresses: ${map}`).addresses).toEqual([
      { of: 'a.test', address: at('10.0.0.1', 8_080, false) },
      { of: 'a.test', address: at('10.0.0.2', 80) },
      { of: '*.b.test', address: at('::1', 443, true) },
      { of: undefined, address: at('10.0.0.3', 80) },
    ]);
  });

  test('a check with all it can say', () => {
    const check = configOf(`
checks:
- request: GET /a?b=c
  expect: {status: [204, 3xx], headers: {X-A: "1"}, body: {contains: ok, matches: "^o"}}
  timeout: 1m
  live: true
`).checks;
    expect(check).toMatchObject([
      { kind: 'request', expects: [{ path: '/a?b=c', statuses: [204, '3xx'], timeout: 60_000 }] },
    ]);
  });

  test.each<[string, Config['identity']]>([
    ['{json: build.revision, path: /version}', { json: 'build.revision', path: '/version' }],
    ['{matches: "rev {revision}"}', { matches: 'rev {revision}', path: '/' }],
  ])('identity %s', (text, identity) => {
    expect(configOf(`identity: ${text}`).identity).toEqual(identity);
  });

  test('proof can be off, without quotes', () => {
    expect(configOf('proof: off').proof).toBe('off');
  });
});

describe('parseConfig names what is wrong', () => {
  test.each<[string, RegExp]>([
    ['preveiw: {}', /^preveiw: no such setting$/],
    ['preview: {pth: /x}', /^preview\.pth: no such setting$/],
    ['preview: {path: green}', /^preview\.path is "green": expected one segment/],
    ['preview: {path: /a/b}', /^preview\.path is .*expected one segment/],
    ['preview: {path: "/a(b)"}', /^preview\.path is .*expected one segment/],
    ['preview: {annotations: {a: 1}}', /^preview\.annotations\.a is 1: .*quote/],
    ['parking: {annotations: {a: true}}', /^parking\.annotations\.a is true: .*quote/],
    ['router: haproxy', /^router is "haproxy": expected nginx/],
    ['revision-label: "-x"', /^revision-label is "-x"/],
    ['checks: []', /^checks is .*expected at least one check/],
    ['checks: [POST /]', /^checks\.0 is .*expected "GET \/path"/],
    ['checks: [{request: GET nowhere}]', /^checks\.0\.request is "GET nowhere": expected "GET \/path"$/],
    ['checks: [{reqest: GET /}]', /^checks\.0 is Object: expected "GET \/path", or a map with request/],
    ['checks: [GET /, 7]', /^checks\.1 is 7: expected "GET \/path"/],
    ['verify: {passes: 0}', /^verify\.passes is 0/],
    ['bake: {every: 1s}', /^bake\.for is missing/],
    ['bake: {for: 1m, errors: 1}', /^bake\.errors is 1: expected a share in percent/],
    ['bake: {for: 1m, errors: 100%}', /^bake\.errors is "100%": expected a share in percent/],
    ['keep: -1', /^keep is -1/],
    ['drain: soon', /^drain is .*: expected a duration with a unit/],
    ['proof: {lagging: wait}', /expected off, or a map|expected back or stay/],
    ['verify: {passes: 101}', /^verify\.passes is 101: expected at most 100/],
    ['verify: {passes: 1.5}', /^verify\.passes is 1\.5: expected a whole number/],
    ['verify: {interval: 5}', /^verify\.interval is 5: expected a duration with a unit/],
    ['verify: {interval: soon}', /^verify\.interval is .*: expected a duration with a unit/],
    ['verify: {within: 0s}', /^verify\.within is .*: expected a duration with a unit/],
    ['identity: {}', /^identity is .*expected one of header, json or matches/],
    ['identity: {matches: "x"}', /^identity.*\{revision\}/],
    ['identity: {header: "a b"}', /^identity.*header/],
    ['proof: none', /^proof is "none": expected off, or a map/],
    ['proof: {answers: 2000}', /^proof.*/],
    ['hosts: [Shop.test]', /^hosts\.0 is "Shop\.test": expected the name of a host in lower case/],
    ['hosts: ["*.shop.test"]', /^hosts\.0 is "\*\.shop\.test": expected the name of a host/],
    [
      'addresses: [proxy]',
      /^addresses\.0 is "proxy": expected host:port, http:\/\/host\[:port\] or https:\/\/host\[:port\]/,
    ],
    ['addresses: []', /^addresses is 0: expected at least one host:port/],
    ['addresses: proxy:80', /^addresses is .*: expected a list of host:port, .*, or a map from hosts to such/],
    ['addresses: {shop.test: [80]}', /^addresses\.shop\.test\.0 is 80: expected host:port/],
    ['addresses: {"*": proxy}', /^addresses\.\* is "proxy": expected host:port/],
    ['addresses: {"*.*.test": "a:1"}', /^addresses\.\*\.\*\.test is "\*\.\*\.test": expected a host such as/],
    ['ca: nothing', /^ca is not usable: expected certificates in PEM form/],
    ['ca: 7', /^ca is 7: expected certificates in PEM form, or the path/],
    ['a text', /^the config is "a text"/],
    ['[]', /^the config is /],
  ])('%s', (text, sentence) => {
    expect(only(problemsOf(text))).toMatch(sentence);
  });

  test.each([
    ['expect: {status: 99}', 'expect.status is 99'],
    ['expect: {status: 6xx}', 'expect.status is "6xx"'],
    ['expect: {body: {matches: "("}}', 'expect.body.matches is "(": expected a regular expression'],
    ['expect: {headers: {"a b": x}}', 'expect.headers.a b is "a b": expected the name of a header'],
    ['expect: {headers: {a: 1}}', 'expect.headers.a is 1: expected a string'],
    ['expect: {stauts: 200}', 'expect.stauts: no such setting'],
    ['timeout: 5', 'timeout is 5: expected a duration'],
    ['repeat: 3', 'repeat: no such setting'],
  ])('a check with %s is refused at its place', (text, problem) => {
    expect(only(problemsOf(`checks: [GET /, {request: GET /, ${text}}]`))).toContain(`checks.1.${problem}`);
  });

  test('all problems at once', () => {
    const problems = problemsOf('{typo: 1, router: x, verify: {passes: 0, interval: 1}}').toSorted();
    expect(problems.map((problem) => problem.split(/[ :]/)[0])).toEqual([
      'router',
      'typo',
      'verify.interval',
      'verify.passes',
    ]);
  });

  test('any value gives a config or at least one sentence, and never throws', () => {
    const key = fc.constantFrom(
      'preview',
      'checks',
      'verify',
      'identity',
      'proof',
      'router',
      'parking',
      'revision-label',
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(key, fc.anything())), (value) => {
        const result = parseConfig(value, ['nginx']);
        if ('problems' in result) expect(result.problems.length).toBeGreaterThan(0);
        else expect(result.config.checks.length).toBeGreaterThan(0);
      }),
    );
  });
});
