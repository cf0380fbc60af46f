import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import { block, code, foldedDiff, plain } from '../../src/github/markdown.ts';

const html = (markdown: string) =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] }).trim();

const pieces = fc.constantFrom(
  ...['```', '````', '~~~', '\n```\n', '\n````\n', '`', '|', '\n', '\n\n', '<b>', '</code>', '</pre>', '&lt;', '<!--'],
  ...['# ', '\n# ', '- ', '1. ', '\n---\n', '[a](https://evil.test)', 'https://evil.test', 'www.evil.test', '@octocat'],
  ...['*', '**', '_', '__', '~~', '\\', '\t', '    ', 'é', 'word', '::error::'],
);
const words = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));

describe('whatever is in it', () => {
  test('a block is one block', () => {
    fc.assert(
      fc.property(words, (text) => {
        expect(html(block(text, 'diff', 10_000))).toMatch(/^<pre><code class="language-diff">[^<]*<\/code><\/pre>$/);
      }),
      { numRuns: 500 },
    );
  });

  test('code is one piece of code, and plain text is text, also in a table and in a list', () => {
    fc.assert(
      fc.property(words, (text) => {
        expect(html(`a ${code(text)} b`)).toMatch(/^<p>a <code>[^<]*<\/code> b<\/p>$/);
        expect(html(`- ${plain(`x${text}`)}`)).toMatch(/^<ul>\n<li>[^<]*<\/li>\n<\/ul>$/);
        const row = html(`| a | b |\n| --- | --- |\n| ${plain(`x${text}`)} | ${code(text)} |`);
        expect(row.match(/<td>/g)).toHaveLength(2);
        expect(row).not.toMatch(/<(a|img|h\d|b|strong|em|del)\b/);
      }),
      { numRuns: 500 },
    );
  });
});

test('something folded holds its body, and is open if asked', () => {
  const body = '<summary>title</summary>\n<pre><code class="language-diff">- a\n</code></pre>\n</details>';
  expect(html(foldedDiff('title', '- a'))).toBe(`<details>${body}`);
  expect(html(foldedDiff('title', '- a', { open: true }))).toBe(`<details open>${body}`);
});

test('long text is cut, with a notice in a block', () => {
  expect(code('x'.repeat(500))).toBe(`<code>${'x'.repeat(300)}…</code>`);
  expect(block('x'.repeat(500), 'text', 100)).toContain('… 400 more characters');
});
