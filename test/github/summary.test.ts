import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Status } from '../../src/core/status.ts';
import { SUMMARY_LIMIT, summaryOf } from '../../src/github/summary.ts';
import { deployed, failed, journal, promoted, type Story, saying } from './stories.ts';

const TOO_LONG = 'The summary would be too long';

const summary = ({ result, journal: told }: Story, limit?: number) => summaryOf(result, told, limit);

const statusOf = (more: Partial<Status>): Story => {
  const status: Status = {
    ...{ app: 'web', namespace: 'shop', route: 'web', live: undefined, phase: undefined, problem: undefined },
    ...{ stacks: [], inside: [], lock: undefined, next: '' },
    ...more,
  };
  return { ...promoted, result: { ...promoted.result, mode: 'status', revision: 'v9', wayBack: undefined, status } };
};

describe('the first line says it all', () => {
  test.each([
    [
      'promoted',
      promoted,
      '### ✅ <code>v1.24.0</code> is live at <code>https&#58;//example.com/</code> · way back: <code>mode&#58; rollback, app&#58; web, route&#58; ingress/web, namespace&#58; shop, revision&#58; v1.24.0, to&#58; v1.22.0</code>',
    ],
    [
      'deployed',
      deployed,
      '### 🟢 Candidate <code>v1.24.0</code> answers at <code>https&#58;//example.com/green/</code> · live: <code>v1.22.0</code> at <code>https&#58;//example.com/</code>',
    ],
    [
      'failed',
      failed,
      '### ❌ verify of <code>v1.24.0</code> failed (check-failed) · live: <code>v1.22.0</code> at <code>https&#58;//example.com/</code>',
    ],
    [
      'status of a revision that is not live',
      statusOf({ live: { url: 'https://example.com/', service: 'web-v1-24-0', revision: 'v1.24.0' } }),
      '### ℹ️ <code>v1.24.0</code> is live at <code>https&#58;//example.com/</code>',
    ],
    [
      'status before the first release',
      statusOf({ live: { url: 'https://example.com/', service: 'web', revision: '' } }),
      '### ℹ️ Nothing is live yet',
    ],
    [
      'status of what no mode can work on',
      statusOf({ live: undefined, problem: { code: 'drifted', what: 'x', next: 'y' } }),
      '### ⚠️ <code>drifted</code> · live: <code>v1.24.0</code> at <code>https&#58;//example.com/</code>',
    ],
  ])('%s', (_, story, line) => {
    expect(summary(story).split('\n')[0]).toBe(line);
  });
});

test('a failure says what, where visitors are, what to do, and where it stands', () => {
  const text = summary(failed);
  expect(text).toContain('**What failed:** 1 of 2 checks failed against green');
  expect(text).toContain('<code>k8s/web.yaml&#58;12</code> status 500; expected 2xx');
  expect(text).toContain('**Visitors:** they are on web-v1-22-0.');
  expect(text).toContain('**What to do:** Mend the application.');
  expect(text).toContain('| ❌ status 500; expected 2xx |');
});

describe('size', () => {
  const large = (count: number, length: number): Story => ({
    result: promoted.result,
    journal: {
      ...journal,
      changes: Array.from({ length: count }, (_, index) => ({
        object: `ConfigMap c${index}`,
        action: 'change' as const,
        diff: `+ ${'é'.repeat(length)}`,
      })),
    },
  });

  test('below the limit of a step, with a notice of what is missing, verdict first', () => {
    const text = summary(large(500, 30_000));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(SUMMARY_LIMIT);
    expect(Buffer.byteLength(text)).toBeGreaterThan(SUMMARY_LIMIT / 2);
    expect(text).toContain(TOO_LONG);
    expect(text).toMatch(/^### ✅/);
  });

  test('one large diff is cut with a notice and leaves room for the others', () => {
    const text = summary(large(2, 5_000_000));
    expect(text).toContain('more characters');
    expect(text).toContain('ConfigMap c1');
    expect(text).not.toContain(TOO_LONG);
  });

  test('any limit is kept', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 20_000 }), (limit) => {
        expect(Buffer.byteLength(summary(promoted, limit))).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

test('the chart of answers has one bar for each that answered, and no two bars of one name', () => {
  const chart = /xychart-beta\n([\s\S]*?)```/.exec(summary(promoted))?.[1] ?? '';
  const names = JSON.parse(/x-axis "[^"]*" (\[.*\])/.exec(chart)?.[1] ?? '[]');
  const bars = [...chart.matchAll(/^bar (\[.*\])$/gm)].map(([, list = '[]']) => JSON.parse(list) as number[]);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(20);
  for (const index of names.keys()) {
    expect(bars.filter((bar) => (bar[index] ?? 0) > 0)).toHaveLength(1);
  }
});

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
  const unfenced = (text: string) => text.replaceAll(/^(`{3,})(diff|mermaid)\n[\s\S]*?\n\1(\n|$)/gm, '');
  const shape = (text: string) =>
    text.split('\n').map((line) => /^(#+ |```+\w*|\||<details>|<\/details>|- )/.exec(line)?.[0]);
  const charts = (text: string) => [...text.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, chart = '']) => chart);
  const plain = summary(saying('MARK'));
  fc.assert(
    fc.property(words, (text) => {
      const told = summary(saying(text));
      expect(shape(unfenced(told))).toEqual(shape(unfenced(plain)));
      expect(unfenced(told)).not.toMatch(/<(?!\/?(code|details|summary)>)/);
      expect(unfenced(told)).not.toMatch(/https?:\/\/|www\.|@|\u001b|\u0000/);
      const label = /MARK[\w .:/*-]*/g;
      expect(charts(told).map((chart) => chart.replaceAll(label, 'MARK'))).toEqual(charts(plain));
    }),
  );
});
