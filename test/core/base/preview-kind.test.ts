import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/checks/config.ts';
import { besideKind, kindText, type PreviewKind, previewHost, readKind } from '../../../src/core/base/preview-kind.ts';
import { previewAt, type RouteHost } from '../../../src/core/base/route-host.ts';

const PREVIEW_HOST =
  'expected the name of a host in lower case, such as green.example.com, or with {host} for the live host, such as green.{host}';
const PATH: PreviewKind = { by: 'path', path: '/green' };
const HOST: PreviewKind = { by: 'host', host: 'green-{host}' };
const HEADER: PreviewKind = { by: 'header', name: 'X-Preview', value: 'green' };

const kindOf = (preview: object) => {
  const parsed = parseConfig({ preview });
  if ('problems' in parsed) throw new Error(parsed.problems.join('; '));
  return parsed.config.preview;
};

test.each<[object, object]>([
  [{ path: '/next' }, { kind: { by: 'path', path: '/next' }, matching: 'keep', overlap: 'refuse' }],
  [
    { host: 'green.{host}', overlap: 'accept' },
    { kind: { by: 'host', host: 'green.{host}' }, overlap: 'accept' },
  ],
  [{ header: {} }, { kind: { by: 'header', name: 'X-Preview', value: 'green' }, unprotected: 'refuse' }],
  [{ header: { name: 'X-Next', value: '2' } }, { kind: { by: 'header', name: 'X-Next', value: '2' } }],
  [{ annotations: { a: 'b' } }, { kind: undefined, annotations: { a: 'b' } }],
])('the config %j says how the preview is reached, or leaves it open', (given, preview) => {
  expect(kindOf(given)).toMatchObject(preview);
});

test.each<[string, string]>([
  [
    '{path: /x, host: a.test}',
    'preview is a map with path and host: expected only one of path and host: a preview is reached in one way',
  ],
  [
    '{header: {}, host: a.test, path: /x}',
    'preview is a map with header, host and path: expected only one of path, host and header: a preview is reached in one way',
  ],
  ['{host: Green.test}', `preview.host is "Green.test": ${PREVIEW_HOST}`],
  ['{host: "https://a.test"}', `preview.host is "https://a.test": ${PREVIEW_HOST}`],
  ['{host: "{hst}.test"}', `preview.host is "{hst}.test": ${PREVIEW_HOST}`],
  ['{header: X-Preview}', 'preview.header is "X-Preview": expected a map with name or value'],
  [
    '{header: {name: x_preview}}',
    'preview.header.name is "x_preview": expected the name of a header of letters, digits and -, such as X-Preview',
  ],
  [
    '{header: {name: User-Agent}}',
    'preview.header.name is "User-Agent": expected a header that no visitor sends: browsers, proxies or CDNs send this one by themselves. Take one such as X-Preview',
  ],
  ['{header: {value: a b}}', 'preview.header.value is "a b": expected letters, digits, dots, - and _, such as green'],
  ['{header: {}, matching: regex}', 'preview.matching: no such setting; allowed: header, annotations, unprotected'],
])('%s is refused with a sentence', (given, sentence) => {
  expect(parseConfig({ preview: load(given) })).toMatchObject({ problems: [sentence] });
});

describe('a note of a kind in JSON', () => {
  test.each([PATH, HOST, HEADER])('%j is read back', (kind) => {
    expect(readKind(JSON.stringify(kind))).toEqual(kind);
  });

  test.each([
    '',
    '{',
    '[]',
    '7',
    '{"by":"host"}',
    '{"by":"header","name":"no header","value":"x"}',
    '{"by":"path","path":"/"}',
  ])('%s says nothing', (text) => expect(readKind(text)).toBeUndefined());
});

const live: RouteHost = {
  host: 'shop.test',
  live: 'shop.test',
  tls: false,
  given: [],
  invented: undefined,
  certified: true,
  route: 'ingress/web',
  serves: () => true,
  headers: { 'x-api': '2' },
  path: '/',
  prefix: '',
  header: '',
};

test('requests at the preview differ from those at the live host in one thing', () => {
  expect(previewAt(PATH, live)).toEqual({ ...live, prefix: '/green' });
  expect(previewAt(HOST, live)).toEqual({ ...live, host: 'green-shop.test' });
  expect(previewAt(HEADER, live)).toEqual({
    ...live,
    headers: { 'x-api': '2', 'x-preview': 'green' },
    header: 'X-Preview: green',
  });
});

test('a place beside a preview is not the preview', () => {
  for (const kind of [PATH, HOST, HEADER]) expect(besideKind(kind, 'f00')).not.toEqual(kind);
  const beside = besideKind(HOST, 'f00');
  expect(beside.by === 'host' && previewHost(beside.host, 'shop.test')).toBe('f00-green-shop.test');
});

test('a kind that an object notes is read, also if a config may not have its header any more', () => {
  const noted = { by: 'header', name: 'X-Correlation-Id', value: 'green' };
  expect(readKind(JSON.stringify(noted))).toEqual(noted);
});

test('a kind has words', () => {
  expect([PATH, HOST, HEADER].map(kindText)).toEqual([
    'below /green',
    'at green-{host}',
    'by the header X-Preview: green',
  ]);
});
