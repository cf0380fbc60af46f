import fc from 'fast-check';
import { expect, test } from 'vitest';
import { saying } from './stories.ts';
import { summary } from './story.ts';

/** Promise 10: nothing from outside breaks the summary. */

const pieces = fc.constantFrom(
  ...['```', '````', '`', '|', '\n', '\r', '<img src=x onerror=alert(1)>', '</details>', '</code>', '<!--', '# ', '- '],
  ...['[a](https://evil.test)', 'https://evil.test', 'www.evil.test', '@octocat', '&#60;script&#62;', '*', '_', '~~'],
  ...[
    '"]; click x href "https://evil.test"',
    '\nend\n',
    '%%{init: {}}%%',
    '\u001b[31m',
    '\u0000',
    '::error::',
    'é',
    ' ',
  ],
);
const words = fc.array(pieces, { maxLength: 8 }).map((parts) => `MARK${parts.join('')}`);

test('words from outside never end a fence, a cell, a line or a label, and link nowhere', () => {
  const unfenced = (text: string) => text.replaceAll(/^(`{3,})(diff|mermaid|text)\n[\s\S]*?\n\1(\n|$)/gm, '');
  const shape = (text: string) =>
    text.split('\n').flatMap((line) => /^(#+ |```+\w*|\||<details(?: open)?>|<\/details>|- )/.exec(line)?.[0] ?? []);
  const charts = (text: string) => [...text.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, chart = '']) => chart);
  const plain = summary(saying('MARK'));
  fc.assert(
    fc.property(words, (text) => {
      const own = saying(text);
      const told = summary(own).replace(`** ${own.result.error?.url}\n`, '\n');
      expect(shape(unfenced(told))).toEqual(shape(unfenced(plain)));
      expect(unfenced(told)).not.toMatch(/<(?!\/?(code|details|details open|summary)>)/);
      expect(unfenced(told)).not.toMatch(/https?:\/\/|www\.|@|\u001b|\u0000/);
      const label = /MARK[\w .:/*-]*/g;
      const shown = (of: string) => charts(of).map((chart) => chart.replaceAll(label, 'MARK'));
      expect(shown(told)).toEqual(shown(plain));
    }),
  );
});
