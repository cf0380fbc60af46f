import { formatDuration } from '../core/base/duration.ts';
import { concernsVisitors, furtherProblems, placeText } from '../core/base/error.ts';
import { counted } from '../core/base/plural.ts';
import type { CheckResult } from '../core/checks/check-result.ts';
import type { Who } from '../core/checks/expect.ts';
import type { Change, Journal, SwitchAnswers } from '../core/report/journal.ts';
import type { Result } from '../core/report/result.ts';
import type { Status } from '../core/report/status.ts';
import { statusTree } from '../core/report/status.ts';
import { block, code, details, plain } from './markdown.ts';
import { ANSWERERS, answerChart, sceneChart, stageChart } from './mermaid.ts';

/** GitHub drops a summary above 1 MiB entirely; in bytes. */
export const SUMMARY_LIMIT = 1024 * 1024 - 64 * 1024;
const DIFF_LIMIT = 20_000;
const ROWS = 100;
/** The longest reason in the first line, in characters. */
const HEADLINE_LIMIT = 300;

/**
 * The summary of a step as Markdown: verdict, live revision and rollback inputs in its first line, then which URL leads
 * where, the time line, the answers around the switch, checks, and what changed. Sections that would exceed `limit`
 * bytes are left out from the end, with a notice.
 */
export function summaryOf(result: Result, journal: Journal, limit = SUMMARY_LIMIT): string {
  const sections = [
    headline(result),
    problem(result),
    status(result),
    scene(result, journal),
    stages(journal),
    ...journal.looks.map((look) => answers(result, look)),
    checks(journal.checks),
    ...changes(result, journal.changes),
    warnings(journal.warnings),
  ].filter((section) => section !== '');
  return trimmed(sections, limit);
}

const NOTICE = '\n\n_The summary would be too long: the rest is in the log of the step._\n';

function trimmed(sections: readonly string[], limit: number): string {
  const kept: string[] = [];
  let size = NOTICE.length;
  for (const section of sections) {
    size += Buffer.byteLength(section) + 2;
    if (size > limit) return `${kept.join('\n\n')}${NOTICE}`;
    kept.push(section);
  }
  return `${kept.join('\n\n')}\n`;
}

/** One line with the verdict, the live revision, and how to roll back. */
function headline(result: Result): string {
  const back =
    result.rollback === undefined
      ? ''
      : ` · to roll back: ${code(
          Object.entries(result.rollback)
            .map(([name, value]) => `${name}: ${value}`)
            .join(', '),
          1_000,
        )}`;
  return `### ${verdict(result)}${back}`;
}

function verdict(result: Result): string {
  const { error, mode, revision, liveRevision, liveUrl, previewUrl, state, dryRun, status, proof } = result;
  const live = liveUrl === '' ? '' : ` · live: ${code(liveRevision || 'unknown')} at ${code(liveUrl)}`;
  const one = code(revision);
  if (error !== undefined) return failed(result, live);
  if (dryRun) return `🔍 Dry run of ${plain(mode, 20)}: nothing was written${live}`;
  if (mode === 'status') return standing(status, live);
  switch (state) {
    case 'candidate':
      return `🟢 Candidate ${one} ${proof === '' ? 'runs and has not been seen to answer' : 'answers'} at ${code(previewUrl)}${live}`;
    case 'verified':
      return `✅ ${one} passed its checks${live}`;
    case 'live':
      return `✅ ${one} is live at ${code(liveUrl)}`;
    case 'switched':
      return `⚠️ Visitors were switched to ${one} at ${code(liveUrl)}, and that is not proven`;
    case 'rolled-back':
      return `↩️ Rolled back: ${one} is live at ${code(liveUrl)}`;
    case 'rejected':
      return `🗑️ ${one} was rejected${live}`;
    case 'retired':
      return `🧹 Old stacks were retired${live}`;
    default:
      return `➖ Nothing to do${live}`;
  }
}

/** What `status` found. */
function standing(status: Status | undefined, live: string): string {
  if (status?.problem !== undefined) return `⚠️ ${code(status.problem.code)}${live}`;
  if (status?.live === undefined || status.live.revision === '') return 'ℹ️ Nothing is live yet';
  return `ℹ️ ${code(status.live.revision)} is live at ${code(status.live.url)}`;
}

function failed({ error, mode, revision, state, proof }: Result, live: string): string {
  const step = `❌ ${plain(mode, 20) || 'The step'}${revision === '' ? '' : ` of ${code(revision)}`} failed`;
  if (error?.code === 'input') return `${step}: ${plain(error.what, HEADLINE_LIMIT)}`;
  const what = `${step} (${error?.code})`;
  if (state === 'restored')
    return `${what}, and visitors were switched back${proof === '' ? ' (not proven)' : ''}${live}`;
  if (state === 'switched' || state === 'live') return `${what} after the switch${live}`;
  return `${what}${live}`;
}

function problem({ error, visitors }: Result): string {
  if (error === undefined) return `**Visitors:** ${plain(visitors)}`;
  const { code: why, what, next, url } = error;
  const problems = error.problems.map(({ text, file, line }) => ({
    text,
    ...(file !== undefined && { place: { file, ...(line !== undefined && { line }) } }),
  }));
  const rows = furtherProblems(what, problems)
    .slice(0, ROWS)
    .map(({ text, place }) => `- ${place === undefined ? '' : `${code(placeText(place))} `}${plain(text)}`);
  return [
    ...(why === 'input' && what.length <= HEADLINE_LIMIT ? [] : [`**What failed:** ${plain(what)}`]),
    ...(rows.length > 0 ? [rows.join('\n')] : []),
    ...(concernsVisitors(error) ? [`**Visitors:** ${plain(visitors)}`] : []),
    `**What to do:** ${plain(next)}`,
    `**More about ${plain(why)}:** ${url}`,
  ].join('\n\n');
}

function status({ status: whole }: Result): string {
  return whole === undefined ? '' : block(statusTree(whole), 'text', 50_000);
}

function scene({ dryRun, mode, revision }: Result, { before, after }: Journal): string {
  if (before === undefined || after === undefined) return '';
  // These two concern no particular revision: blue is what is live.
  const green = mode === 'status' || mode === 'retire' ? '' : revision;
  return `#### Who serves what\n\n${sceneChart(before, after, { isPlan: dryRun, green })}`;
}

function stages({ stages: all }: Journal): string {
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return '';
  return `#### Timeline (${formatDuration(last.to - first.from)})\n\n${stageChart(all)}`;
}

/** What was seen at the live URLs around one switch; after a switch back, the awaited version is blue. */
function answers({ revision }: Result, { to, zero, answers: seen }: SwitchAnswers): string {
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
  return `#### ${counted(seen.length, 'request')} to the live URLs ${when} ${code(to)}\n\n${legend.join(' · ')}\n\n${answerChart(drawn, axis)}`;
}

const SWAPPED: Readonly<Partial<Record<Who, Who>>> = { green: 'blue', blue: 'green' };

function checks(results: readonly CheckResult[]): string {
  if (results.length === 0) return '';
  const lines = results.slice(0, ROWS).map(({ name, where, passed, attempts, slowestMs, failure }) => {
    const how = passed ? '✅ passed' : `❌ ${plain(failure, 500)}`;
    const slowest = slowestMs === undefined ? '–' : formatDuration(slowestMs);
    return `| ${code(name)} | ${code(where)} | ${how} | ${slowest} | ${attempts} |`;
  });
  const more = results.length > ROWS ? `\n\n… and ${results.length - ROWS} more` : '';
  return `#### Checks\n\n| check | where | result | slowest | attempts |\n| --- | --- | --- | ---: | ---: |\n${lines.join('\n')}${more}`;
}

const SIGNS: Readonly<Record<Change['action'], string>> = { create: '➕', change: '✏️', keep: '➖', delete: '🗑️' };

/** One folded section for each object: a diff may be large, so each section can be left out separately. */
function changes({ dryRun }: Result, all: readonly Change[]): string[] {
  if (all.length === 0) return [];
  const title = dryRun ? 'What would change in the cluster' : 'What changed in the cluster';
  const rows = all.map(({ object, action, diff }) => {
    const name = `${SIGNS[action]} ${action} ${code(object)}`;
    return diff === '' ? name : details(name, block(diff, 'diff', DIFF_LIMIT));
  });
  return [`#### ${title}`, ...rows];
}

function warnings(all: readonly string[]): string {
  if (all.length === 0) return '';
  const rows = all.slice(0, ROWS).map((text) => `- ${plain(text)}`);
  return `#### Warnings\n\n${rows.join('\n')}`;
}
