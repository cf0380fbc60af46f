import type { Identity } from './config.ts';
import { type Answered, claims, isSuccess, saidBy, statusText } from './expect.ts';
import type { Measured } from './witness.ts';

/** Answers to one path right before a switch: at the live URL, and from the candidate's preview. */
export interface Before {
  readonly live: Answered;
  /** Undefined if there is no preview, since a switch is only repeated. */
  readonly preview: Answered | undefined;
  /** The revision that is live, and the one that comes: of several routes, some may lead to it already. */
  readonly revision: string;
  readonly candidate: string;
  /** What it was seen to answer when the candidate was verified. */
  readonly measured: Measured | undefined;
}

/**
 * Why the answer of the live URL shows that a switch could not be proven there: neither version gives it, so that
 * whatever does would give it afterwards too. Undefined if a version may have given it: a 5xx may be the very reason of
 * the release, and a 404 a path that is new in it.
 */
export function foreignAnswer(identity: Identity | undefined, before: Before): string | undefined {
  const { live, preview, revision, candidate, measured } = before;
  if (live.status >= 500 || live.status === 404) return undefined;
  if (identity !== undefined && saidBy(identity, live) !== undefined) return undefined;
  if (identity !== undefined && [revision, candidate].some((one) => claims(identity, live, one))) return undefined;
  const saysNothingNow = identity !== undefined && measured?.revision === revision && !measured.says.includes('');
  if (isSuccess(live.status))
    return saysNothingNow
      ? `${statusText(live)}, and it does not name its revision, although it did when the candidate was verified. ${CAUSES.other}`
      : undefined;
  if (preview === undefined || preview.status === live.status) return undefined;
  return `${statusText(live)}, while the candidate answers ${statusText(preview)} there. ${causeOf(live.status)}`;
}

const CAUSES = {
  redirect:
    'Most likely the router redirects by itself (app-root, permanent-redirect, ssl-redirect or the like in the annotations of the live route)',
  auth: 'Most likely something in front of the application decides who gets in (basic auth, an auth service, an allow-list)',
  other: 'Most likely something in front of the application answers, such as a cache or a maintenance page',
};

function causeOf(status: number): string {
  if (status < 400) return CAUSES.redirect;
  return status === 401 || status === 403 ? CAUSES.auth : CAUSES.other;
}
