import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isHtml, referencesIn } from '../../../src/checks/http/html.ts';

/** What a page names, as a browser reads it. */

const PAGE = new URL('http://example.test/green/shop/');
const named = (html: string) => referencesIn(html, PAGE)?.map(({ use, url }) => `${use} ${url.href}`);

describe('what a browser loads or follows', () => {
  test.each([
    ['<script src="app.js"></script>', 'script http://example.test/green/shop/app.js'],
    ['<SCRIPT SRC=/app.js defer></SCRIPT>', 'script http://example.test/app.js'],
    ['<script type=module src="../a.js?b=1&amp;c=2#d"></script>', 'script http://example.test/green/a.js?b=1&c=2#d'],
    ['<script type="Text/JavaScript" src="a.js">', 'script http://example.test/green/shop/a.js'],
    ['<script src="&#x2f;&sol;cdn.test&#47;a.js">', 'script http://cdn.test/a.js'],
    ['<script src=" \n a.js\t">', 'script http://example.test/green/shop/a.js'],
    ['<script src="a.js" src="b.js">', 'script http://example.test/green/shop/a.js'],
    ['<link rel=stylesheet href=a.css>', 'style http://example.test/green/shop/a.css'],
    ['<link href=a.css rel="alternate StyleSheet" type="text/css">', 'style http://example.test/green/shop/a.css'],
    ['<link rel=modulepreload href=a.js>', 'script http://example.test/green/shop/a.js'],
    ['<link rel=preload as=script href=a.js>', 'script http://example.test/green/shop/a.js'],
    ['<link rel=preload as=font href=a.woff2>', 'preload http://example.test/green/shop/a.woff2'],
    ['<img src=/a.png>', 'image http://example.test/a.png'],
    ['<a/href=/login>', 'link http://example.test/login'],
    ['<form action=/search>', 'link http://example.test/search'],
    ['<title><script src=no.js></script></title><script src=a.js>', 'script http://example.test/green/shop/a.js'],
  ])('%s', (html, reference) => {
    expect(named(html)).toEqual([reference]);
  });

  test.each([
    '<!-- <script src=a.js></script> -->',
    '<script>const html = "<img src=/a.png>";</script>',
    '<textarea><script src=a.js></script></textarea>',
    '<style><link rel=stylesheet href=a.css></style>',
    '<template><script src=a.js></script></template>',
    '<noscript><link rel=stylesheet href=a.css></noscript>',
    '<script type="application/json" src=a.json></script>',
    '<script type="importmap" src=a.json></script>',
    '<link rel=stylesheet type="text/less" href=a.less>',
    '<link rel="icon" href=/favicon.ico>',
    '<link rel=preload as=fetch href=/api>',
    '<link rel=canonical href=/>',
    '<script src=""></script>',
    '<script src=" "></script>',
    '<script src="data:text/javascript,start()"></script>',
    '<a href="javascript:start()"></a>',
    '<a href="mailto:a@example.test"></a>',
    '<script src="http://["></script>',
    'no page at all',
    '',
  ])('nothing: %s', (html) => {
    expect(named(html)).toEqual([]);
  });
});

describe('<base href>', () => {
  test.each([
    ['/static/', 'http://example.test/static/a.js'],
    ['https://cdn.test/v2/', 'https://cdn.test/v2/a.js'],
    ['../', 'http://example.test/green/a.js'],
    ['data:text/plain,', 'http://example.test/green/shop/a.js'],
    ['http://[', 'http://example.test/green/shop/a.js'],
  ])('%s counts if it is one of the web', (href, url) => {
    expect(named(`<base href="${href}"><script src=a.js>`)).toEqual([`script ${url}`]);
  });

  test('only the first one that has an address counts', () => {
    expect(named('<base target=_top><base href=/a/><base href=/b/><img src=c>')).toEqual([
      'image http://example.test/a/c',
    ]);
  });
});

test('whatever a page says, what it names is of the web, and there is an end to it', () => {
  const piece = fc.constantFrom(
    ...[
      '<script src=',
      '<link rel=stylesheet href=',
      '<base href=',
      '<template>',
      '</template>',
      '<!--',
      '-->',
      '"',
      "'",
    ],
    ...['>', '/>', '</script>', '<svg>', '<![CDATA[', ']]>', '&#', '&amp', '//', '..', '\\', '\0', 'a.js', ' ', '\n'],
  );
  const page = fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(page, (html) => {
      for (const { url } of referencesIn(html, PAGE) ?? []) expect(url.protocol).toMatch(/^https?:$/);
    }),
  );
  const images = Array.from({ length: 20_000 }, (_, index) => `<img src=${index}>`).join('');
  expect(referencesIn(images, PAGE)).toHaveLength(5_000);
});

test('what a page names again does not count again', () => {
  const html = `${'<script src=a></script>'.repeat(6_000)}<script src=b></script>`;
  expect(referencesIn(html, PAGE)?.map(({ url }) => url.pathname)).toHaveLength(2);
});

test('a page that takes too long to read is given up', () => {
  const deep = 80_000;
  expect(referencesIn(`${'<b>'.repeat(deep)}${'</i>'.repeat(deep)}`, PAGE)).toBeUndefined();
});

test.each([
  ['text/html', true],
  ['Text/HTML; charset=utf-8', true],
  ['application/xhtml+xml', true],
  ['text/htmlx', false],
  ['application/json', false],
  [undefined, false],
])('an answer of the type %s is a page: %s', (type, is) => {
  expect(isHtml({ headers: { 'content-type': type } })).toBe(is);
});
