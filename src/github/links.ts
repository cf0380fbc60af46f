import type { Commit } from '../core/release/commit.ts';
import { code } from './markdown.ts';
import type { Repository } from './workflow-run.ts';

/** What a link may consist of: a plain host, perhaps a port, and a path without anything that Markdown reads. */
const LINKED = /^https?:\/\/[a-z\d.-]+(?::\d{1,5})?\/[\w./~%-]*$/;
const LONGEST = 300;

/**
 * A URL that people can click, if it is one that leads where it says: http or https, no account, nothing that a browser
 * would read as another host. Any other text is only shown.
 */
export function link(url: string): string {
  return isLinked(url) ? `[${code(url)}](${url})` : code(url);
}

function isLinked(url: string): boolean {
  return url.length <= LONGEST && LINKED.test(url) && URL.canParse(url) && new URL(url).href === url;
}

/** A commit, linked if it is one of `repository`. */
export function commitLink({ repository: name, sha }: Commit, repository: Repository | undefined): string {
  const url = repository?.name === name ? `${repository.server}/${name}/commit/${sha}` : '';
  return isLinked(url) ? `[${code(sha.slice(0, 7))}](${url})` : code(sha.slice(0, 7));
}

/** A link in parentheses to what lies between two commits; empty if they are equal, or not both of `repository`. */
export function rangeLink(from: Commit, to: Commit, repository: Repository | undefined): string {
  const areHere = from.repository === repository?.name && to.repository === repository.name;
  if (!areHere || from.sha === to.sha) return '';
  const url = `${repository.server}/${to.repository}/compare/${from.sha}...${to.sha}`;
  return isLinked(url) ? ` ([what changed](${url}))` : '';
}
