import { describe, expect, test } from 'vitest';
import { answer, faultOf } from './fault.ts';

/** What a check of the kind `request` expects of headers and bodies. */

describe('headers', () => {
  const SETS = 'header set-cookie sets "a", "b", one without a name; expected';
  const COOKIES = { 'set-cookie': ['a=s3cret; Path=/', 'b=s3cret=; Secure', 's3cret; Path=/'] };
  test.each([
    ['{headers: {x-a: {matches: "^v{revision}$"}}}', { 'x-a': 'vv2' }],
    ['{headers: {x-a: {absent: true}}}', {}],
    ['{headers: {Set-Cookie: "a=1; Path=/"}}', { 'set-cookie': ['b=2', 'a=1; Path=/'] }],
    ['{headers: {set-cookie: {matches: "^b=.*HttpOnly"}}}', { 'set-cookie': ['a=1', 'b=2; HttpOnly', 'c=3'] }],
    ['{headers: {set-cookie: {absent: true}}}', { 'x-a': '1' }],
    // Others that come again are one list, as if they came once.
    ['{headers: {x-a: "1, 2"}}', { 'x-a': ['1', '2'] }],
  ])('%s passes', async (expectation, headers) => {
    expect(await faultOf(expectation, answer('', headers))).toBeUndefined();
  });
  test.each([
    ['{headers: {x-a: {matches: "^b"}}}', { 'x-a': 'ab' }, 'header x-a is "ab"; expected a match of /^b/'],
    ['{headers: {x-a: {matches: "^b"}}}', {}, 'header x-a is missing; expected a match of /^b/'],
    ['{headers: {x-a: {absent: true}}}', { 'x-a': '1' }, 'header x-a is "1"; expected no such header'],
    ['{headers: {x-a: "1"}}', { 'x-a': ['1', '2'] }, 'header x-a is "1, 2"; expected "1"'],
    ['{headers: {Set-Cookie: a=1}}', {}, 'header Set-Cookie is missing; expected "a=1"'],
    ['{headers: {set-cookie: a=1}}', COOKIES, `${SETS} "a=1"`],
    ['{headers: {set-cookie: {matches: "^a=.*Secure"}}}', COOKIES, `${SETS} a match of /^a=.*Secure/`],
    ['{headers: {set-cookie: {absent: true}}}', COOKIES, `${SETS} no such header`],
  ])('%s fails', async (expectation, headers, reason) => {
    expect(await faultOf(expectation, answer('', headers))).toMatchObject({ reason });
  });
});

test('variables stand in patterns for the text that they have, and no reason shows it', async () => {
  const patterns = [
    '{headers: {x-a: {matches: "^{env.KEY} of {revision}$"}}}',
    '{body: {matches: "^\\"{env.KEY}\\"$"}}',
    '{body: {json: {$: {matches: "^{env.KEY}$"}}}}',
  ];
  for (const expectation of patterns) {
    const faultWith = (KEY: string) => faultOf(expectation, answer('"a.b"', { 'x-a': 'a.b of v2' }), { KEY });
    expect(await faultWith('a.b'), expectation).toBeUndefined();
    expect((await faultWith('a|s3cret'))?.reason, expectation).toMatch(/ match(es)? (of )?\/\^.*\{env\.KEY\}/);
  }
});

describe('a body', () => {
  const shop = {
    status: 'ok',
    version: 'v2',
    items: [
      { id: 1, price: 5 },
      { id: 2, price: 7 },
    ],
    empty: {},
  };

  test.each([
    '{$.status: ok, $.version: "{revision}"}',
    '{"$.items[*].price": {above: 4, at-most: 7}}',
    '{"$.items[*].id": {in: [1, 2]}, "$.items[*]": {count: 2}}',
    '{$.items: [{id: 1, price: 5}, {price: 7, id: 2}]}',
    '{$.errors: {absent: true}, "$.items[?@.price > 6].id": 2}',
    '{$.version: {matches: "^{revision}$"}, $.empty: {equals: {}}}',
    '{"$..[?search(@, \'o.\')]": ok}',
  ])('of JSON passes %s', async (json) => {
    expect(await faultOf(`{body: {json: ${json}}}`, answer(shop))).toBeUndefined();
  });

  test.each([
    ['{$.status: up}', '$.status is "ok"; expected "up"'],
    ['{$.state: up}', '$.state selects nothing'],
    ['{"$.items[*].price": {above: 5}}', '$.items[*].price is 5; expected more than 5'],
    ['{$.status: {below: 5}}', '$.status is "ok"; expected a number, less than 5'],
    ['{"$.items[*].id": {in: [1, 3]}}', '$.items[*].id is 2; expected one of 1, 3'],
    ['{"$.items[*]": {count: 3}}', '$.items[*] selects 2 values; expected 3'],
    ['{$.status: {absent: true}}', '$.status selects "ok"; expected nothing there'],
    ['{$.version: {matches: "^w"}}', '$.version is "v2"; expected a text that matches /^w/'],
    ['{$.status: {equals: null}}', '$.status is "ok"; expected null'],
  ])('of JSON fails %s', async (json, reason) => {
    expect(await faultOf(`{body: {json: ${json}}}`, answer(shop))).toMatchObject({ reason, who: 'bad' });
  });

  test('whose JSON differs is shown as a diff', async () => {
    const fault = await faultOf('{body: {json: {"$.items[0]": {equals: {id: 1, price: 6}}}}}', answer(shop));
    expect(fault).toMatchObject({ reason: '$.items[0] is {"id":1,"price":5}; expected {"id":1,"price":6}' });
    expect(fault?.detail).toMatchObject({ title: 'expected (-) and got (+)', form: 'diff' });
    expect(fault?.detail?.text).toBe(
      [
        '@@ -1,6 +1,6 @@',
        ' {',
        '   "$.items[0]": {',
        '     "id": 1,',
        '-    "price": 6',
        '+    "price": 5',
        '   }',
        ' }',
      ].join('\n'),
    );
  });

  test('with several paths says of each what it expects and what is there', async () => {
    const json = '{$.status: up, "$.items[*]": {count: 3}, $.version: v2, "$.items[0]": {equals: {id: 1}}, $.x: 1}';
    const fault = await faultOf(`{body: {json: ${json}}}`, answer(shop));
    expect(fault?.reason).toBe('$.status is "ok"; expected "up"; and 3 more paths');
    expect(fault?.detail?.text.replaceAll(/^@@.*$/gm, '@@')).toBe(
      [
        ...[' $.status', '-  "up"', '+  "ok"', ' $.items[*]', '-  3 values', '+  2 values'],
        ...['@@', ' {', '   "$.items[0]": {', '-    "id": 1', '+    "id": 1,', '+    "price": 5', '   }', ' }'],
        ...[' $.x', '-  a value', '+  nothing'],
      ].join('\n'),
    );
  });

  test('a diff has texts as JSON has them, which is how a mask knows them', async () => {
    const body = JSON.stringify({ id: "@abc'def-ghi", note: 'one\ntwo' });
    const fault = await faultOf('{body: {json: {$: {equals: {id: x}}}}}', answer(body));
    expect(fault?.detail?.text).toContain(`+    "id": "@abc'def-ghi",\n+    "note": "one\\ntwo"`);
  });

  test('of JSON may write 0 as -0', async () => {
    const json = '{$.total: 0, $.items: [{price: 0}], $.sum: {in: [1, -0]}}';
    const zeros = answer('{"total": -0, "items": [{"price": -0.0}], "sum": 0}');
    expect(await faultOf(`{body: {json: ${json}}}`, zeros)).toBeUndefined();
  });

  test('that is no JSON is not quoted: half a secret would not be recognised', async () => {
    const reason = 'the body is not JSON';
    for (const body of ['{"token":"s3cretvalue"x}', 's3cretvalue', '{"token": s3cretvalue', ''])
      expect(await faultOf('{body: {json: {$.token: a}}}', answer(body)), body).toMatchObject({ reason, who: 'bad' });
  });

  test('of very many paths, only the first ones are counted', async () => {
    const paths = Array.from({ length: 30 }, (_, index) => `$.a${index}: 1`).join(', ');
    const fault = await faultOf(`{body: {json: {${paths}}}}`, answer('{}'));
    expect(fault?.reason).toBe('$.a0 selects nothing; and at least 9 more paths');
  });

  test('shows how a wrong answer began, if that is text, and keeps no more than a mask needs', async () => {
    const of = async (body: string, given = '{body: {contains: absent}}') =>
      (await faultOf(given, answer(body)))?.detail?.text;
    expect(await of('{"error":"no such table"}', '{status: 201}')).toBe('{"error":"no such table"}');
    expect(await of(`\n ${'line\n'.repeat(50)}`)).toBe('line\n'.repeat(8).trimEnd());
    // It is cut to what people read when it is masked.
    expect(await of('x'.repeat(200_000))).toHaveLength(3_801);
    expect(await of('\u0000\u0001PNG')).toBeUndefined();
    expect(await of('')).toBeUndefined();
  });

  test('a diff of values that differ everywhere is not looked for', async () => {
    const many = JSON.stringify(Array.from({ length: 5_000 }, (_, index) => ({ index })));
    const wanted = JSON.stringify(Array.from({ length: 5_000 }, (_, index) => ({ other: index })));
    const fault = await faultOf(`{body: {json: {$: {equals: ${wanted}}}}}`, answer(many));
    expect(fault).toMatchObject({ reason: '$ is a list; expected a list', detail: { title: 'the answer began' } });
  });

  test('must hold everything that a list names', async () => {
    expect(await faultOf('{body: {contains: [a, b], matches: [^a, b$]}}', answer('a and b'))).toBeUndefined();
    expect(await faultOf('{body: {contains: [a, c]}}', answer('a and b'))).toMatchObject({
      reason: 'the body does not contain "c"',
    });
    expect(await faultOf('{body: {matches: [^a, ^b]}}', answer('a and b'))).toMatchObject({
      reason: 'the body does not match /^b/',
    });
  });
});
