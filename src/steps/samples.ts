import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../core/base/config.ts';
import { digest } from '../core/base/digest.ts';
import { GreenpathError } from '../core/base/error.ts';
import { besideKind } from '../core/base/preview-kind.ts';
import {
  type Difference,
  findDifference,
  fingerprint,
  type Unpreviewed,
  wasSuccess,
} from '../core/checks/difference.ts';
import { isFine, probePaths } from '../core/checks/expect.ts';
import { type Answer, probe, probeRequests } from '../proof/probe.ts';
import type { Endpoints } from '../proof/ways.ts';
import { type Places, placesFor } from '../state/endpoints.ts';
import { shownServices } from '../state/preview-state.ts';
import type { ReleaseRecord } from '../state/records.ts';
import type { Run } from '../state/run.ts';
import type { Situation } from '../state/situation.ts';

/**
 * How often both sides are requested, and the least time between, in milliseconds: a clock on a page changes within
 * that.
 */
const ROUNDS = 3;
const APART = 1_100;
/** On how many paths a difference is searched. */
const PATHS = 5;
const TIMEOUT = 5_000;

/** Collects answers of both sides over time, to find what distinguishes them. */
export class Samples {
  readonly #run: Run;
  readonly #recorded: ReleaseRecord;
  readonly #places: Places;
  readonly #paths: readonly string[];
  readonly #blue = new Map<string, Answer[]>();
  readonly #green = new Map<string, Answer[]>();
  #rounds = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor(run: Run, releaseRecord: ReleaseRecord, places: Places) {
    this.#run = run;
    this.#recorded = releaseRecord;
    this.#places = places;
    this.#paths = pathsOf(releaseRecord.config);
  }

  /** Requests each path once from each side. */
  async take(): Promise<void> {
    await delay(Math.max(0, this.#last + APART - performance.now()), undefined, { signal: this.#run.waiting });
    for (const path of this.#paths) {
      for (const [side, endpoints] of [
        [this.#blue, this.#places.live],
        [this.#green, this.#places.preview],
      ] as const)
        side.set(path, [...(side.get(path) ?? []), ...(await askAll(this.#run, endpoints, path))]);
    }
    this.#rounds += 1;
    this.#last = performance.now();
  }

  /** What distinguishes the sides in all answers; requests as many answers as it needs. */
  async difference(): Promise<Difference | undefined> {
    while (this.#rounds < ROUNDS) await this.take();
    const { unpreviewed = [] } = this.#recorded.release;
    for (const path of this.#paths) {
      const [blue, green] = [this.#blue.get(path) ?? [], this.#green.get(path) ?? []];
      const before = unpreviewed.filter((one) => one.path === path).map((one) => one.answer);
      const found = findDifference({ path, blue, green, before }, digest);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/**
 * What distinguishes blue's answers from green's, for the proof after the switch, if the application does not name its
 * revision. Throws `proof-impossible` if nothing does and the preview's paths were answered before there was a preview.
 */
export async function differenceOf(
  run: Run,
  { config, release }: ReleaseRecord,
  samples: Samples,
): Promise<Difference | undefined> {
  if (config.proof === 'off') return undefined;
  const difference = await samples.difference();
  if (difference !== undefined) {
    const names = difference.features.map(({ feature }) => feature).join(', ');
    run.report.line(
      `Blue and green differ in ${names} of GET ${difference.path}; promote will distinguish them by that`,
    );
    return difference;
  }
  if ((release.unpreviewed ?? []).some(wasSuccess))
    throw new GreenpathError(
      'proof-impossible',
      `nothing shows that the answers at the preview are green's: its paths were answered with 2xx before there was a preview, and no feature of the answers distinguishes the two versions`,
      'Set identity in the config, so that answers say which version gave them, and run deploy-green again.',
    );
  run.report.warning(
    `Nothing distinguishes green's answers from blue's (requested: GET ${probePaths(config.checks).join(', ')}): promote will only check that answers are successes or expected (proof: none). Set identity in the config.`,
  );
  return undefined;
}

/**
 * The acceptable answers at the preview's paths while there was no preview: there such an answer does not show that
 * green gave it. Answers requested for an earlier deployment of the candidate count, unless the config has changed.
 */
export async function unpreviewedBy(
  run: Run,
  situation: Situation,
  before: ReleaseRecord | undefined,
): Promise<readonly Unpreviewed[]> {
  const known = before?.release.unpreviewed;
  if (known === undefined) return askUnpreviewed(run, situation);
  const isSame = isDeepStrictEqual(before?.release.config, run.inputs.rawConfig);
  return isSame ? known : [...known, ...(await askUnpreviewed(run, situation))];
}

/** If there is a preview already, a place beside it is requested. Only needed if answers do not name their version. */
async function askUnpreviewed(run: Run, situation: Situation): Promise<readonly Unpreviewed[]> {
  const { config } = run.inputs;
  if (config.identity !== undefined || config.proof === 'off') return [];
  const unguessable = randomBytes(8).toString('hex');
  const isThere = shownServices(situation).length > 0;
  const kind = isThere ? besideKind(situation.previewKind, unguessable) : situation.previewKind;
  const { preview } = await placesFor(run, { ...situation, previewKind: kind });
  const found = await Promise.all(
    [...pathsOf(config), `/${unguessable}`].map(async (path) => {
      const answers = await askAll(run, preview, path);
      return answers.map((answer) => ({ path, answer: fingerprint(answer, digest), status: answer.status }));
    }),
  );
  return found.flatMap((all) =>
    all.filter(({ path, status }) => isFine(config.checks, path, status)).map(({ path, answer }) => ({ path, answer })),
  );
}

function pathsOf({ checks }: Config): string[] {
  return probePaths(checks).slice(0, PATHS);
}

async function askAll(run: Run, endpoints: Endpoints, path: string): Promise<Answer[]> {
  const now = await endpoints.again(run.waiting);
  const replies = await Promise.all(
    probeRequests(now, path).map(({ endpoint }) => probe(endpoint, path, TIMEOUT, run.waiting)),
  );
  return replies.flatMap((reply) => ('error' in reply ? [] : [reply]));
}
