import { formatDuration } from '../core/base/duration.ts';
import type { Scene, Serving, Stage } from '../core/report/journal.ts';

/** Colours that are readable on a light and on a dark page; the text colour in them is set, not inherited. */
const BLUE = 'fill:#bfdbfe,stroke:#1d4ed8,color:#111';
const GREEN = 'fill:#bbf7d0,stroke:#15803d,color:#111';
const NOBODY = 'fill:#e5e7eb,stroke:#6b7280,color:#111';
/** Another candidate: dashed, since it is neither what visitors get nor what this run is about. */
const OTHER = 'fill:#f5f5f4,stroke:#78716c,color:#111,stroke-dasharray:5 4';

/** Possible steps of a time line, in seconds. */
const TICKS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600];

/**
 * Which Service and revision each URL leads to, one scene after the other, as a flowchart. `green` is the revision of
 * the run; a preview of another one is neither live nor this run's. If `green` is empty, the candidate is green.
 */
export function sceneChart(scenes: readonly (readonly [string, Scene])[], green: string): string {
  const keys = scenes.map((_, index) => `at${index}`);
  return fenced([
    'flowchart LR',
    ...scenes.flatMap(([title, scene], index) => sceneLines(`at${index}`, title, scene, green)),
    ...(keys.length > 1 ? [keys.join(' ~~~ ')] : []),
    `classDef blue ${BLUE}`,
    `classDef green ${GREEN}`,
    `classDef other ${OTHER}`,
    `classDef none ${NOBODY}`,
  ]);
}

function sceneLines(key: string, title: string, { live, preview }: Scene, green: string): string[] {
  const row = (who: string, { url, header, service, revision }: Serving, of: string, colour: string) => [
    `  ${key}${of}(["${who}"]) -->|"${label(header === undefined ? url : `${url} with ${header}`)}"| ${key}${of}s["${service === '' ? 'nobody yet' : `${label(service)}<br/>revision ${label(revision || 'unknown')}`}"]`,
    `  class ${key}${of} none`,
    `  class ${key}${of}s ${service === '' || revision === '' ? 'none' : colour}`,
  ];
  const isOwn = green === '' || preview?.revision === green;
  return [
    `subgraph ${key} ["${label(title)}"]`,
    ...row('visitors', live, 'L', live.revision === green ? 'green' : 'blue'),
    ...(preview ? row('testers', preview, 'P', isOwn ? 'green' : 'other') : []),
    'end',
  ];
}

/** The parts of a run on a time line in seconds that starts with the run, and the parts in which it failed. */
export function stageChart(stages: readonly Stage[]): string {
  const start = stages[0]?.from ?? 0;
  const whole = (stages.at(-1)?.to ?? start) - start;
  const lines = stages.map(({ title, from, to, failed }) => {
    const name = `${title} ${formatDuration(to - from)}`;
    return `${name}${failed ? ' (failed) :crit, ' : ' :'}${from - start}, ${Math.max(to, from + 1) - start}`;
  });
  return fenced([
    'gantt',
    'title seconds since the step began',
    'dateFormat x',
    'axisFormat %s',
    `tickInterval ${tick(whole)}`,
    ...lines,
  ]);
}

/** The step between two marks of a time line: about eight marks fit without touching. */
function tick(whole: number): string {
  const step = TICKS.find((one) => whole / 1_000 / one <= 8) ?? 3_600;
  return `${step}second`;
}

/** Only characters without a meaning inside a quoted label; names of Kubernetes and URLs stay complete. */
export function label(text: string): string {
  return text.replaceAll(/[^\w .:/*-]/g, '_').slice(0, 120);
}

/** A Mermaid chart as Markdown. */
export function fenced(lines: readonly string[]): string {
  return ['```mermaid', ...lines, '```'].join('\n');
}
