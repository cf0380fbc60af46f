import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/checks/config.ts';
import { ROUTER_NAMES } from '../../src/routes/registry.ts';

/** What people write by mistake, in the forms of all settings, and the whole sentence that they get. */

const DURATION = 'expected a duration with a unit, such as 500ms, 30s or 2m';
const SHARE = 'expected a share in percent below 100%, such as 1%';
const STATUS = 'expected a status such as 204, a class such as 2xx, or a range such as 200-299';
const REQUEST = 'expected a method and a path, such as "GET /healthz"';
const SHORT = `${REQUEST} or "POST /login 303"`;
const ADDRESS = 'expected an address such as https://prometheus.example.com, without a query or credentials';
const JSON_PATH = 'expected a JSONPath (RFC 9535), such as $.items[0].name';
const SECRET =
  "expected a variable of the step's environment, such as {env.SMOKE_TOKEN}: the config is stored in the cluster, where others can read it";
const ANY =
  'expected "GET /path", "POST /path 303", a map with request, a map with command, a map with job, a map with prometheus or a map with metric';
const NOT_EMPTY = 'expected at least one character: what is empty is in every body';
const NO_BAKE = 'expected a bake in the config that it runs in, such as bake: {for: 5m}';
const NO_PLACE = 'expected at: bake beside it, or a list with bake: only in the bake a check runs again and again';
const PROMETHEUS = 'prometheus: up, url: https://prometheus.test';

type Mistakes = Readonly<Record<string, string>>;

const UNITS: Mistakes = {
  'drain: 5': `drain is 5: ${DURATION}`,
  'drain: 5 min': `drain is "5 min": ${DURATION}; did you mean 5m?`,
  'drain: 90seconds': `drain is "90seconds": ${DURATION}; did you mean 90s?`,
  'drain: 1h 30M': `drain is "1h 30M": ${DURATION}; did you mean 1h30m?`,
  'drain: 1d': `drain is "1d": ${DURATION}`,
  'drain: 0s': `drain is "0s": ${DURATION}`,
  'drain: -5m': `drain is "-5m": ${DURATION}`,
  'drain: 9007199254740993h': 'drain is "9007199254740993h": expected a shorter duration',
  'bake: 2m': 'bake is "2m": expected a map with for, every or errors',
  'bake: {for: 2m}\nchecks: [{command: ./x}]': 'bake: expected a check that runs in it, such as GET /healthz',
  'bake: {for: 2m}\nchecks: [{job: x}, POST /]': 'bake: expected a check that runs in it, such as GET /healthz',
  'bake: {for: 2m}\nchecks: [GET /, {command: ./x, every: 5s}]': `checks.1.every is "5s": ${NO_PLACE}`,
  'bake: {for: 2m, errors: 1}': `bake.errors is 1: ${SHARE}; did you mean 1%?`,
  'bake: {for: 2m, errors: 1 %}': `bake.errors is "1 %": ${SHARE}; did you mean 1%?`,
  'bake: {for: 2m, errors: 0.01}': `bake.errors is 0.01: ${SHARE}`,
  'bake: {for: 2m, errors: 100%}': `bake.errors is "100%": ${SHARE}`,
  'proof: 2m': 'proof is "2m": expected off, or a map with answers, settle, within or lagging',
};

const TYPES: Mistakes = {
  'keep: "1"': 'keep is the text "1": expected a whole number from 0 to 100',
  'keep: .inf': 'keep is Infinity: expected a whole number from 0 to 100',
  'verify: 3': 'verify is 3: expected a map with passes, interval, within or parallel',
  'retire-applied: yes': 'retire-applied is "yes": expected true or false; did you mean true?',
  'retire-applied: "true"': 'retire-applied is the text "true": expected true or false',
  'checks: GET /healthz': 'checks is "GET /healthz": expected a list of checks',
  'checks: {request: GET /}': 'checks is a map with request: expected a list of checks',
  'hosts: shop.test': 'hosts is "shop.test": expected a list of the names of hosts',
  'hosts: {a: b}': 'hosts is a map with a: expected a list of the names of hosts',
  'preview: /green':
    'preview is "/green": expected a map with path, host, header, annotations, matching, overlap or unprotected',
  'preview: {path: /x, annotations: [a]}': 'preview.annotations is a list: expected a map of annotations',
  'preview: {header: X-Preview}': 'preview.header is "X-Preview": expected a map with name or value',
  'identity: X-Revision':
    'identity is "X-Revision": expected router, or a map with one of header, json or matches (with {revision}), and a path',
  'identity: {matches: {revision}}':
    'identity.matches is a map with revision: expected a regular expression in JavaScript syntax; write "{revision}" in quotes, since YAML makes a map of braces',
  'identity: {matches: "("}': 'identity.matches is "(": expected a regular expression in JavaScript syntax',
};

const CHECKS: Mistakes = {
  '/healthz': `checks.0 is "/healthz": ${SHORT}; did you mean "GET /healthz"?`,
  'GET healthz': `checks.0 is "GET healthz": ${SHORT}; did you mean "GET /healthz"?`,
  'get /healthz': `checks.0 is "get /healthz": ${SHORT}; did you mean "GET /healthz"?`,
  'GET https://shop.test/a': `checks.0 is "GET https://shop.test/a": ${SHORT}; did you mean "GET /a"?`,
  'TRACE /': `checks.0 is "TRACE /": ${SHORT}; the method is one of GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE`,
  'GET /a b': `checks.0 is "GET /a b": ${SHORT}; a path has no spaces`,
  'GET / 600': `checks.0 is "GET / 600": ${STATUS}`,
  'npm test': `checks.0 is "npm test": ${SHORT}; all other kinds of checks are maps`,
  '{GET: /healthz}': `checks.0 is a map with GET: ${ANY}`,
  '{path: /a, status: 200, x: 1, y: 2}': `checks.0 is a map with path, status, x and more: ${ANY}`,
  '[GET /]': `checks.0 is a list: ${ANY}`,
  null: `checks.0 is empty: ${ANY}`,
  '{request: GET /, command: ./x}':
    'checks.0 is a map with request and command: expected only one of request and command',
  '{request: GET / 204}': `checks.0.request is "GET / 204": ${REQUEST}; the status belongs to expect`,
  '{request: {method: GET, path: /}}': `checks.0.request is a map with method and path: ${REQUEST}`,
  '{request: GET /, body: {text: a, json: b}}':
    'checks.0.body is a map with text and json: expected only one of text and json',
  '{request: GET /, expect: 200}': 'checks.0.expect is 200: expected a map with status, headers or body',
  '{request: GET /, expect: {status: "200"}}': `checks.0.expect.status is the text "200": ${STATUS}`,
  '{request: GET /, expect: {status: [200, 2XX]}}': `checks.0.expect.status.1 is "2XX": ${STATUS}`,
  '{request: GET /, expect: {headers: {a: {matches: b, absent: true}}}}':
    'checks.0.expect.headers.a is a map with matches and absent: expected only one of matches and absent',
  '{request: GET /, expect: {body: {contains: [a, 7]}}}':
    'checks.0.expect.body.contains.1 is 7: expected a string: quote the value',
  '{request: GET /, expect: {body: {contains: ""}}}': `checks.0.expect.body.contains is "": ${NOT_EMPTY}`,
  '{request: GET /, expect: {body: {contains: []}}}':
    'checks.0.expect.body.contains is an empty list: expected at least one text',
  '{request: GET /, expect: {body: {contains: [a, ""]}}}': `checks.0.expect.body.contains.1 is "": ${NOT_EMPTY}`,
  '{request: GET /, expect: {body: {matches: ""}}}': `checks.0.expect.body.matches is "": ${NOT_EMPTY}`,
  '{request: GET /, expect: {body: {matches: []}}}':
    'checks.0.expect.body.matches is an empty list: expected at least one regular expression',
  '{request: GET /, expect: {body: {matches: ["", a]}}}': `checks.0.expect.body.matches.0 is "": ${NOT_EMPTY}`,
  '{request: GET /, expect: {body: {json: {$.a: {absent: true, equals: 5}}}}}':
    'checks.0.expect.body.json.$.a is a map with absent and equals: expected absent alone: where nothing is, there is nothing to compare',
  '{request: GET /, expect: {body: {json: {status: ok}}}}': `checks.0.expect.body.json has the key "status": ${JSON_PATH}: expected '$', found 's' ('status':0)`,
  '{request: GET /, expect: {body: {json: {$.a: {equal: 1}}}}}':
    'checks.0.expect.body.json.$.a.equal: no such setting; did you mean equals?',
  '{request: GET /, expect: {body: {json: {$.a: {above: "3"}}}}}':
    'checks.0.expect.body.json.$.a.above is the text "3": expected a number',
  '{request: GET /, expect: {body: {json: {$.a: .nan}}}}':
    'checks.0.expect.body.json.$.a is NaN: expected a value of JSON',
  '{request: GET /, query: {constructor: a}}':
    'checks.0.query is a map with constructor: expected a map of query parameters, none of which can be called constructor',
  '{command: [npx, playwright]}': 'checks.0.command is a list: expected a command as a shell reads it',
  '{command: ./x, at: promote}': 'checks.0.at is "promote": expected verify, bake, or a list of both',
  '{command: ./x, at: bake}': `checks.0.at is "bake": ${NO_BAKE}`,
  '{command: ./x, at: [verify, bake]}': `checks.0.at is a list with bake: ${NO_BAKE}`,
  [`{${PROMETHEUS}, at: [bake, verify], below: 1}`]: `checks.0.at is a list with bake: ${NO_BAKE}`,
  '{command: ./x, every: 5s}': `checks.0.every is "5s": ${NO_PLACE}`,
  [`{${PROMETHEUS}, at: verify, every: 1m, below: 1}`]: `checks.0.every is "1m": ${NO_PLACE}`,
  '{request: GET /, bake: true}': `checks.0.bake is true: ${NO_BAKE}`,
  [`{${PROMETHEUS}, at: [bake], below: 1}`]: `checks.0.at is "bake": ${NO_BAKE}`,
  [`{${PROMETHEUS}}`]:
    'checks.0 is a map with prometheus and url: expected a threshold: above, below, at-least or at-most',
  [`{${PROMETHEUS}, below: 1%}`]: 'checks.0.below is "1%": expected a number',
  [`{${PROMETHEUS}, below: .inf}`]: 'checks.0.below is Infinity: expected a number',
  '{metric: "GET https://a.test/b?c=d", value: $.a, below: 1}': `checks.0.metric is "GET https://a.test/b?c=d": ${ADDRESS}`,
};

const SECRETS: Mistakes = {
  '{auth: hunter2}': 'auth is a fixed text: expected basic with user and password, or bearer',
  '{auth: {bearer: 20071969}}': `auth.bearer is a number: ${SECRET}`,
  '{auth: {bearer: [hunter2]}}': `auth.bearer is a list: ${SECRET}`,
  '{auth: {bearer: {env.TOKEN}}}': `auth.bearer is a map: ${SECRET}; write "{env.TOKEN}" in quotes, since YAML makes a map of braces`,
  '{auth: {basic: "smoke:hunter2"}}': 'auth.basic is a fixed text: expected a map with user or password',
  '{auth: {basic: {user: smoke, password: hunter2}}}': `auth.basic.password is a fixed text: ${SECRET}`,
  '{headers: {Authorization: Bearer hunter2}}': `headers.Authorization is a fixed text: ${SECRET}`,
  '{headers: {X-Api-Key: 20071969}}':
    "headers.X-Api-Key is a number: expected a text of one line; {env.NAME} stands for a variable of the step's environment",
};

function problemsOf(text: string): string[] {
  const result = parseConfig(load(text), ROUTER_NAMES);
  return 'problems' in result ? result.problems : [];
}

const EVERY_VERSION =
  'expected no {revision}: these requests go to every version, and the text would be sent as it stands. Put it in a check, whose headers and auth are sent instead';
const LITERAL: Mistakes = {
  '{headers: {X-A: b, X-Rev: "v {revision}"}}': `requests.headers.X-Rev: ${EVERY_VERSION}`,
  '{auth: {basic: {user: "{revision}", password: "{env.A}"}}}': `requests.auth: ${EVERY_VERSION}`,
};

describe('a mistake is told in one sentence', () => {
  test.each(Object.entries(LITERAL))('requests: %s, which checks may have', (text, sentence) => {
    expect(problemsOf(`requests: ${text}`)).toEqual([sentence]);
    expect(problemsOf(`checks: [{request: GET /, ${text.slice(1)}]`)).toEqual([]);
  });

  test.each(Object.entries({ ...UNITS, ...TYPES }))('%s', (text, sentence) => {
    expect(problemsOf(text)).toEqual([sentence]);
  });

  test.each(Object.entries(CHECKS))('checks: [%s]', (text, sentence) => {
    expect(problemsOf(`checks:\n- ${text}`)).toEqual([sentence]);
  });

  test.each(Object.entries(SECRETS))('requests: %s, without what may be a secret', (text, sentence) => {
    const problems = [...problemsOf(`requests: ${text}`), ...problemsOf(`checks: [{request: GET /, ${text.slice(1)}]`)];
    expect(problems[0]).toBe(`requests.${sentence}`);
    expect(problems[1]).toBe(`checks.0.${sentence.replace('password, or bearer', 'password, bearer, or none')}`);
    expect(problems.join()).not.toMatch(/hunter2|20071969/);
  });
});

test.each([
  `{${PROMETHEUS}, below: 1}`,
  `{${PROMETHEUS}, below: 1, every: 5s}`,
  `{${PROMETHEUS}, below: 1, at: verify}`,
  '{command: ./x}',
  '{request: GET /, bake: false}',
])('what may run in a bake needs none, if it does not ask for one: checks: [%s]', (text) => {
  expect(problemsOf(`checks:\n- ${text}`)).toEqual([]);
});
