import { concernsVisitors, furtherProblems, placeText } from '../core/base/error.ts';
import { certaintyText } from '../core/checks/certainty.ts';
import { tallyText } from '../core/report/checked.ts';
import type { Comparison, Journal } from '../core/report/journal.ts';
import type { Result } from '../core/report/result-schema.ts';
import type { Status } from '../core/report/status.ts';
import { statusTree } from '../core/report/status.ts';
import { link } from './links.ts';
import { block, code, plain } from './markdown.ts';
import { changes } from './summary-changes.ts';
import { answers, scene, timeline } from './summary-charts.ts';
import { checkedSections } from './summary-checked.ts';
import { checks } from './summary-checks.ts';
import { comparisonTable, differences, hasVisitors, previewPlace } from './summary-comparison.ts';
import { failures } from './summary-failures.ts';
import type { Repository } from './workflow-run.ts';

/** GitHub drops a summary above 1 MiB entirely; in bytes. */
export const SUMMARY_LIMIT = 1024 * 1024 - 64 * 1024;
const ROWS = 100;
/** The longest reason in the first line, in characters. */
const HEADLINE_LIMIT = 300;

/** How a summary is written. */
interface Options {
  /** In bytes. */
  readonly limit?: number;
  /** Where commits are shown. */
  readonly repository?: Repository | undefined;
}

/**
 * The summary of a step as Markdown: verdict and live revision in its first line, and how to roll back. Then, for a
 * candidate, what somebody looks at who approves it; for a switch, what visitors got. Then how long it took, and what
 * changed. Sections that would exceed the limit are left out from the end, with a notice.
 */
export function summaryOf(
  result: Result,
  journal: Journal,
  { limit = SUMMARY_LIMIT, repository }: Options = {},
): string {
  const { comparison } = journal;
  const sections = [
    headline(result, comparison),
    problem(result),
    certainty(result),
    rollback(result),
    ...failures(journal),
    status(result),
    ...(comparison ? [comparisonTable(result, comparison, repository)] : []),
    warnings(journal.warnings),
    ...(result.check ? checkedSections(result.check) : []),
    checks(journal),
    ...(comparison ? differences(comparison) : []),
    scene(result, journal),
    ...journal.looks.map((look) => answers(result, look)),
    timeline(journal),
    ...changes(result, journal),
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

/** One line with the verdict and the live revision. */
function headline(result: Result, comparison: Comparison | undefined): string {
  const { liveUrl, liveRevision } = result;
  // The comparison may have the address.
  const address = comparison === undefined || hasVisitors(result.state) ? ` at ${link(liveUrl)}` : '';
  const live = liveUrl === '' ? '' : ` · live: ${code(liveRevision || 'unknown')}${address}`;
  return `### ${verdict(result, live)}`;
}

/** The inputs for a rollback, to be copied. */
function rollback({ rollback: inputs }: Result): string {
  if (inputs === undefined) return '';
  const text = Object.entries(inputs)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
  return `**To roll back:** ${code(text, 1_000)}`;
}

/** How sure it is which version answered. */
function certainty({ certainty: text }: Result): string {
  return text === undefined ? '' : plain(`${certaintyText(text)}.`, 500);
}

/** What happened; `live` says what visitors get, where the verdict does not. */
function verdict(result: Result, live: string): string {
  const { error, mode, revision, liveUrl, state, changed, dryRun, status, check, proof } = result;
  const one = code(revision);
  if (error !== undefined) return failed(result, live);
  if (dryRun) return `🔍 Dry run of ${plain(mode, 20)}: nothing was written${live}`;
  if (check !== undefined)
    return `✅ deploy-green accepts these manifests, as far as they show: ${plain(tallyText(check.objects))}`;
  if (mode === 'status') return standing(status, live);
  switch (state) {
    case 'candidate':
      return `🟢 Candidate ${one} ${proof === '' ? 'runs and has not been seen to answer' : 'answers'} at ${previewPlace(result)}${live}`;
    case 'verified':
      return `✅ ${one} passed its checks${live}`;
    case 'live':
      return changed && proof === ''
        ? `⚠️ ${one} is live at ${link(liveUrl)}, and this step did not prove that it answers`
        : `✅ ${one} is live at ${link(liveUrl)}`;
    case 'switched':
      return `⚠️ Visitors were switched to ${one} at ${link(liveUrl)}, and that is not proven`;
    case 'rolled-back':
      return `↩️ Rolled back: ${one} is live at ${link(liveUrl)}`;
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
  return `ℹ️ ${code(status.live.revision)} is live at ${link(status.live.url)}`;
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
  if (error === undefined) return visitors === '' ? '' : `**Visitors:** ${plain(visitors)}`;
  const { code: why, what, next, url } = error;
  const [cause = '', ...said] = what.split('\n');
  const problems = error.problems.map(({ text, file, line }) => ({
    text,
    ...(file !== undefined && { place: { file, ...(line !== undefined && { line }) } }),
  }));
  const rows = furtherProblems(what, problems)
    .slice(0, ROWS)
    .flatMap(({ text, place }) => {
      const at = place === undefined ? '' : code(placeText(place));
      // Only the place is new of what the cause says already.
      if (cause.includes(text)) return at === '' ? [] : [`- at ${at}`];
      return [`- ${at}${at === '' ? '' : ' '}${plain(text)}`];
    });
  return [
    ...(why === 'input' && what.length <= HEADLINE_LIMIT ? [] : [`**What failed:** ${plain(cause)}`]),
    ...(rows.length > 0 ? [rows.join('\n')] : []),
    ...(concernsVisitors(error, visitors) ? [`**Visitors:** ${plain(visitors)}`] : []),
    `**What to do:** ${plain(next)}`,
    `**More about ${plain(why)}:** ${url}`,
    ...quoted(said),
  ].join('\n\n');
}

/** The lines below the cause, such as the last ones of a log, as they were written. */
function quoted(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const [first = '', ...rest] = lines;
  const isTitle = /^\S.*:$/.test(first);
  const body = (isTitle ? rest : lines).map((line) => line.replace(/^ {2}/, '')).join('\n');
  return [...(isTitle ? [plain(first)] : []), block(body, 'text', 20_000)];
}

function status({ status: whole }: Result): string {
  return whole === undefined ? '' : block(statusTree(whole), 'text', 50_000);
}

/** Before the details, since they may change what a reader thinks of those. */
function warnings(all: readonly string[]): string {
  if (all.length === 0) return '';
  const rows = all.slice(0, ROWS).map((text) => `- ${plain(text)}`);
  return `#### Warnings\n\n${rows.join('\n')}`;
}
