import { Parser } from 'htmlparser2';
import { bounded } from '../../core/base/bounded.ts';
import type { Answered } from '../../core/checks/expect.ts';

/** What a browser does with a URL that a page names: it loads it with the page, or follows it when somebody clicks. */
export type Use = 'script' | 'style' | 'preload' | 'image' | 'link';

/** A URL that a page names. */
export interface Reference {
  readonly use: Use;
  readonly url: URL;
}

/** How many different URLs that are looked for are kept. */
export const MOST_REFERENCES = 5_000;
/** What is in these does not belong to the page: scripts fill in the one, browsers with scripts ignore the other. */
const INERT = new Set(['template', 'noscript']);
/** Types that a script may say, or none: https://html.spec.whatwg.org/multipage/scripting.html#attr-script-type */
const SCRIPT_TYPE = /^$|^module$|^(text|application)\/(x-)?(java|ecma)script$/;
/** What `preload` may be for: https://html.spec.whatwg.org/multipage/links.html#link-type-preload */
const PRELOADED: ReadonlyMap<string, Use> = new Map([
  ['script', 'script'],
  ['style', 'style'],
  ...['audio', 'font', 'image', 'track', 'video'].map((as) => [as, 'preload'] as const),
]);

/** Whether an answer says that it is a page. */
export function isHtml({ headers }: Pick<Answered, 'headers'>): boolean {
  return /^\s*(text\/html|application\/xhtml\+xml)\s*(;|$)/i.test(`${headers['content-type']}`);
}

/**
 * The URLs that a page at `address` names for the uses that are looked for, in its order; undefined if they take too long
 * to find. Each is there once, and of more than `MOST_REFERENCES` only the first ones.
 */
export function referencesIn(
  html: string,
  address: URL,
  isWanted: (use: Use) => boolean = () => true,
): Reference[] | undefined {
  return bounded(`the page ${address.pathname}`, () => read(html, address, isWanted))?.value;
}

function read(html: string, address: URL, isWanted: (use: Use) => boolean): Reference[] {
  const references = new Map<string, Reference>();
  let base: URL | undefined;
  let inert = 0;
  const parser = new Parser({
    onopentag(tag, attributes) {
      if (INERT.has(tag)) inert += 1;
      if (inert > 0) return;
      if (tag === 'base') base ??= webUrl(attributes.href, address);
      const { use, text } = namedBy(tag, attributes) ?? {};
      if (use === undefined || !isWanted(use) || references.size >= MOST_REFERENCES) return;
      const url = webUrl(text, base ?? address);
      if (url !== undefined) references.set(`${use} ${url.href}`, { use, url });
    },
    onclosetag(tag) {
      if (INERT.has(tag)) inert -= 1;
    },
  });
  parser.end(html);
  return [...references.values()];
}

/** The URL that a text is on a page, if it is one of the web; no text, or spaces, is none. */
function webUrl(text: string | undefined, base: URL): URL | undefined {
  const url = text === undefined || text.trim() === '' ? null : URL.parse(text, base.href);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined;
}

/** What a tag names, and for what; undefined if it is nothing that browsers load or follow. */
function namedBy(
  tag: string,
  attributes: Readonly<Record<string, string>>,
): { readonly use: Use; readonly text: string | undefined } | undefined {
  const { src, href, action } = attributes;
  if (tag === 'script') return isRun(attributes) ? { use: 'script', text: src } : undefined;
  if (tag === 'img') return { use: 'image', text: src };
  if (tag === 'a' || tag === 'area') return { use: 'link', text: href };
  if (tag === 'form') return { use: 'link', text: action };
  const use = tag === 'link' ? useOfLink(attributes) : undefined;
  return use && { use, text: href };
}

function isRun({ type = '' }: Readonly<Record<string, string>>): boolean {
  return SCRIPT_TYPE.test(type.trim().toLowerCase());
}

function useOfLink({ rel = '', as = '', type = '' }: Readonly<Record<string, string>>): Use | undefined {
  const relations = rel.toLowerCase().split(/\s+/);
  if (relations.includes('stylesheet')) return /^\s*(text\/css\s*(;.*)?)?$/i.test(type) ? 'style' : undefined;
  if (relations.includes('modulepreload')) return 'script';
  return relations.includes('preload') ? PRELOADED.get(as.trim().toLowerCase()) : undefined;
}
