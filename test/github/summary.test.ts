import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Status } from '../../src/core/report/status.ts';
import { SUMMARY_LIMIT, summaryOf } from '../../src/github/summary.ts';
import {
  deployed,
  failed,
  first,
  journal,
  promoted,
  rejected,
  restored,
  resumed,
  rolledBack,
  type Story,
  saying,
  unproven,
} from './stories.ts';

const TOO_LONG = 'The summary would be too long';

const summary = ({ result, journal: told }: Story, limit?: number) => summaryOf(result, told, limit);

const statusOf = (more: Partial<Status>): Story => {
  const status: Status = {
    ...{
      app: 'web',
      namespace: 'shop',
      routes: [{ kind: 'ingress', name: 'web' }],
      live: undefined,
      switchNote: undefined,
      problem: undefined,
    },
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
      '### ✅ <code>v1.24.0</code> is live at <code>https&#58;//example.com/</code> · to roll back: <code>mode&#58; rollback, app&#58; web, route&#58; ingress/web, namespace&#58; shop, revision&#58; v1.24.0, to&#58; v1.22.0</code>',
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
      'a candidate that nobody saw',
      { ...deployed, result: { ...deployed.result, proof: '' as const } },
      '### 🟢 Candidate <code>v1.24.0</code> runs and has not been seen to answer at <code>https&#58;//example.com/green/</code> · live: <code>v1.22.0</code> at <code>https&#58;//example.com/</code>',
    ],
    [
      'taken back',
      restored,
      '### ❌ promote of <code>v1.24.0</code> failed (green-failed), and visitors were switched back · live: <code>v1.22.0</code> at <code>https&#58;//example.com/</code>',
    ],
    [
      'taken back, and nobody saw it',
      unproven,
      '### ❌ promote of <code>v1.24.0</code> failed (green-failed), and visitors were switched back (not proven) · live: <code>v1.22.0</code> at <code>https&#58;//example.com/</code>',
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
  expect(text).toContain('**What to do:** Fix the application.');
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

describe('the chart of answers', () => {
  interface Chart {
    readonly names: readonly string[];
    /** Of each side in the order of the legend, its bars; the last are the grey feet. */
    readonly bars: readonly (readonly number[])[];
  }
  const chartsOf = (story: Story): Chart[] =>
    [...summary(story).matchAll(/xychart-beta\n([\s\S]*?)```/g)].map(([, chart = '']) => ({
      names: JSON.parse(/x-axis "[^"]*" (\[.*\])/.exec(chart)?.[1] ?? '[]'),
      bars: [...chart.matchAll(/^bar (\[.*\])$/gm)].map(([, list = '[]']) => JSON.parse(list)),
    }));
  const titles = (story: Story) => [...summary(story).matchAll(/^#### (\d+ requests? .*)\n\n(.*)$/gm)].map(String);
  const filled = (list: readonly number[] = []) => list.flatMap((ms, index) => (ms > 0 ? [index] : []));

  test.each(Object.entries({ promoted, restored, unproven, resumed, rolledBack, first }))(
    '%s: no two bars have one name, and each place belongs to one side',
    (_, story) => {
      for (const { names, bars } of chartsOf(story)) {
        expect(new Set(names).size).toBe(names.length);
        for (const list of bars) expect(list).toHaveLength(names.length);
        const sides = bars.filter((list) => filled(list).length > 0);
        for (const [side, list] of sides.entries())
          expect(new Set(filled(list).map((index) => index % sides.length))).toEqual(new Set([side]));
      }
    },
  );

  test.each(Object.entries({ promoted, restored, unproven, resumed }))('%s: its axis is one of time', (_, story) => {
    for (const { names } of chartsOf(story)) {
      const marks = names.flatMap((name, index) => (/\d/.test(name) ? [{ index, time: Number(name) }] : []));
      expect(marks.map(({ time }) => time)).toContain(0);
      const steps = marks.slice(1).map(({ index, time }, before) => {
        const { index: from = 0, time: since = 0 } = marks[before] ?? {};
        return ((time - since) / (index - from)).toFixed(5);
      });
      expect(new Set(steps).size).toBe(1);
    }
  });

  test('a way back has a chart of its own, in which the version that was there before is blue', () => {
    const [there = '', back = ''] = titles(restored);
    expect(there).toContain('53 requests to the live URLs around the switch to <code>v1.24.0</code>');
    expect(there).toContain('🟦 another version: 15, slowest 15 ms · 🟩 <code>v1.24.0</code>: 38, slowest 16 ms');
    expect(back).toContain('45 requests to the live URLs around the switch back to <code>v1.22.0</code>');
    expect(back).toContain('🟦 <code>v1.22.0</code>: 32, slowest 16 ms · 🟩 another version: 13, slowest 14 ms');
    const [first, second] = chartsOf(restored).map(({ bars: [blue, green] }) => [filled(blue), filled(green)]);
    expect(Math.min(...(first?.[0] ?? []))).toBeLessThan(Math.min(...(first?.[1] ?? [])));
    expect(Math.min(...(second?.[0] ?? []))).toBeGreaterThan(Math.min(...(second?.[1] ?? [])));
  });

  test('what was never answered has no slowest answer', () => {
    expect(titles(unproven)[1]).toMatch(/ · 🟧 no answer: 63$/);
  });

  test('a run that goes on from an earlier one does not say when the switch was', () => {
    expect(titles(resumed)[0]).toContain("after an earlier run's switch to <code>v1.24.0</code>");
    expect(summary(resumed)).toContain('x-axis "seconds after the first request of this run"');
  });
});

describe('the timeline', () => {
  const failures = (story: Story) => [...summary(story).matchAll(/^(.*) :crit, /gm)].map(([, title]) => title);

  test.each([
    ['of a run that went well', promoted, []],
    ['whose last stage failed', failed, ['Checks (failed)']],
    ['of a way back that went well', restored, ['Bake (failed)']],
    ['of a way back that failed too', unproven, ['Proof (failed)', 'Proof of the switch back (failed)']],
  ])('%s marks what failed, and nothing else', (_, story, titles) => expect(failures(story)).toEqual(titles));

  test('begins at zero', () => {
    expect(summary(promoted)).toContain('Situation :0, 90\nStrength :90, 4190\n');
  });
});

describe('who serves what', () => {
  const colours = (story: Story) =>
    [...summary(story).matchAll(/^ {2}class (\w+)s (\w+)$/gm)].map((found) => found.slice(1));

  test.each([
    [
      'promoted',
      promoted,
      [
        ['beforeL', 'blue'],
        ['beforeP', 'green'],
        ['afterL', 'green'],
      ],
    ],
    [
      'taken back',
      restored,
      [
        ['nowL', 'blue'],
        ['nowP', 'green'],
      ],
    ],
    [
      'rolled back',
      rolledBack,
      [
        ['beforeL', 'blue'],
        ['afterL', 'green'],
      ],
    ],
    [
      'rejected',
      rejected,
      [
        ['beforeL', 'blue'],
        ['beforeP', 'green'],
        ['afterL', 'blue'],
      ],
    ],
    [
      'the first release',
      first,
      [
        ['beforeL', 'none'],
        ['beforeP', 'green'],
        ['afterL', 'green'],
      ],
    ],
  ])('%s: green is the revision of the run or the candidate, blue is another that is live', (_, story, wanted) => {
    expect(colours(story)).toEqual(wanted);
  });

  test('nobody, before the first release', () => expect(summary(first)).toContain('["nobody yet"]'));
});

test('a check is told by its name and where it ran, and has no slowest attempt if none counted', () => {
  const rows = summary(failed)
    .split('\n')
    .filter((line) => line.startsWith('| <code>'));
  expect(rows).toEqual([
    '| <code>GET /healthz</code> | <code>https&#58;//example.com/green/healthz</code> | ✅ passed | 12 ms | 3 |',
    '| <code>GET /version</code> | <code>https&#58;//example.com/green/version</code> | ❌ status 500; expected 2xx | – | 4 |',
    '| <code>GET /healthz</code> | <code>https&#58;//example.com/healthz</code> | ✅ passed | 9 ms | 3 |',
  ]);
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
