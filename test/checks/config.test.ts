import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { parseConfig, parseRecordedConfig } from '../../src/checks/config.ts';
import type { Config } from '../../src/core/base/config.ts';

function configOf(text: string): Config {
  const result = parseConfig(load(text), ['nginx']);
  if ('problems' in result) throw new Error(result.problems.join('; '));
  return result.config;
}

describe('parseConfig fills in the defaults', () => {
  test.each([undefined, null, {}])('%j means: all defaults', (value) => {
    const result = parseConfig(value, ['nginx']);
    expect(result).toMatchObject({
      config: {
        preview: { kind: undefined, annotations: {}, matching: 'keep', overlap: 'refuse', unprotected: 'refuse' },
        parking: { annotations: {} },
        'revision-label': 'revision',
        checks: [{ kind: 'request', expects: [{ path: '/', statuses: ['2xx'], timeout: 5_000 }] }],
        verify: { passes: 3, interval: 250, within: 60_000, parallel: 1 },
        proof: { answers: 20, within: 60_000, lagging: 'back' },
        hosts: [],
        keep: 1,
        drain: 300_000,
        'retire-applied': false,
      },
    });
  });

  test('the defaults of a map of which one key is given', () => {
    expect(configOf('verify: {passes: 1}').verify).toEqual({
      passes: 1,
      interval: 250,
      within: 60_000,
      parallel: 1,
    });
    expect(configOf('preview: {annotations: {a: b}}').preview).toMatchObject({
      kind: undefined,
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
    ['router', { router: true, header: 'X-Greenpath-Revision', path: undefined }],
  ])('identity %s', (text, identity) => {
    expect(configOf(`identity: ${text}`).identity).toEqual(identity);
  });

  test('of a record may ask for a bake that it does not have, and have one in which nothing runs', () => {
    const recorded = ['checks: [GET /, {command: x, at: bake}]', 'checks: [{job: x}]\nbake: {for: 1m}'];
    for (const text of recorded) {
      const { tolerable, ...refused } = { tolerable: undefined, ...parseConfig(load(text)) };
      expect(refused).toHaveProperty('problems');
      expect(JSON.stringify(parseRecordedConfig(load(text), []))).toBe(JSON.stringify({ config: tolerable }));
    }
  });

  test.each(['{contains: ""}', '{matches: [a, ""]}', '{contains: []}', '{json: {$.a: {absent: true, equals: 5}}}'])(
    'of a record may expect nothing of a body: %s',
    (body) => {
      const value = load(`checks: [{request: GET /, expect: {body: ${body}}}]`);
      expect(parseConfig(value)).toHaveProperty('problems');
      expect(parseRecordedConfig(value, [])).toMatchObject({ config: { checks: [{ kind: 'request' }] } });
    },
  );

  test('proof can be off, without quotes', () => {
    expect(configOf('proof: off').proof).toBe('off');
  });
});
