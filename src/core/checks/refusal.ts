import { type Answered, isRedirect } from './expect.ts';
import { redirectsToTls } from './tls-redirect.ts';

/**
 * Answers that a router itself gives to requests that it keeps from the application, by what they require: a login,
 * another client, TLS, or another URL. An application may give any of them too.
 */
export type Refusal = 'login' | 'client' | 'tls' | 'redirect';

/** How often in a row an endpoint must refuse. */
const STEADY = 3;

/** What a router requires when it answers with a status, whatever else the answer says. */
const BY_STATUS: ReadonlyMap<number, Refusal> = new Map([
  [401, 'login'],
  [407, 'login'],
  [403, 'client'],
]);

/** Which refusal an answer is, if any. `asked`: the host if it was requested without TLS; undefined if with TLS. */
export function routerRefusal(answer: Answered, asked?: string): Refusal | undefined {
  if (asked !== undefined && (redirectsToTls(answer, { host: asked }) || isPlainToTls(answer))) return 'tls';
  return BY_STATUS.get(answer.status) ?? (isRedirect(answer.status) ? 'redirect' : undefined);
}

/** Whether an answer may be a refusal, with or without TLS. */
export function isRefusing(answer: Answered): boolean {
  return BY_STATUS.has(answer.status) || isRedirect(answer.status) || isPlainToTls(answer);
}

/** Whether a port that expects TLS got a request without it. A hostile body must not cost time. */
function isPlainToTls({ status, body }: Answered): boolean {
  return status === 400 && /HTTP request.{1,100}HTTPS (server|port)/i.test(body);
}

/** The likely cause of such an answer if nothing says more. */
export function likelyCause(refusal: Refusal | undefined): string {
  if (refusal === 'login' || refusal === 'client')
    return 'Most likely something in front of the application restricts access (basic auth, an auth service, an allow-list)';
  if (refusal === undefined)
    return 'Most likely something in front of the application answers, such as a cache or a maintenance page';
  if (refusal === 'tls')
    return 'Most likely the router accepts only TLS (by its own settings, or by what the live route asks of it)';
  return 'Most likely the router itself redirects (by what the live route asks of it, or by its own settings)';
}

/** A refusal: its kind, and its status for sentences. */
export interface Refused {
  readonly refusal: Refusal;
  readonly status: string;
}

/**
 * Collects refusals over several endpoints of some hosts. A refusal is steady if every endpoint of a host gives it
 * again and again.
 */
export class Refusals {
  /** For each endpoint its host, the last refusal, and how often in a row it came. */
  readonly #lanes = new Map<number, { readonly site: string; readonly last?: Refused & { readonly count: number } }>();

  /** From now on this endpoint of a host counts too. */
  open(lane: number, site: string): void {
    this.#lanes.set(lane, { site });
  }

  /** Leaves an endpoint out. */
  close(lane: number): void {
    this.#lanes.delete(lane);
  }

  /** Adds the answer of an endpoint; undefined stands for any other answer. */
  note(lane: number, refused: Refused | undefined): void {
    const before = this.#lanes.get(lane);
    if (before === undefined) return;
    const { site, last } = before;
    const count = refused !== undefined && last?.refusal === refused.refusal ? last.count + 1 : 1;
    this.#lanes.set(lane, { site, ...(refused && { last: { ...refused, count } }) });
  }

  /** An endpoint of a host whose endpoints all refuse in the same way; undefined if there is none. */
  get steady(): (Refused & { readonly lane: number }) | undefined {
    const all = [...this.#lanes.values()];
    for (const [lane, { site, last }] of this.#lanes) {
      if (last === undefined) continue;
      const { refusal, status } = last;
      const alike = all.filter((one) => one.site === site);
      if (alike.every((one) => one.last?.refusal === refusal && one.last.count >= STEADY))
        return { lane, refusal, status };
    }
    return undefined;
  }
}
