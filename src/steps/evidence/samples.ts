import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../core/base/config.ts';
import { GreenpathError } from '../../core/base/error.ts';
import { ANSWERS_APART } from '../../core/checks/answers-apart.ts';
import {
  asksGreenFirst,
  Contrast,
  type Difference,
  differenceText,
  ENOUGH,
  wasSuccess,
} from '../../core/checks/difference.ts';
import { probePaths } from '../../core/checks/expect.ts';
import type { Endpoints } from '../../proof/followed-endpoints.ts';
import { probe, probeRequests, type Seen } from '../../proof/probe.ts';
import { asksForPatience } from '../../proof/see.ts';
import type { Places } from '../../state/endpoints.ts';
import type { ReleaseRecord } from '../../state/records.ts';
import type { Run } from '../../state/run.ts';

/** On how many paths a difference is searched. */
const PATHS = 5;
const TIMEOUT = 5_000;
/** How often both sides are requested in quick succession at most, and the pause between, in milliseconds. */
const BURST = 2 * ENOUGH;
const PAUSE = 100;
/** How often they are requested at most for the last answers. */
const LATER = 3;

/** Collects answers of both sides over time, to find what distinguishes them. */
export class Samples {
  readonly #run: Run;
  readonly #recorded: ReleaseRecord;
  readonly #places: Places;
  readonly #onPreview: ((seen: Seen) => void) | undefined;
  readonly #contrasts: ReadonlyMap<string, Contrast>;
  #rounds = 0;
  #last = Number.NEGATIVE_INFINITY;

  /** `onPreview` is told of each answer at the preview. */
  constructor(run: Run, releaseRecord: ReleaseRecord, places: Places, onPreview?: (seen: Seen) => void) {
    this.#run = run;
    this.#recorded = releaseRecord;
    this.#places = places;
    this.#onPreview = onPreview;
    const named = placeNames(places);
    this.#contrasts = new Map(pathsOf(releaseRecord.config).map((path) => [path, new Contrast(named)]));
  }

  /** Requests each path once from each side, as far as it may still show a difference. */
  async take(): Promise<void> {
    await this.#pause(ANSWERS_APART);
    for (const [path, contrast] of this.#contrasts) if (contrast.isOpen) await this.#compare(path, contrast);
    this.#last = performance.now();
  }

  /** What distinguishes the sides in all answers; requests as many answers as that needs. */
  async difference(): Promise<Difference | undefined> {
    await this.take();
    const { unpreviewed: known = [] } = this.#recorded.release;
    for (const [path, contrast] of this.#contrasts) {
      const before = known.filter((one) => one.path === path).map((one) => one.answer);
      if (contrast.difference(path, before) === undefined) continue;
      await this.#confirm(path, contrast);
      const found = contrast.answers < ENOUGH ? undefined : contrast.difference(path, before);
      if (found === undefined) continue;
      const { blue, green } = contrast.examples;
      const such =
        green === undefined ? '' : `, such as "${green}"${blue === undefined ? '' : ` where blue has "${blue}"`}`;
      this.#run.report.line(
        `Green's answers differ from blue's in ${differenceText(found)}${such}. That was so in all of ${found.answers} answers of each; promote will recognise green by it`,
      );
      return found;
    }
    return undefined;
  }

  /** Requests one path until there are enough answers, the last of them some time after the others. */
  async #confirm(path: string, contrast: Contrast): Promise<void> {
    const wants = (answers: number) => contrast.isOpen && contrast.answers < answers;
    let pause = 0;
    for (let left = BURST; left > 0 && wants(ENOUGH - 1); left -= 1) {
      await this.#pause(pause);
      pause = (await this.#compare(path, contrast)) ? ANSWERS_APART : PAUSE;
    }
    for (let left = LATER; contrast.isOpen && (left === LATER || (left > 0 && wants(ENOUGH))); left -= 1) {
      await this.#pause(ANSWERS_APART);
      await this.#compare(path, contrast);
    }
  }

  /** Waits until some time has passed since the last requests. */
  #pause(ms: number): Promise<void> {
    const left = Math.max(0, this.#last + ms - performance.now());
    return delay(left, undefined, { signal: this.#run.waiting });
  }

  /** Requests a path from both sides; whether the router limits the rate. */
  async #compare(path: string, contrast: Contrast): Promise<boolean> {
    const { live, preview } = this.#places;
    const sides = [
      ['blue', live],
      ['green', preview],
    ] as const;
    const order = asksGreenFirst(this.#rounds) ? sides.toReversed() : sides;
    this.#rounds += 1;
    const seen: Record<'blue' | 'green', Seen[]> = { blue: [], green: [] };
    for (const [side, endpoints] of order) seen[side] = await askAll(this.#run, endpoints, path);
    if (this.#onPreview !== undefined) seen.green.forEach(this.#onPreview);
    this.#last = performance.now();
    const isBusy = [...seen.blue, ...seen.green].some(({ reply }) => asksForPatience(reply));
    const shown = (side: readonly Seen[]) => side.flatMap(({ reply }) => (asksForPatience(reply) ? [] : [reply]));
    contrast.add({ blue: shown(seen.blue), green: shown(seen.green) });
    return isBusy;
  }
}

/** What names where answers were requested: an application may print it. */
export function placeNames(places: Places): string[] {
  const [live, preview] = [places.live.current, places.preview.current];
  const own = preview.flatMap(({ prefix, header }) => [prefix, header]);
  const hosts = preview.flatMap((one) => (one.host === one.live ? [] : [one.host, one.live]));
  return [...new Set([...own, ...hosts, ...(hosts.length > 0 ? live.map(({ host }) => host) : [])])].filter(Boolean);
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
  if (difference !== undefined) return difference;
  if ((release.unpreviewed ?? []).some(wasSuccess))
    throw new GreenpathError(
      'proof-impossible',
      `nothing shows that the answers at the preview are green's: its paths were answered with 2xx before there was a preview, and nothing in the answers distinguishes the two versions`,
      'Set identity in the config, so that answers say which version gave them, and run deploy-green again.',
    );
  run.report.warning(
    `Nothing distinguishes green's answers from blue's (requested: GET ${probePaths(config.checks).join(', ')}): promote will only check that answers are successes or expected (proof: none). Set identity in the config.`,
  );
  return undefined;
}

/** The paths on which a difference is searched. */
export function pathsOf({ checks }: Config): string[] {
  return probePaths(checks).slice(0, PATHS);
}

/** The answers through every address; none where none came. */
export async function askAll(run: Run, endpoints: Endpoints, path: string): Promise<Seen[]> {
  const now = await endpoints.lookUp(run.waiting);
  const seen = await Promise.all(
    probeRequests(now, path).map(async (request) => {
      const reply = await probe(request.endpoint, path, TIMEOUT, run.waiting);
      return 'error' in reply ? [] : [{ request, reply }];
    }),
  );
  return seen.flat();
}
