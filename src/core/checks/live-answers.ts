import type { Config } from '../base/config.ts';
import { type Answered, claims, isFine, isSuccess, saidBy, statusText } from './expect.ts';
import { likelyCause, routerRefusal } from './refusal.ts';
import type { Measured } from './version-probe.ts';

/** Answers to one path right before a switch: at the live URL, and from the candidate's preview. */
export interface LiveAnswers {
  readonly path: string;
  readonly live: Answered;
  /** Undefined if there is no preview, since a switch is only repeated. */
  readonly preview: Answered | undefined;
  /** The live revision, and the one that is about to be: some of several routes may name the latter already. */
  readonly revision: string;
  readonly candidate: string;
  /** What it answered when the candidate was verified. */
  readonly measured: Measured | undefined;
}

/**
 * Why a switch could not be proven at the live URL: neither version gives its answer, so the answer would stay the same
 * after the switch. Undefined if a version may have given it. A 5xx may be the reason for the release, a 404 may be a
 * path that is new in it, and a status that a check of the path expects is right whoever gives it.
 */
export function foreignAnswer(
  { identity, checks }: Pick<Config, 'identity' | 'checks'>,
  before: LiveAnswers,
): string | undefined {
  const { path, live, preview, revision, candidate, measured } = before;
  if (live.status >= 500 || live.status === 404) return undefined;
  // A router marks what it answers by itself too.
  const isNamed = identity !== undefined && (isSuccess(live.status) || !('router' in identity));
  if (isNamed && saidBy(identity, live) !== undefined) return undefined;
  if (isNamed && [revision, candidate].some((one) => claims(identity, live, one))) return undefined;
  const saysNothingNow = identity !== undefined && measured?.revision === revision && !measured.says.includes('');
  if (isSuccess(live.status))
    return saysNothingNow
      ? `${statusText(live)}, and it does not name its revision, although it did when the candidate was verified. ${likelyCause(undefined)}`
      : undefined;
  if (preview === undefined || preview.status === live.status || isFine(checks, path, live.status)) return undefined;
  const cause = likelyCause(routerRefusal(live));
  return `${statusText(live)}, while the candidate answers ${statusText(preview)} there. ${cause}`;
}
