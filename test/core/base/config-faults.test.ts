import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/checks/config.ts';
import { only } from '../support.ts';
import { namesPlace } from './places.ts';

/** How checks are written. */
const CHECKS =
  'expected "GET /path", "POST /path 303", a map with request, a map with command, a map with job, a map with prometheus or a map with metric';

const REQUEST = 'expected a method and a path, such as "GET /healthz" or "POST /login 303"';
const STATUS = 'expected a status such as 204, a class such as 2xx, or a range such as 200-299';

function problemsOf(text: string): string[] {
  const result = parseConfig(load(text), ['nginx']);
  if ('config' in result) throw new Error('expected problems');
  return result.problems;
}

const DURATION = 'expected a duration with a unit, such as 500ms, 30s or 2m';
const ADDRESS = 'host:port, http://host[:port] or https://host[:port]';
const ANNOTATION = 'expected a string: quote the value';

const FAULTS: [string, string][] = [
  ['preveiw: {}', 'preveiw: no such setting; did you mean preview?'],
  ['preview: {pth: /x}', 'preview.pth: no such setting; did you mean path?'],
  ['bake: {for: 1m, speed: 2}', 'bake.speed: no such setting; allowed: for, every, errors'],
  [
    'preview: {path: green}',
    'preview.path is "green": expected one segment of letters, digits, - and _, such as /green',
  ],
  ['preview: {path: /a/b}', 'preview.path is "/a/b": expected one segment of letters, digits, - and _, such as /green'],
  ['preview: {path: 7}', 'preview.path is 7: expected one segment of letters, digits, - and _, such as /green'],
  ['preview: {annotations: {a: 1}}', `preview.annotations.a is 1: ${ANNOTATION}`],
  ['preview: {annotations: x}', 'preview.annotations is "x": expected a map of annotations'],
  [
    'preview:',
    'preview is empty: expected a map with path, host, header, annotations, matching, overlap or unprotected',
  ],
  [
    'preview: []',
    'preview is an empty list: expected a map with path, host, header, annotations, matching, overlap or unprotected',
  ],
  ['parking: {annotations: {a: true}}', `parking.annotations.a is true: ${ANNOTATION}`],
  ['router: haproxy', 'router is "haproxy": expected nginx (docs/config.md#router)'],
  [
    'revision-label: "-x"',
    'revision-label is "-x": expected the key of a label, such as revision or example.com/revision',
  ],
  ['checks: GET /', 'checks is "GET /": expected a list of checks'],
  ['checks: []', 'checks is an empty list: expected at least one check'],
  [
    'checks: [FETCH /]',
    `checks.0 is "FETCH /": ${REQUEST}; the method is one of GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE`,
  ],
  ['checks: [get /a]', `checks.0 is "get /a": ${REQUEST}; did you mean "GET /a"?`],
  ['checks: [/a]', `checks.0 is "/a": ${REQUEST}; did you mean "GET /a"?`],
  ['checks: ["https://a.test/b"]', `checks.0 is "https://a.test/b": ${REQUEST}; did you mean "GET /b"?`],
  [
    'checks: [npx playwright test]',
    `checks.0 is "npx playwright test": ${REQUEST}; all other kinds of checks are maps`,
  ],
  ['checks: [GET / 99]', `checks.0 is "GET / 99": ${STATUS}`],
  [
    'checks: [{request: GET nowhere}]',
    'checks.0.request is "GET nowhere": expected a method and a path, such as "GET /healthz"; did you mean "GET /nowhere"?',
  ],
  [
    'identity: {matches: "{revision} {env.BUILD}"}',
    'identity.matches is "{revision} {env.BUILD}": expected no {env.NAME}, which only checks take',
  ],
  ['checks: [{reqest: GET /}]', 'checks.0.reqest: no such setting; did you mean request?'],
  ['checks: [{path: /}]', `checks.0 is a map with path: ${CHECKS}`],
  ['checks: [GET /, 7]', `checks.1 is 7: ${CHECKS}`],
  ['verify: {passes: 0}', 'verify.passes is 0: expected a whole number from 1 to 100'],
  ['verify: {passes: 101}', 'verify.passes is 101: expected a whole number from 1 to 100'],
  ['verify: {passes: 1.5}', 'verify.passes is 1.5: expected a whole number from 1 to 100'],
  ['verify: {passes: three}', 'verify.passes is "three": expected a whole number from 1 to 100'],
  ['verify: {interval: 5}', `verify.interval is 5: ${DURATION}`],
  ['verify: {interval: soon}', `verify.interval is "soon": ${DURATION}`],
  ['verify: {within: 0s}', `verify.within is "0s": ${DURATION}`],
  ['bake: {every: 1s}', `bake.for is missing: ${DURATION}`],
  ['bake: {fro: 1m}', 'bake.fro: no such setting; did you mean for?'],
  ['bake: [1m]', 'bake is a list: expected a map with for, every or errors'],
  [
    'bake: {for: 1m, errors: 1}',
    'bake.errors is 1: expected a share in percent below 100%, such as 1%; did you mean 1%?',
  ],
  ['bake: {for: 1m, errors: 100%}', 'bake.errors is "100%": expected a share in percent below 100%, such as 1%'],
  ['keep: -1', 'keep is -1: expected a whole number from 0 to 100'],
  ['drain: soon', `drain is "soon": ${DURATION}`],
  [
    'identity: {}',
    'identity is an empty map: expected router, or a map with one of header, json or matches (with {revision}), and a path',
  ],
  [
    'identity: routr',
    'identity is "routr": expected router, or a map with one of header, json or matches (with {revision}), and a path',
  ],
  ['identity: {headr: X-Revision}', 'identity.headr: no such setting; did you mean header?'],
  ['identity: {header: "a b"}', 'identity.header is "a b": expected the name of a header'],
  ['identity: {header: a, json: b}', 'identity is a map with header and json: expected only one of header and json'],
  ['identity: {json: 7}', 'identity.json is 7: expected where the revision is in a JSON body, such as build.revision'],
  ['identity: {matches: "x"}', 'identity.matches is "x": expected {revision} in the pattern'],
  ['proof: none', 'proof is "none": expected off, or a map with answers, settle, within or lagging'],
  ['proof: of', 'proof is "of": expected off, or a map with answers, settle, within or lagging; did you mean off?'],
  ['router: ngnix', 'router is "ngnix": expected nginx; did you mean nginx? (docs/config.md#router)'],
  ['router: 7', 'router is 7: expected nginx (docs/config.md#router)'],
  ['proof: {lagging: sty}', 'proof.lagging is "sty": expected back or stay; did you mean stay?'],
  ['proof: {within: 5}', `proof.within is 5: ${DURATION}`],
  ['proof: {wihtin: 5s}', 'proof.wihtin: no such setting; did you mean within?'],
  ['proof: {lagging: wait}', 'proof.lagging is "wait": expected back or stay'],
  ['proof: {answers: 2000}', 'proof.answers is 2000: expected a whole number from 1 to 1000'],
  ['hosts: shop.test', 'hosts is "shop.test": expected a list of the names of hosts'],
  ['hosts: [Shop.test]', 'hosts.0 is "Shop.test": expected the name of a host in lower case, such as shop.example.com'],
  [
    'hosts: ["*.shop.test"]',
    'hosts.0 is "*.shop.test": expected the name of a host in lower case, such as shop.example.com',
  ],
  ['addresses: [proxy]', `addresses.0 is "proxy": expected ${ADDRESS}`],
  ['addresses: []', `addresses is an empty list: expected at least one ${ADDRESS}`],
  [
    'addresses: proxy:80',
    `addresses is "proxy:80": expected a list of ${ADDRESS}, or a map from hosts, or live routes, to such addresses`,
  ],
  ['addresses: {shop.test: [80]}', `addresses.shop.test.0 is 80: expected ${ADDRESS}`],
  ['addresses: {"*": proxy}', `addresses.* is "proxy": expected ${ADDRESS}`],
  [
    'addresses: {"*.*.test": "a:1"}',
    'addresses has the key "*.*.test": expected a host such as shop.example.com, *.example.com, or "*" for all others, or a live route as the input route names it',
  ],
  ['ca: nothing', 'ca is not usable: expected certificates in PEM form (-----BEGIN CERTIFICATE-----)'],
  ['ca: 7', 'ca is 7: expected certificates in PEM form, or the path of a file that holds them'],
];

describe('a sentence names the place, the value, and what is allowed', () => {
  test('each unknown setting has a sentence with its whole path, which says what was meant or what is allowed', () => {
    expect(problemsOf('preview: {pth: /x, ovrlap: accept, zzz: 1, qqq: 2}\nchekcs: []')).toEqual([
      'preview.pth: no such setting; did you mean path?',
      'preview.ovrlap: no such setting; did you mean overlap?',
      'preview.zzz: no such setting; allowed: path, host, header, annotations, matching, overlap, unprotected',
      'preview.qqq: no such setting; allowed: path, host, header, annotations, matching, overlap, unprotected',
      'chekcs: no such setting; did you mean checks?',
    ]);
  });

  test.each(FAULTS)('%s', (text, sentence) => {
    expect(problemsOf(text)).toEqual([sentence]);
  });

  test.each([
    ['a text', 'the config is "a text": expected a map with preview, router,'],
    ['[]', 'the config is an empty list: expected a map with preview, router,'],
    [`router: ${'x'.repeat(300)}`, `router is "${'x'.repeat(200)}…": expected nginx (docs/config.md#router)`],
    ['router: |\n  a\n  b', 'router is "a ⏎ b": expected nginx (docs/config.md#router)'],
  ])('%s', (text, beginning) => {
    expect(only(problemsOf(text)).slice(0, beginning.length)).toBe(beginning);
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

  test('any value gives a config, or sentences that name a place in it and speak plainly; it never throws', () => {
    const known = 'preview checks verify identity proof router parking bake addresses keep'.split(' ');
    const inner = [
      ...['path', 'annotations', 'request', 'expect', 'status', 'header', 'json', 'within', 'for', 'answers'],
      ...['command', 'job', 'prometheus', 'metric', 'url', 'value', 'at-most', 'at', 'window', 'timeout', 'group'],
    ];
    const key = fc.oneof(fc.constantFrom(...known, ...inner), fc.string());
    const { tree } = fc.letrec<{ tree: unknown; map: unknown }>((tie) => ({
      map: fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.anything(),
        fc.constantFrom('GET /', '5s', 'off'),
        tie('map'),
        fc.array(tie('map')),
      ),
    }));
    fc.assert(
      fc.property(fc.oneof(tree, fc.dictionary(fc.constantFrom(...known), tree)), (value) => {
        const result = parseConfig(value, ['nginx']);
        const problems = 'problems' in result ? result.problems : [];
        expect('config' in result).toBe(problems.length === 0);
        for (const problem of problems) {
          const isKnown = namesPlace(problem, value);
          expect(isKnown, problem).toBe(true);
          expect(problem).not.toMatch(/Invalid|Expected|\[object|undefined/);
        }
      }),
    );
  });
});
