import type { ImagePair, Twin } from '../core/kube/twins.ts';
import type { Compared, Comparison } from '../core/report/journal.ts';
import type { Result } from '../core/report/result-schema.ts';
import { commitLink, link, rangeLink } from './links.ts';
import { code, codes, foldedDiff, plain } from './markdown.ts';
import type { Repository } from './workflow-run.ts';

/** More images push the rest off the screen. */
const IMAGES = 10;
/** The longest diff that is shown unfolded, in lines. */
const UNFOLDED = 30;
const NONE = '–';

/** What a person looks at who approves the candidate: both versions side by side, with what can be clicked. */
export function comparisonTable(
  result: Pick<Result, 'liveUrl' | 'previewUrl' | 'previewHeader' | 'state'>,
  { live, candidate, images }: Comparison,
  repository: Repository | undefined,
): string {
  const { liveUrl, state } = result;
  const rows = [
    ['revision', live.revision === '' ? 'nothing' : code(live.revision), code(candidate.revision)],
    ...(hasVisitors(state) ? [] : [['address', link(liveUrl), previewPlace(result)]]),
    ...imageRows(images),
    ...commitRows(live, candidate, repository),
  ];
  const head = hasVisitors(state) ? ['', '🔵 before', '🟢 live'] : ['', '🔵 live', '🟢 candidate'];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(['---', '---', '---']), ...rows.map(line)].join('\n');
}

/** Where people find the candidate before it is live: what can be clicked, or the header that leads there. */
export function previewPlace({
  liveUrl,
  previewUrl,
  previewHeader,
}: Pick<Result, 'liveUrl' | 'previewUrl' | 'previewHeader'>): string {
  if (previewHeader !== '') return `${link(liveUrl)} with the header ${code(previewHeader)}`;
  return previewUrl === '' ? NONE : link(previewUrl);
}

/** Whether the candidate has the visitors now, so that the two have one address. */
export function hasVisitors(state: string): boolean {
  return state === 'live' || state === 'switched';
}

/** Changed images first. */
function imageRows(images: readonly ImagePair[]): string[][] {
  const changed = images.filter(({ before, after }) => before !== after);
  const sorted = [...changed, ...images.filter((one) => !changed.includes(one))];
  const cell = (text: string) => (text === '' ? NONE : code(text, 200));
  const rows = sorted
    .slice(0, IMAGES)
    .map(({ of, before, after }) => [
      `image of ${code(of)}`,
      cell(before),
      before === after ? 'unchanged' : cell(after),
    ]);
  return images.length > IMAGES ? [...rows, [`… and ${images.length - IMAGES} more images`, '', '']] : rows;
}

/** The commits of the runs that deployed the two, who started those, and what lies between. */
function commitRows({ commit: before }: Compared, { commit: after }: Compared, repository: Repository | undefined) {
  if (before === undefined && after === undefined) return [];
  const range = before && after ? rangeLink(before, after, repository) : '';
  const cells = [before, after].map((one) => (one === undefined ? NONE : commitLink(one, repository)));
  const actors = [before, after].map((one) => (one === undefined ? NONE : plain(one.actor)));
  return [
    ['commit', cells[0] ?? '', `${cells[1]}${range}`],
    ['run started by', ...actors],
  ];
}

/** How each object differs from its live counterpart, as sections that can be left out separately. */
export function differences({ live, twins }: Comparison): string[] {
  if (live.revision === '' || twins.length === 0) return [];
  const changed = twins.filter(({ diff }) => diff !== '');
  const same = twins.filter(({ diff, after }) => diff === '' && after !== '');
  const gone = twins.filter(({ after }) => after === '');
  return [
    `#### What differs from ${code(live.revision)}`,
    ...changed.map(difference),
    ...(same.length > 0 ? [`As in the live version: ${codes(same.map(({ after }) => after))}`] : []),
    ...(gone.length > 0 ? [`In the live version only: ${codes(gone.map(({ before }) => before))}`] : []),
  ];
}

function difference({ before, after, diff }: Twin): string {
  const open = diff.split('\n').length <= UNFOLDED;
  return foldedDiff(`✏️ ${code(before)} → ${code(after)}`, diff, { open });
}
