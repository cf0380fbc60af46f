import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { parseConfig } from '../../../src/checks/config.ts';
import { only } from '../../core/support.ts';

/** Mistakes in a check of the kind `request`, each told at its place. */

function problemsOf(text: string): string[] {
  const result = parseConfig(load(text));
  return 'problems' in result ? result.problems : [];
}

test.each([
  [
    'expect: {status: 99}',
    'expect.status is 99: expected a status such as 204, a class such as 2xx, or a range such as 200-299',
  ],
  [
    'expect: {status: "200"}',
    'expect.status is the text "200": expected a status such as 204, a class such as 2xx, or a range such as 200-299',
  ],
  [
    'expect: {status: [200, 6xx]}',
    'expect.status.1 is "6xx": expected a status such as 204, a class such as 2xx, or a range such as 200-299',
  ],
  [
    'expect: {status: {}}',
    'expect.status is an empty map: expected a status, a class such as 2xx, a range such as 200-299, or a list of them',
  ],
  ['expect: {body: {matches: "("}}', 'expect.body.matches is "(": expected a regular expression'],
  ['expect: {headers: {"a b": x}}', 'expect.headers has the key "a b": expected the name of a header'],
  ['expect: {headers: {a: 1}}', 'expect.headers.a is 1: expected a string'],
  ['expect: {headers: {a: {}}}', 'expect.headers.a is an empty map: expected a text, or a map with matches or absent'],
  ['expect: {status: 299-200}', 'expect.status is "299-200": expected a status such as 204'],
  ['expect: {status: []}', 'expect.status is an empty list: expected a status such as 204'],
  ['expect: {body: {json: {items: 1}}}', 'expect.body.json has the key "items": expected a JSONPath (RFC 9535)'],
  ['expect: {body: {json: {$.a: {}}}}', 'expect.body.json.$.a is an empty map: expected at least one comparison'],
  ['expect: {body: {json: {$.a: {over: 1}}}}', 'expect.body.json.$.a.over: no such setting; allowed: equals, in'],
  ['auth: {bearer: s3cret}', 'auth.bearer is a fixed text: expected a variable of the step'],
  ['auth: {basic: {user: a}}', 'auth.basic.password is missing: expected a variable of the step'],
  ['auth: off', 'auth is a fixed text: expected basic with user and password, bearer, or none'],
  ['headers: {Authorization: Basic eA==}', 'headers.Authorization is a fixed text: expected a variable of the step'],
  ['headers: {X-Api-Key: abc}', 'headers.X-Api-Key is a fixed text: expected a variable of the step'],
  ['headers: {DD-APPLICATION-KEY: abc}', 'headers.DD-APPLICATION-KEY is a fixed text: expected a variable'],
  ['headers: {x-auth-token: abc}', 'headers.x-auth-token is a fixed text: expected a variable of the step'],
  ['headers: {Client-Secret: abc}', 'headers.Client-Secret is a fixed text: expected a variable of the step'],
  ['headers: {X-Secret-Key: abc}', 'headers.X-Secret-Key is a fixed text: expected a variable of the step'],
  ['headers: {X-Private-Key: abc}', 'headers.X-Private-Key is a fixed text: expected a variable of the step'],
  ['headers: {X-Password: abc}', 'headers.X-Password is a fixed text: expected a variable of the step'],
  ['headers: {host: other.test}', 'headers has the key "host": expected another header'],
  ['body: {file: x}', 'body.file is "x": expected the path of a file'],
  ['body: {xml: x}', 'body is a map with xml: expected text, json, form or file'],
  ['tls: {name: "A b"}', 'tls.name is "A b": expected the name of a host in lower case'],
  ['retries: -1', 'retries is -1: expected a whole number from 0 to 100'],
  ['expect: {stauts: 200}', 'expect.stauts: no such setting; did you mean status?'],
  ['expect: {body: {contain: x}}', 'expect.body.contain: no such setting; did you mean contains?'],
  ['expect: {body: ok}', 'expect.body is "ok": expected a map with contains, matches or json'],
  ['timeout: 5', 'timeout is 5: expected a duration'],
  [
    'repeat: 3',
    'repeat: no such setting; allowed: request, query, headers, auth, body, tls, follow, page, expect, timeout, group, passes, retries, live, bake',
  ],
  ['timout: 5s', 'timout: no such setting; did you mean timeout?'],
])('a check with %s is refused at its place', (text, problem) => {
  expect(only(problemsOf(`checks: [GET /, {request: GET /, ${text}}]`))).toContain(`checks.1.${problem}`);
});

test('a token that is no secret may be a fixed text', () => {
  const headers = '{X-CSRF-Token: none, X-XSRF-TOKEN: none, Idempotency-Key: abc, X-Keyboard: de, X-Key: abc}';
  expect(problemsOf(`checks: [{request: POST /, headers: ${headers}}]`)).toEqual([]);
});

test('a page is what a GET gets', () => {
  expect(only(problemsOf('checks: [{request: HEAD /, page: true}]'))).toContain(
    'page: true needs a GET, since only that gets a page',
  );
});

test('a secret in the path would be shown, and one that is given as such is not quoted', () => {
  expect(only(problemsOf('checks: ["GET /?token={env.TOKEN}"]'))).toContain('checks.0 is ');
  const [problem = ''] = problemsOf('checks: [{request: GET /, auth: {bearer: abcdef0123456789}}]');
  expect(problem).not.toContain('abcdef');
});

test.each([
  ['{preview: {header: {}}, requests: {headers: {x-preview: green}}}', 'x-preview'],
  ['{preview: {header: {name: X-Next}}, requests: {headers: {X-Next: green}}}', 'X-Next'],
  ['{requests: {headers: {X-Preview: green}}}', 'X-Preview'],
])('%s is refused: the preview would answer at the live URLs', (text, name) => {
  expect(only(problemsOf(text))).toBe(
    `requests.headers.${name}: expected another header: this one leads to the preview`,
  );
});
