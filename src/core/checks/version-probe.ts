import type { Config, Identity } from '../base/config.ts';
import { differenceCertainty, identityCertainty, LIKE_BEFORE, type ProofKind, UNKNOWN_WHO } from './certainty.ts';
import { type Difference, isOfHosts, reversed, whoAnswered } from './difference.ts';
import { type Answered, claims, expectedAt, isFine, isSuccess, probePaths, saidBy, type Who } from './expect.ts';
import { isRefusing } from './refusal.ts';

/** How to distinguish versions: which path to request, and who gave an answer. */
export interface VersionProbe {
  readonly proof: ProofKind;
  /** How sure it is that an answer that it judges is of the version: `certain: …`, `likely: …` or `not known: …`. */
  readonly certainty: string;
  readonly path: string;
  /** Whether answers at every path of the app show their version, or only those at `path`. */
  readonly anywhere: boolean;
  /** Whether what distinguishes the versions may change by itself, as the content of a page does. */
  readonly fades: boolean;
  /** Whether green's answers may look like blue's where visitors are. */
  readonly mistakesBlue: boolean;
  /** How long an answer may take, in milliseconds. */
  readonly timeout: number;
  /** The fewest answers in a row that prove anything, if one of them is weak evidence. */
  readonly fewest?: number;
  judge(answer: Answered): Who;
}

/** What one version answered at `path`, to recognise it later. */
export interface Measured {
  readonly revision: string;
  readonly path: string;
  readonly statuses: readonly number[];
  /** The revisions that its answers named, by the config's identity; an empty text means none. */
  readonly says: readonly string[];
}

/** What is known of the two sides of a switch besides the config. */
export interface ProbeFacts {
  /** The difference that verify measured, as far as it still holds. */
  readonly difference?: Difference | undefined;
  /** What the other side answered. */
  readonly other?: Measured | undefined;
  /** The statuses that the awaited side gave while it was live. */
  readonly usual?: readonly number[] | undefined;
}

/** The default timeout of an answer, in milliseconds, unless a check of the path allows more. */
const TIMEOUT = 5_000;

/**
 * The fewest answers in a row that prove what only the router names: around a switch, one router was seen to stamp the
 * wrong version on single answers.
 */
const FEWEST_OF_ROUTER = 5;

/** The best probe for `revision`: what the user configured, else the measured difference, else none. */
export function versionProbeFor(config: Config, revision: string, sides: ProbeFacts = {}): VersionProbe {
  const { difference, other, usual = [] } = sides;
  const { identity, checks } = config;
  const path = identity?.path ?? difference?.path ?? probePaths(checks)[0] ?? '/';
  const expected = (status: number) => isFine(checks, path, status) || usual.includes(status);
  const timeout = Math.max(TIMEOUT, ...expectedAt(checks, path).map((one) => one.timeout));
  const common = { path, anywhere: false, fades: false, mistakesBlue: false, timeout };
  if (identity !== undefined) {
    const wasGiven = (status: number) => other?.path === path && other.statuses.includes(status);
    const judge = (answer: Answered) => byIdentity(identity, revision, answer, { other, expected, wasGiven });
    return {
      ...common,
      proof: 'identity',
      certainty: identityCertainty(identity),
      anywhere: 'header' in identity,
      ...('router' in identity ? { fewest: FEWEST_OF_ROUTER } : {}),
      judge,
    };
  }
  const orUnknown = ({ status }: Answered): Who => (expected(status) ? 'unknown' : 'bad');
  if (difference === undefined) return { ...common, proof: 'none', certainty: UNKNOWN_WHO, judge: orUnknown };
  // The router's own answers, and errors of either version, are neither's.
  const judge = (answer: Answered) =>
    (expected(answer.status) ? whoAnswered(difference, answer) : undefined) ?? orUnknown(answer);
  const doubts = { fades: true, mistakesBlue: isOfHosts(difference) };
  return { ...common, ...doubts, proof: 'difference', certainty: differenceCertainty(difference), judge };
}

/** A switch back: the revision to go to, the one to leave, and what is known of the former. */
interface RollbackFacts {
  readonly to: string;
  readonly left: string;
  /** Whether the config is the one that `to` was released with. */
  readonly recorded: boolean;
  /** What `to` answered while it was live. */
  readonly measured?: Measured | undefined;
  /** What distinguished `to` (blue) from `left` (green). */
  readonly difference?: Difference | undefined;
}

/**
 * The best probe for a rollback. A version is recognised by its own identity, or by what was measured of it before
 * visitors were moved off it. Without either, nothing distinguishes it from any other answer.
 */
export function rollbackProbe(config: Config, way: RollbackFacts): VersionProbe {
  const { to, left, measured } = way;
  const { identity } = config;
  const path = identity?.path ?? way.difference?.path ?? measured?.path ?? '/';
  const sides = { other: { revision: left, path, statuses: [], says: [left] }, usual: measured?.statuses };
  // The switch itself makes the router name `to`.
  const isNamed = identity !== undefined && ('router' in identity || way.recorded || measured?.says.includes(to));
  if (isNamed) return versionProbeFor(config, to, sides);
  if (identity !== undefined && measured !== undefined) return byMeasured({ ...config, identity }, measured, left);
  const difference = way.difference && reversed(way.difference);
  return versionProbeFor({ ...config, identity: undefined }, to, { ...sides, difference });
}

/** A version that does not name itself gives the same answers as before, and none that names `left`. */
function byMeasured(
  { identity, checks }: Pick<Config, 'checks'> & { readonly identity: Identity },
  measured: Measured,
  left: string,
): VersionProbe {
  const { path } = measured;
  const judge = (answer: Answered): Who => {
    if (claims(identity, answer, left)) return answer.status >= 500 ? 'bad' : 'blue';
    const isLike = measured.statuses.includes(answer.status) && measured.says.includes(saidBy(identity, answer) ?? '');
    return isLike ? 'green' : isFine(checks, path, answer.status) ? 'unknown' : 'bad';
  };
  const common = { path, anywhere: 'header' in identity, fades: false, mistakesBlue: false, timeout: TIMEOUT };
  return { ...common, proof: 'difference', certainty: LIKE_BEFORE, judge };
}

/** What these answers to `path` show of `revision`, which gave them. */
export function measure(
  identity: Identity | undefined,
  revision: string,
  path: string,
  answers: readonly Answered[],
): Measured {
  const says = answers.map((answer) => {
    if (identity === undefined) return '';
    return saidBy(identity, answer) ?? (claims(identity, answer, revision) ? revision : '');
  });
  const statuses = answers.map(({ status }) => status).filter((status) => status < 500);
  return { revision, path, statuses: [...new Set(statuses)], says: [...new Set(says)] };
}

/**
 * The other side, and the statuses that are acceptable for visitors: expected ones, and those that the other side gave.
 */
interface Statuses {
  readonly other: Measured | undefined;
  expected(status: number): boolean;
  wasGiven(status: number): boolean;
}

function byIdentity(
  identity: Identity,
  revision: string,
  answer: Answered,
  { other, expected, wasGiven }: Statuses,
): Who {
  const { status } = answer;
  const redirects = status >= 300 && status < 400;
  if (claims(identity, answer, revision)) {
    // The router marks what it answers by itself too: its errors, its redirects, its logins.
    if ('router' in identity) return isSuccess(status) ? 'green' : expected(status) ? 'unknown' : 'bad';
    return expected(status) || wasGiven(status) || redirects ? 'green' : 'bad';
  }
  if (status >= 500 && !expected(status)) return 'bad';
  const said = saidBy(identity, answer);
  if (said !== undefined || (other !== undefined && claims(identity, answer, other.revision))) return 'blue';
  // A version from before Greenpath may not name itself: it is recognised by its earlier answers. A refusal may be the
  // router's own, whatever version is behind it.
  const isLike = wasGiven(status) && other?.says.includes('') === true;
  if (isLike && !isRefusing(answer)) return 'blue';
  return isLike || expected(status) ? 'unknown' : 'bad';
}
