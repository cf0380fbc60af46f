import { GreenpathError } from '../core/base/error.ts';
import type { RoutePath } from '../core/release/route.ts';
import { isForAll, type Start, startsOfRegex } from './regex-starts.ts';

/** A path of a route, and how routers match it. A regex is anchored at its start only, and ignores case. */
export interface MatchedPath {
  readonly path: string;
  readonly form: 'Exact' | 'Prefix' | 'regex';
}

/** Whether a request may match both; if a regex does not show it, it may. */
export function mayMeet(one: MatchedPath, other: MatchedPath): boolean {
  const others = startsOf(other);
  return startsOf(one).some((a) => others.some((b) => reaches(a, b) || reaches(b, a)));
}

/**
 * Whether a preview at `added` may take requests from a regex on the same host that is meant for some of them only. What
 * a regex for everything would get there is what any path `/` gives up to a preview.
 */
export function mayTakeFromRegex(added: MatchedPath, { path, match }: Pick<RoutePath, 'path' | 'match'>): boolean {
  return match === 'regex' && !isForAll(path) && mayMeet(added, { path, form: 'regex' });
}

/** What to do where a preview may take requests from a regex. */
export function regexError(loser: string, preview: string): GreenpathError {
  return new GreenpathError(
    'preview-side-effect',
    `${preview} might take visitors from ${loser}: that path is a regular expression, which may match below the preview's prefix too`,
    'Choose a prefix in the config that it cannot match (preview: {path: /other}), or a preview by host or by header (preview: {host: green.example.com} or {header: {}}). If the two have no request in common, set preview: {overlap: accept}.',
  );
}

function startsOf({ path, form }: MatchedPath): Start[] {
  if (form === 'regex') return startsOfRegex(path);
  const text = path.toLowerCase();
  return [form === 'Exact' ? { text, rest: 'end' } : { text: text.replace(/\/$/, ''), rest: 'segment' }];
}

/** Whether `one` matches the text that all of `other` begins with. */
function reaches(one: Start, other: Start): boolean {
  if (one.rest === 'anything') return other.text.startsWith(one.text);
  return other.text === one.text || (one.rest === 'segment' && other.text.startsWith(`${one.text}/`));
}
