import { describe, expect, test } from 'vitest';
import { failed, first, promoted, rejected, restored, resumed, rolledBack, unproven } from './stories.ts';
import { type Story, summary } from './story.ts';

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
    ['of a restore that went well', restored, ['Bake (failed)']],
    ['of a restore that failed too', unproven, ['Proof (failed)', 'Proof of the switch back (failed)']],
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
