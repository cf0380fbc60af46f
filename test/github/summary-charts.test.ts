import { describe, expect, test } from 'vitest';
import { crashed, deployed, failed, superseded, superseding, verified } from './candidate-stories.ts';
import { first, promoted, rejected, restored, resumed, rolledBack, unproven } from './stories.ts';
import { answersOver, type Story, summary } from './story.ts';

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

  test('a restore has a chart of its own, in which the version that was there before is blue', () => {
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

  test('of answers within a second only the counts are shown', () => {
    const short = {
      ...promoted.journal,
      looks: [{ to: 'v1.24.0', zero: 'switch' as const, answers: answersOver(-100, 800, 0) }],
    };
    const told = { ...promoted, journal: short };
    expect(titles(told)[0]).toContain('15 requests to the live URLs around the switch');
    expect(chartsOf(told)).toEqual([]);
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
    ['whose last stage failed', crashed, ['Rollout 1 min 31 s (failed)']],
    ['of a restore that went well', restored, ['Bake 6.2 s (failed)']],
    [
      'of a restore that failed too',
      unproven,
      ['Proof 11.3 s (failed)', 'Proof of the switch back 1 min 0 s (failed)'],
    ],
  ])('%s marks what failed, and nothing else', (_, story, titles) => expect(failures(story)).toEqual(titles));

  test('begins at zero, counts seconds, and says how long each stage took', () => {
    expect(summary(promoted)).toContain('axisFormat %s\ntickInterval 5second\n');
    expect(summary(promoted)).toContain('Situation 90 ms :0, 90\nStrength 4.1 s :90, 4190\n');
  });

  test('has no chart where a chart would show nothing', () => {
    const lineOf = (story: Story) => /^#### Timeline .*\n\n(.*)$/m.exec(summary(story))?.[1];
    expect(lineOf(superseded)).toBe('Situation 129 ms');
    expect(lineOf(failed)).toBe('Situation 130 ms · Checks 1.4 s ❌ failed');
    expect(lineOf(promoted)).toBe('```mermaid');
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
        ['at0L', 'blue'],
        ['at0P', 'green'],
        ['at1L', 'green'],
      ],
    ],
    [
      'taken back',
      restored,
      [
        ['at0L', 'blue'],
        ['at0P', 'green'],
        ['at1L', 'green'],
      ],
    ],
    [
      'superseding another candidate',
      superseding,
      [
        ['at0L', 'blue'],
        ['at0P', 'other'],
        ['at1L', 'blue'],
        ['at1P', 'green'],
      ],
    ],
    [
      'superseded by another candidate',
      superseded,
      [
        ['at0L', 'blue'],
        ['at0P', 'other'],
      ],
    ],
    [
      'rolled back',
      rolledBack,
      [
        ['at0L', 'blue'],
        ['at1L', 'green'],
      ],
    ],
    [
      'rejected',
      rejected,
      [
        ['at0L', 'blue'],
        ['at0P', 'green'],
        ['at1L', 'blue'],
      ],
    ],
    [
      'the first release',
      first,
      [
        ['at0L', 'none'],
        ['at0P', 'green'],
        ['at1L', 'green'],
      ],
    ],
  ])('%s: green is the revision of the run or the candidate, blue is another that is live', (_, story, wanted) => {
    expect(colours(story)).toEqual(wanted);
  });

  test('a release that was taken back shows that visitors had it, and for how long', () => {
    expect(summary(restored)).toContain(
      'The route led visitors to <code>v1.24.0</code> for 9.3 s, and then back to <code>v1.22.0</code>.',
    );
    expect(summary(restored)).toContain('subgraph at1 ["for 9.3 s"]');
    expect(summary(restored)).toContain('subgraph at0 ["before and after"]');
    expect(summary(promoted)).not.toContain('The route led');
  });

  test('the candidate that was there before is superseded', () => {
    const text = '<code>v1.24.0</code> was the candidate before, and <code>v1.25.0</code> supersedes it.';
    expect(summary(superseding)).toContain(text);
    expect(summary(deployed)).not.toContain('supersedes');
    expect(summary(superseded)).not.toContain('supersedes');
  });

  test('is not drawn where the comparison says the same', () => {
    expect(summary(verified)).not.toContain('Who serves what');
    expect(summary(failed)).toContain('Who serves what');
  });

  test('nobody, before the first release', () => expect(summary(first)).toContain('["nobody yet"]'));
});
