import { boundsOf, reachOf } from '../../checks/http/bounds.ts';
import { isHtml, type Reference, referencesIn } from '../../checks/http/html.ts';
import type { SeenAnswer } from '../../checks/subject.ts';
import { counted, listed } from '../../core/base/plural.ts';
import { headerText, type PreviewKind } from '../../core/base/preview-kind.ts';
import { shortened } from '../../core/base/quoted.ts';
import { cacheSign, sharedWithout } from '../../core/checks/caches.ts';
import { isSuccess } from '../../core/checks/expect.ts';
import { type Seen, urlOf } from '../../proof/probe.ts';
import type { Run } from '../../state/run.ts';

/** How many pages are read. */
const MOST = 20;
const AGAINST_CACHES =
  'Let it pass requests with that header on and store no answer to them, or choose a preview at a host of its own (preview: {host: green.example.com})';

/** What the answers that `verify` gets at a preview show of the preview itself. It requests nothing. */
export class PreviewAnswers {
  readonly #report: Run['report'];
  readonly #kind: PreviewKind;
  readonly #pages = new Set<string>();
  /** What pages of the preview name of the live version, by URL. */
  readonly #live = new Map<string, Reference>();
  #cached: string | undefined;
  #shared: string | undefined;

  constructor({ report }: Pick<Run, 'report'>, kind: PreviewKind) {
    this.#report = report;
    this.#kind = kind;
  }

  note(seen: SeenAnswer): void {
    const { url, answer } = seen;
    if (this.#kind.by === 'path') this.#read(seen);
    if (this.#kind.by !== 'header') return;
    const place = `${url.origin}${url.pathname} with ${headerText(this.#kind)} was answered with`;
    const sign = cacheSign(answer);
    const control = sharedWithout(this.#kind.name, answer);
    if (sign !== undefined) this.#cached ??= `${place} ${sign}`;
    if (control !== undefined) this.#shared ??= `${place} ${control} and without Vary: ${this.#kind.name}`;
  }

  /** The same of an answer to a request that is no check. */
  noteProbe({ request: { endpoint, path }, reply }: Seen): void {
    this.note({ method: 'GET', url: new URL(urlOf(endpoint, path)), endpoint, answer: reply });
  }

  /** Reports it, each thing once. */
  tell(): void {
    const report = this.#report;
    if (this.#kind.by === 'path' && this.#live.size > 0)
      report.notice(liveText([...this.#live.values()], this.#kind.path));
    if (this.#cached !== undefined)
      report.warning(
        `${this.#cached}, so a cache is in front of the router. It may give the candidate to visitors, and the live version to checks. ${AGAINST_CACHES}`,
      );
    else if (this.#shared !== undefined)
      report.notice(
        `${this.#shared}: a cache in front of the router may give it to visitors. If there is one: ${AGAINST_CACHES}`,
      );
  }

  /** Reads the first answer of each page. */
  #read({ method, url, endpoint, answer }: SeenAnswer): void {
    const page = `${url.host}${url.pathname}`;
    const isNew = !this.#pages.has(page) && this.#pages.size < MOST;
    if (method !== 'GET' || !isNew || !isSuccess(answer.status) || !isHtml(answer)) return;
    this.#pages.add(page);
    const bounds = boundsOf(endpoint);
    for (const reference of referencesIn(answer.body, url) ?? []) {
      const { use, url: named } = reference;
      if (reachOf(named, bounds) === 'live') this.#live.set(`${use} ${named.pathname}${named.search}`, reference);
    }
  }
}

/** What a browser takes from the live version at a preview below a path. */
function liveText(references: readonly Reference[], path: string): string {
  const assets = references.filter(({ use }) => use !== 'link');
  const links = references.length - assets.length;
  const parts = [
    ...(assets.length === 0 ? [] : [`${counted(assets.length, 'asset')} (scripts, stylesheets, images)`]),
    ...(links === 0 ? [] : [counted(links, 'link')]),
  ];
  const [example] = [...assets, ...references];
  return `What verify got from the preview names ${listed(parts, 'and')} without ${path} in front, such as ${shortened(example?.url.pathname ?? '')}: a browser gets them at the live URLs, and not from this preview. A preview by host (preview: {host: green.example.com}) or by header (preview: {header: {}}) is free of this`;
}
