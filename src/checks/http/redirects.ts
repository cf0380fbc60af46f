import { isRedirect } from '../../core/checks/expect.ts';
import type { Answer, Reply } from '../../proof/probe.ts';
import { urlAt } from '../url-at.ts';
import { type Bounds, beyond } from './bounds.ts';

/** How many redirects of one attempt are followed. */
const MOST = 10;

/** One request of an attempt, as far as a redirect may change it. */
export interface Hop {
  readonly method: string;
  /** Path and query, as they are sent. */
  readonly path: string;
  readonly hasBody: boolean;
  readonly cookies: ReadonlyMap<string, string>;
}

/** How an attempt ended after its redirects; `stray` says why the last one was not followed. */
export interface Followed {
  readonly reply: Reply;
  /** The last request, with the cookies that further ones carry. */
  readonly hop: Hop;
  readonly stray?: string;
}

/**
 * Sends a request, and follows each redirect that stays within the bounds: any other leads to the live version, which is
 * not what is checked. Cookies that an answer sets go with the next requests.
 */
export async function follow(first: Hop, bounds: Bounds, send: (hop: Hop) => Promise<Reply>): Promise<Followed> {
  const seen = new Set<string>();
  let hop = first;
  let ms = 0;
  for (let count = 0; ; count += 1) {
    const answer = await send(hop);
    ms += answer.ms;
    const reply = { ...answer, ms };
    const target = 'error' in answer ? undefined : targetOf(answer, hop, bounds);
    if ('error' in answer || target === undefined) return { reply, hop: afterwards(hop, answer) };
    const why = beyond(target, bounds);
    const place = `${target.origin}${target.pathname}`;
    if (why !== undefined) return { reply, hop, stray: `${place}, ${why}` };
    const next = nextHop(hop, answer, target);
    const key = `${next.method} ${next.path} ${[...next.cookies].join()}`;
    if (seen.has(key)) return { reply, hop, stray: `${place}, where it was before: the redirects go in a circle` };
    if (count >= MOST) return { reply, hop, stray: `${place}, after ${MOST} other redirects` };
    seen.add(key);
    hop = next;
  }
}

/** A request, with the cookies that its answer set. */
export function afterwards(hop: Hop, reply: Reply): Hop {
  if ('error' in reply) return hop;
  return { ...hop, cookies: cookiesAfter(hop.cookies, reply.headers['set-cookie'] ?? []) };
}

/** Where an answer redirects to; undefined if it does not. */
function targetOf({ status, headers }: Answer, { path }: Hop, bounds: Bounds): URL | undefined {
  if (!isRedirect(status) || headers.location === undefined) return undefined;
  // Node reads headers as Latin 1, and browsers take what is beyond ASCII in this one for UTF-8.
  const location = Buffer.from(headers.location, 'latin1').toString();
  return URL.parse(location, urlAt(bounds, path).href) ?? undefined;
}

/** A redirect after a POST asks for the new place, unless it says that the method stays: RFC 9110 section 15.4. */
function nextHop({ method, hasBody, cookies }: Hop, { status, headers }: Answer, target: URL): Hop {
  const isChanged = status === 303 ? method !== 'HEAD' : method === 'POST' && (status === 301 || status === 302);
  return {
    method: isChanged ? 'GET' : method,
    hasBody: hasBody && !isChanged,
    path: `${target.pathname}${target.search}`,
    cookies: cookiesAfter(cookies, headers['set-cookie'] ?? []),
  };
}

function cookiesAfter(before: ReadonlyMap<string, string>, lines: readonly string[]): Map<string, string> {
  const cookies = new Map(before);
  for (const line of lines) {
    const [, name, value] = /^\s*([^=;\s]+)=([^;]*)/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    if (isOver(line)) cookies.delete(name);
    else cookies.set(name, value.trim());
  }
  return cookies;
}

/** Whether a cookie ends at once; `Max-Age` counts before `Expires`: RFC 6265 section 5.3. */
function isOver(line: string): boolean {
  const [, age] = /;\s*max-age\s*=\s*(-?\d+)\s*(?:;|$)/i.exec(line) ?? [];
  if (age !== undefined) return Number(age) <= 0;
  const [, expires = ''] = /;\s*expires\s*=\s*([^;]+)/i.exec(line) ?? [];
  return Date.parse(expires) <= Date.now();
}
