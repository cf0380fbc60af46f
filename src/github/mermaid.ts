import type { Who } from '../core/expect.ts';
import type { AnswerSeen, Scene, Serving, Stage } from '../core/journal.ts';

/** Colours that read on a light and on a dark page; the text in them is set, not inherited. */
const BLUE = 'fill:#bfdbfe,stroke:#1d4ed8,color:#111';
const GREEN = 'fill:#bbf7d0,stroke:#15803d,color:#111';
const NOBODY = 'fill:#e5e7eb,stroke:#6b7280,color:#111';

/** Bars in the order in which they are drawn, each with its colour and the word for it in the legend. */
export const ANSWERERS: readonly { who: Who; colour: string; sign: string }[] = [
  { who: 'blue', colour: '#2563eb', sign: '🟦' },
  { who: 'green', colour: '#16a34a', sign: '🟩' },
  { who: 'unknown', colour: '#6b7280', sign: '⬜' },
  { who: 'bad', colour: '#dc2626', sign: '🟥' },
  { who: 'silent', colour: '#ea580c', sign: '🟧' },
];

/** A bar of nothing still has a foot, in the colour of the last one: grey, so that no foot looks like an answer. */
const GROUND = '#9ca3af';
/** How many points in time the chart of answers shows at most: more are not told apart on a page. */
const BUCKETS = 40;
/** Steps of a time line, in milliseconds. */
const TICKS = [10, 50, 100, 500, 1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000];
/** How many of its bars say their time. */
const LABELS = 10;

/** Who serves what, before and after (in a plan: now and then), as a flowchart. */
export function sceneChart(before: Scene, after: Scene, isPlan: boolean): string {
  const same = JSON.stringify(before) === JSON.stringify(after);
  const parts: [string, Scene][] = same
    ? [['now', before]]
    : [
        [isPlan ? 'now' : 'before', before],
        [isPlan ? 'then' : 'after', after],
      ];
  const green = after.preview?.service ?? after.live.service;
  const lines = parts.flatMap(([name, scene]) => sceneLines(name, scene, green));
  const aside = parts.length > 1 ? [parts.map(([name]) => name).join(' ~~~ ')] : [];
  return fenced([
    'flowchart LR',
    ...lines,
    ...aside,
    `classDef blue ${BLUE}`,
    `classDef green ${GREEN}`,
    `classDef none ${NOBODY}`,
  ]);
}

function sceneLines(name: string, scene: Scene, green: string): string[] {
  const row = (who: string, serving: Serving, key: string) => [
    `  ${name}${key}(["${who}"]) -->|"${label(serving.url)}"| ${name}${key}s["${label(serving.service)}<br/>revision ${label(serving.revision || 'unknown')}"]`,
    `  class ${name}${key} none`,
    `  class ${name}${key}s ${serving.service === green ? 'green' : 'blue'}`,
  ];
  return [
    `subgraph ${name}`,
    ...row('visitors', scene.live, 'L'),
    ...(scene.preview ? row('testers', scene.preview, 'P') : []),
    'end',
  ];
}

/** The parts of a run on a time line. */
export function stageChart(stages: readonly Stage[], failed: boolean): string {
  const start = stages[0]?.from ?? 0;
  const whole = (stages.at(-1)?.to ?? start) - start;
  const lines = stages.map(({ title, from, to }, index) => {
    const mark = failed && index === stages.length - 1 ? 'crit, ' : '';
    return `${title} :${mark}${from}, ${Math.max(to, from + 1)}`;
  });
  const axis = whole < 10_000 ? '%M:%S.%L' : '%H:%M:%S';
  return fenced(['gantt', 'dateFormat x', `axisFormat ${axis}`, `tickInterval ${tick(whole)}`, ...lines]);
}

/** Between two marks of a time line: about eight of them fit without touching. */
function tick(whole: number): string {
  const step = TICKS.find((one) => whole / one <= 8) ?? 3_600_000;
  return step < 1_000 ? `${step}millisecond` : step < 60_000 ? `${step / 1_000}second` : `${step / 60_000}minute`;
}

/** Who answered at the live URLs, and how long it took, over time: the slowest of each side at each point in time. */
export function answerChart(answers: readonly AnswerSeen[]): string {
  const bars = barsOf(answers);
  const highest = Math.max(1, ...bars.map((bar) => bar.ms));
  const palette = [...ANSWERERS.map(({ colour }) => colour), GROUND].join(', ');
  const series = ANSWERERS.map(({ who }) => `bar [${bars.map((bar) => (bar.who === who ? bar.ms : 0)).join(', ')}]`);
  return fenced([
    '---',
    'config:',
    '  xyChart: {width: 900, height: 300}',
    `  themeVariables: {xyChart: {plotColorPalette: "${palette}"}}`,
    '---',
    'xychart-beta',
    `x-axis "seconds after the switch" [${bars.map((bar) => `"${bar.label}"`).join(', ')}]`,
    `y-axis "slowest answer, ms" 0 --> ${highest}`,
    ...series,
    `bar [${bars.map(() => 0).join(', ')}]`,
  ]);
}

interface Bar {
  readonly label: string;
  readonly who: Who;
  readonly ms: number;
}

/** One bar for each side that answered within each of at most `BUCKETS` equal spans. */
function barsOf(answers: readonly AnswerSeen[]): Bar[] {
  const times = answers.map(({ at }) => at);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const span = Math.max(1, (last - first) / BUCKETS);
  const slowest = new Map<string, { bucket: number; who: Who; ms: number }>();
  for (const { at, who, ms } of answers) {
    const bucket = Math.min(BUCKETS - 1, Math.floor((at - first) / span));
    const key = `${bucket} ${who}`;
    const value = Math.max(1, Math.round(ms), slowest.get(key)?.ms ?? 0);
    slowest.set(key, { bucket, who, ms: value });
  }
  const order = ANSWERERS.map(({ who }) => who);
  const bars = [...slowest.values()].toSorted(
    (a, b) => a.bucket - b.bucket || order.indexOf(a.who) - order.indexOf(b.who),
  );
  const every = Math.ceil(bars.length / LABELS);
  return bars.map(({ bucket, who, ms }, index) => {
    const time = ((first + bucket * span) / 1_000).toFixed(2);
    // Bars of one name would be drawn as one: the unnamed ones differ in spaces that nobody sees.
    return {
      who,
      ms,
      label: index % every === 0 ? `${time}${'\u200b'.repeat(index % 2)}` : '\u200b'.repeat(index + 2),
    };
  });
}

/** Only what cannot mean anything inside a quoted label; names of Kubernetes and URLs lose nothing by it. */
function label(text: string): string {
  return text.replaceAll(/[^\w .:/*-]/g, '_').slice(0, 120);
}

function fenced(lines: readonly string[]): string {
  return ['```mermaid', ...lines, '```'].join('\n');
}
