import type { Config } from '../base/config.ts';
import { type Answered, claims, isFine, isSuccess, saidBy, statusText } from './expect.ts';
import { likelyCause, refusalOf } from './refusal.ts';
import type { Measured } from './version-probe.ts';

/** Answers to one path right before a switch: at the live URL, and from the candidate's preview. */
export interface LiveAnswers {
  readonly path: string;
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
 * the release, a 404 a path that is new in it, and what a check of the path expects is right whoever gives it.
 */
export function foreignAnswer(
  { identity, checks }: Pick<Config, 'identity' | 'checks'>,
  before: LiveAnswers,
): string | undefined {
  const { path, live, preview, revision, candidate, measured } = before;
  if (live.status >= 500 || live.status === 404) return undefined;
  if (identity !== undefined && saidBy(identity, live) !== undefined) return undefined;
  if (identity !== undefined && [revision, candidate].some((one) => claims(identity, live, one))) return undefined;
  const saysNothingNow = identity !== undefined && measured?.revision === revision && !measured.says.includes('');
  if (isSuccess(live.status))
    return saysNothingNow
      ? `${statusText(live)}, and it does not name its revision, although it did when the candidate was verified. ${likelyCause(undefined)}`
      : undefined;
  if (preview === undefined || preview.status === live.status || isFine(checks, path, live.status)) return undefined;
  const cause = likelyCause(refusalOf(live));
  return `${statusText(live)}, while the candidate answers ${statusText(preview)} there. ${cause}`;
}
