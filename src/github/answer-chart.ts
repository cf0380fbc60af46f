import type { Who } from '../core/checks/expect.ts';
import type { AnswerSeen } from '../core/report/journal.ts';
import { fenced, label } from './mermaid.ts';

/** Bars in drawing order, each with its colour and its sign in the legend. */
export const ANSWERERS: readonly { who: Who; colour: string; sign: string }[] = [
  { who: 'blue', colour: '#2563eb', sign: '🟦' },
  { who: 'green', colour: '#16a34a', sign: '🟩' },
  { who: 'unknown', colour: '#6b7280', sign: '⬜' },
  { who: 'bad', colour: '#dc2626', sign: '🟥' },
  { who: 'silent', colour: '#ea580c', sign: '🟧' },
];

/** An empty bar still has a foot, in the colour of the last bar: grey, so that no foot looks like an answer. */
const GROUND = '#9ca3af';
/** The most bars in the chart of answers: more cannot be distinguished on a page. */
const BARS = 60;
/**
 * The spans of time that one group of bars may cover, in milliseconds: values that people read at a glance, and none
 * shorter than the pause between two requests, so that a gap is a pause.
 */
const SPANS = [250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000];
/** How many groups of bars are labelled with their time. */
const LABELS = 10;
/** The least height of a bar, as a share of the chart's: an invisible bar would look like no answer. */
const LEAST = 0.04;

/** Who answered at the live URLs, and how long it took, over time: the slowest answer of each side in each span. */
export function answerChart(answers: readonly AnswerSeen[], axis: string): string {
  const bars = barsOf(answers);
  const highest = Math.max(1, ...bars.map((bar) => bar.ms));
  const palette = [...ANSWERERS.map(({ colour }) => colour), GROUND].join(', ');
  const height = (ms: number) => (ms === 0 ? 0 : Math.max(ms, Math.ceil(highest * LEAST)));
  const series = ANSWERERS.map(
    ({ who }) => `bar [${bars.map((bar) => (bar.who === who ? height(bar.ms) : 0)).join(', ')}]`,
  );
  return fenced([
    '---',
    'config:',
    '  xyChart: {width: 900, height: 300}',
    `  themeVariables: {xyChart: {plotColorPalette: "${palette}"}}`,
    '---',
    'xychart-beta',
    `x-axis "${label(axis)}" [${bars.map((bar) => `"${bar.label}"`).join(', ')}]`,
    `y-axis "longest wait, ms" 0 --> ${highest}`,
    ...series,
    `bar [${bars.map(() => 0).join(', ')}]`,
  ]);
}

/** `ms` is 0 if that side did not answer within that time. */
interface Bar {
  readonly label: string;
  readonly who: Who;
  readonly ms: number;
}

/**
 * A group of bars for each of equal spans of time, so that the axis is time. Each group has one bar for each side that
 * answered at all, empty if that side gave no answer then. No span crosses the zero.
 */
function barsOf(answers: readonly AnswerSeen[]): Bar[] {
  const sides = ANSWERERS.map(({ who }) => who).filter((who) => answers.some((one) => one.who === who));
  const times = answers.map(({ at }) => at);
  const [earliest, latest] = [Math.min(...times), Math.max(...times)];
  const most = BARS / sides.length;
  const span = SPANS.find((one) => (latest - earliest) / one < most - 1) ?? Math.ceil((latest - earliest) / (most - 2));
  const first = Math.floor(earliest / span);
  const groups = Array.from({ length: Math.floor(latest / span) - first + 1 }, (_, index) => first + index);
  const every = Math.ceil(groups.length / LABELS);
  const slowest = new Map<string, number>();
  for (const { at, who, ms } of answers) {
    const key = `${Math.floor(at / span)} ${who}`;
    slowest.set(key, Math.max(1, Math.round(ms), slowest.get(key) ?? 0));
  }
  return groups.flatMap((group, index) =>
    sides.map((who, side) => ({
      who,
      ms: slowest.get(`${group} ${who}`) ?? 0,
      label:
        side === 0 && group % every === 0
          ? String(Number(((group * span) / 1_000).toFixed(2)))
          : // Bars of one name would be drawn as one: the unnamed ones differ in spaces that nobody sees.
            '\u200b'.repeat(index * sides.length + side + 1),
    })),
  );
}
