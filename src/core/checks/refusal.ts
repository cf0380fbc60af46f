import type { Answered } from './expect.ts';

/**
 * Answers that a router gives by itself to requests that it keeps from the application, by what they ask for: a login,
 * another client, TLS, or another URL. An application may give any of them too.
 */
export type Refusal = 'login' | 'client' | 'tls' | 'redirect';

/** How often in a row a way has to be refused. */
const STEADY = 3;

/** What a router that answers with a status keeps from the application, whatever else the answer says. */
const BY_STATUS: ReadonlyMap<number, Refusal> = new Map([
  [401, 'login'],
  [407, 'login'],
  [403, 'client'],
  ...[301, 302, 303, 307, 308].map((status) => [status, 'redirect'] as const),
]);

/** Which refusal an answer is, if any. `asked`: the host that was asked without TLS; undefined if it was asked by TLS. */
export function refusalOf(answer: Answered, asked?: string): Refusal | undefined {
  const refusal = BY_STATUS.get(answer.status);
  if (asked === undefined) return refusal;
  const wantsTls = refusal === 'redirect' ? sendsToTls(answer.headers, asked) : isPlainToTls(answer);
  return wantsTls ? 'tls' : refusal;
}

/** Whether an answer may be a refusal, however it was asked for. */
export function isRefusing(answer: Answered): boolean {
  return BY_STATUS.has(answer.status) || isPlainToTls(answer);
}

/** Whether a port that speaks TLS got a request without. */
function isPlainToTls({ status, body }: Answered): boolean {
  return status === 400 && /HTTP request.*HTTPS (server|port)/i.test(body);
}

/** Whether a redirect leads to the same host by TLS. */
function sendsToTls({ location }: Answered['headers'], host: string): boolean {
  const target = `${location}`.toLowerCase();
  const own = `https://${host.toLowerCase()}`;
  return target === own || [':', '/', '?'].some((next) => target.startsWith(own + next));
}

/** What gives such an answer where nothing says more. */
export function likelyCause(refusal: Refusal | undefined): string {
  if (refusal === 'login' || refusal === 'client')
    return 'Most likely something in front of the application decides who gets in (basic auth, an auth service, an allow-list)';
  if (refusal === undefined)
    return 'Most likely something in front of the application answers, such as a cache or a maintenance page';
  if (refusal === 'tls')
    return 'Most likely the router takes requests by TLS only (ssl-redirect in the annotations of the live route, or settings of its own)';
  return 'Most likely the router redirects by itself (app-root, permanent-redirect or the like in the annotations of the live route)';
}

/** An answer that refuses: how, and its status for sentences. */
export interface Refused {
  readonly refusal: Refusal;
  readonly status: string;
}

/** Refusals over several ways, each to one of some sites: steady are those that every way to a site gave, time and again. */
export class Refusals {
  readonly #sites: readonly string[];
  /** Per way, the refusal that was last, and how often in a row it came. */
  readonly #streaks = new Map<number, Refused & { readonly count: number }>();

  constructor(sites: readonly string[]) {
    this.#sites = sites;
  }

  /** What a way was answered; undefined stands for any other answer. */
  note(way: number, refused: Refused | undefined): void {
    const before = this.#streaks.get(way);
    if (refused === undefined) this.#streaks.delete(way);
    else this.#streaks.set(way, { ...refused, count: before?.refusal === refused.refusal ? before.count + 1 : 1 });
  }

  /** A way to a site that is refused over each of its ways, all alike; undefined if there is none. */
  get steady(): (Refused & { readonly way: number }) | undefined {
    for (const [way, { refusal, status }] of this.#streaks) {
      const ways = this.#sites.flatMap((site, index) => (site === this.#sites[way] ? [this.#streaks.get(index)] : []));
      if (ways.every((one) => one?.refusal === refusal && one.count >= STEADY)) return { way, refusal, status };
    }
    return undefined;
  }
}
