import { formatDuration } from '../core/base/duration.ts';
import { counted } from '../core/base/plural.ts';
import type { Who } from '../core/checks/expect.ts';
import type { Journal, Scene, SwitchAnswers } from '../core/report/journal.ts';
import type { Result } from '../core/report/result-schema.ts';
import { ANSWERERS, answerChart } from './answer-chart.ts';
import { code } from './markdown.ts';
import { sceneChart, stageChart } from './mermaid.ts';

/** What takes less than this, in milliseconds, needs no time axis: one line says it all. */
const SHORTEST = 2_000;
/** Answers within a shorter time than this are only counted. */
const SHORTEST_ANSWERS = 1_000;

/** Which URL leads to which revision, before and after the run, and in between if that was another one. */
export function scene({ dryRun, mode, revision }: Result, journal: Journal): string {
  const { before, after } = journal;
  if (before === undefined || after === undefined) return '';
  // These two concern no particular revision: blue is what is live.
  const green = mode === 'status' || mode === 'retire' ? '' : revision;
  const away = excursion(journal);
  // Then the comparison says the same.
  if (isSame(before, after) && away === undefined && journal.comparison !== undefined) return '';
  const text = away?.text ?? superseded(before, after, green);
  return [
    '#### Who serves what',
    ...(text === undefined ? [] : [text]),
    sceneChart(scenesOf(before, after, { away, isPlan: dryRun }), green),
  ].join('\n\n');
}

/** The scenes with their titles, in the order of time; the same one only once. */
function scenesOf(
  before: Scene,
  after: Scene,
  { away, isPlan }: { readonly away: ReturnType<typeof excursion>; readonly isPlan: boolean },
): [string, Scene][] {
  const between: [string, Scene][] = away === undefined ? [] : [[`for ${away.lasted}`, away.scene]];
  // Three scenes in a row are hard to read.
  if (isSame(before, after)) return [[away === undefined ? 'now' : 'before and after', before], ...between];
  return [[isPlan ? 'now' : 'before', before], ...between, [isPlan ? 'then' : 'after', after]];
}

function isSame(before: Scene, after: Scene): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}

/** What the live URL led to in between, if it was neither what it led to before nor what it leads to now. */
function excursion({ before, after, spells }: Journal) {
  const ends = [before, after].map((one) => one?.live.revision);
  const at = spells.findIndex(({ live }) => !ends.includes(live.revision));
  const [spell, next] = [spells[at], spells[at + 1]];
  if (spell === undefined || next === undefined) return undefined;
  const lasted = formatDuration(next.from - spell.from);
  const [there, then] = [spell, next].map(({ live }) => code(live.revision || 'unknown'));
  const isBack = next.live.revision === before?.live.revision;
  const text = `The route led visitors to ${there} for ${lasted}, and then ${isBack ? 'back ' : ''}to ${then}.`;
  return { lasted, text, scene: { live: spell.live, preview: undefined } };
}

/** That this run's candidate took the preview of another one. */
function superseded({ preview: old }: Scene, { preview: now }: Scene, green: string): string | undefined {
  if (old === undefined || now?.revision !== green || [green, ''].includes(old.revision)) return undefined;
  return `${code(old.revision)} was the candidate before, and ${code(green)} supersedes it.`;
}

/** The parts of a run and how long each took: a chart, or one line if there is nothing to see on a chart. */
export function timeline({ stages }: Journal): string {
  const [first, last] = [stages[0], stages.at(-1)];
  if (first === undefined || last === undefined) return '';
  const whole = last.to - first.from;
  const line = stages.map(
    ({ title, from, to, failed }) => `${title} ${formatDuration(to - from)}${failed ? ' ❌ failed' : ''}`,
  );
  return `#### Timeline (${formatDuration(whole)})\n\n${whole < SHORTEST ? line.join(' · ') : stageChart(stages)}`;
}

/** What was seen at the live URLs around one switch; after a switch back, the awaited version is blue. */
export function answers({ revision }: Result, { to, zero, answers: seen }: SwitchAnswers): string {
  const isBack = to !== revision;
  const drawn = isBack ? seen.map((one) => ({ ...one, who: SWAPPED[one.who] ?? one.who })) : seen;
  const words: Readonly<Record<Who, string>> = {
    green: isBack ? 'another version' : code(to),
    blue: isBack ? code(to) : 'another version',
    unknown: 'version unknown',
    bad: 'bad',
    silent: 'no answer',
  };
  const legend = ANSWERERS.flatMap(({ who, sign }) => {
    const own = drawn.filter((one) => one.who === who);
    if (own.length === 0) return [];
    const slowest = who === 'silent' ? '' : `, slowest ${formatDuration(Math.max(...own.map(({ ms }) => ms)))}`;
    return [`${sign} ${words[who]}: ${own.length}${slowest}`];
  });
  const what = isBack ? 'switch back' : 'switch';
  const when = zero === 'switch' ? `around the ${what} to` : `after an earlier run's ${what} to`;
  const axis = zero === 'switch' ? `seconds after the ${what}` : 'seconds after the first request of this run';
  const times = seen.map(({ at }) => at);
  const isLong = Math.max(...times) - Math.min(...times) >= SHORTEST_ANSWERS;
  return [
    `#### ${counted(seen.length, 'request')} to the live URLs ${when} ${code(to)}`,
    legend.join(' · '),
    ...(isLong ? [answerChart(drawn, axis)] : []),
  ].join('\n\n');
}

const SWAPPED: Readonly<Partial<Record<Who, Who>>> = { green: 'blue', blue: 'green' };
