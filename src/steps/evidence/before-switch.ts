import type { Config } from '../../core/base/config.ts';
import { GreenpathError } from '../../core/base/error.ts';
import { stillDiffers } from '../../core/checks/difference.ts';
import { claims } from '../../core/checks/expect.ts';
import { foreignAnswer } from '../../core/checks/live-answers.ts';
import { routerRefusal } from '../../core/checks/refusal.ts';
import {
  type Measured,
  measure,
  type ProbeFacts,
  type VersionProbe,
  versionProbeFor,
} from '../../core/checks/version-probe.ts';
import type { Endpoints } from '../../proof/followed-endpoints.ts';
import { askedPlace, probe, probeRequests, type Seen } from '../../proof/probe.ts';
import { endpointText } from '../../proof/proof-text.ts';
import { asksForPatience } from '../../proof/see.ts';
import type { Places } from '../../state/endpoints.ts';
import type { ReleaseRecord } from '../../state/records.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { askPreview } from './ask-preview.ts';
import { unlessNamed } from './live-marks.ts';

/** How many answers of each side are compared right before a switch. */
const SAMPLES = 3;

/**
 * What the live version answers now, through each endpoint, at the path that will distinguish the candidate from it.
 * Undefined if nothing is live, or if no answer came.
 */
export async function measureLive(
  run: Run,
  config: Config,
  endpoints: Endpoints,
  revision: string,
): Promise<Measured | undefined> {
  if (revision === '' || config.proof === 'off') return undefined;
  const versionProbe = versionProbeFor(config, revision);
  return measuredIn(config, revision, versionProbe.path, await answersOf(run, versionProbe, endpoints));
}

/** How to distinguish the two sides of a switch, and what was measured of the live one. */
export interface ComparedVersions extends ProbeFacts {
  readonly versionProbe: VersionProbe;
}

/**
 * Requests every live URL and the preview with the probe that will judge the switch, before any write. Throws
 * `proof-impossible` if green does not answer, or if an answer at a live URL comes from neither version. `blue` is the
 * live revision, empty if nothing is live. `previewed` is false if a switch is only repeated, without a preview.
 * `resumes` is true if some of several routes name green already.
 */
export async function lookBeforeSwitch(
  run: Run,
  releaseRecord: ReleaseRecord,
  situation: Situation,
  places: Places,
  { blue, previewed, resumes }: { readonly blue: string; readonly previewed: boolean; readonly resumes: boolean },
): Promise<ComparedVersions> {
  const { config, stamp, release } = releaseRecord;
  const first = comparedBefore(releaseRecord);
  if (config.proof === 'off') {
    run.report.warning('proof is off: nothing will check whether visitors reach green');
    return first;
  }
  const live = blue === '' ? [] : await answersOf(run, first.versionProbe, places.live);
  if (blue !== '' && live.length === 0) run.report.warning(`The live version ${blue} gives no answer now`);
  const other = measuredIn(config, blue, first.versionProbe.path, live) ?? sameRevision(stamp?.live, blue);
  const preview = previewed ? await answersOf(run, first.versionProbe, places.preview) : [];
  const difference = previewed && !resumes ? differenceNow(run, first, live, preview) : first.difference;
  const versionProbe = versionProbeFor(config, release.revision, { difference, other });
  if (previewed) {
    await proveGreenAnswers(run, situation, config, versionProbe, places.preview);
    refuseForeign(releaseRecord, blue, live, preview);
  }
  return { versionProbe: unlessNamed(run, config, situation, release.revision, versionProbe), difference, other };
}

/** What was measured of a version says nothing about the version that replaced it. */
function sameRevision(measured: Measured | undefined, revision: string): Measured | undefined {
  return measured?.revision === revision ? measured : undefined;
}

/** How to distinguish the sides by what verify measured, if nothing can be measured any more. */
export function comparedBefore({ config, release, stamp }: ReleaseRecord): ComparedVersions {
  const sides = { difference: stamp?.difference, other: stamp?.live };
  return { ...sides, versionProbe: versionProbeFor(config, release.revision, sides) };
}

/** What still holds of the difference that verify measured. A live version that gives no answer contradicts nothing. */
function differenceNow(run: Run, { difference }: ComparedVersions, live: readonly Seen[], preview: readonly Seen[]) {
  if (difference === undefined || live.length === 0) return difference;
  const answers = (seen: readonly Seen[]) => seen.map((one) => one.reply);
  const now = stillDiffers(difference, { blue: answers(live), green: answers(preview) });
  if (now === undefined)
    run.report.warning(
      'The difference that verify found between the answers of the two versions is gone: promote will only check that answers are successes or expected (proof: none). Set identity in the config.',
    );
  return now;
}

/** Complete answers through each endpoint, enough to compare; one that only limits the rate shows nothing. */
async function answersOf(run: Run, versionProbe: VersionProbe, endpoints: Endpoints): Promise<Seen[]> {
  const now = await endpoints.lookUp(run.waiting);
  const seen = await Promise.all(
    probeRequests(now, versionProbe.path, versionProbe.anywhere).map(async (request) => {
      const own: Seen[] = [];
      for (let count = 0; count < SAMPLES; count += 1) {
        const reply = await probe(request.endpoint, request.path, versionProbe.timeout, run.waiting);
        if ('error' in reply || asksForPatience(reply)) break;
        own.push({ request, reply });
      }
      return own;
    }),
  );
  return seen.flat();
}

/** What the live version's answers show of it; answers of another version that is partly live are left out. */
function measuredIn(config: Config, revision: string, path: string, seen: readonly Seen[]): Measured | undefined {
  const { identity } = config;
  const own = identity === undefined ? [] : seen.filter(({ reply }) => claims(identity, reply, revision));
  const answers = (own.length > 0 ? own : seen.filter(isOfVersion)).map(({ reply }) => reply);
  return answers.length === 0 ? undefined : measure(identity, revision, path, answers);
}

/** A redirect to TLS says only that TLS is required, and nothing about the version behind it. */
function isOfVersion({ request: { endpoint }, reply }: Seen): boolean {
  return routerRefusal(reply, endpoint.tls ? undefined : endpoint.host) !== 'tls';
}

function refuseForeign(
  { config, stamp, release }: ReleaseRecord,
  revision: string,
  live: readonly Seen[],
  preview: readonly Seen[],
): void {
  for (const { request, reply } of live) {
    const previewed = preview.find((one) => askedPlace(one.request) === askedPlace(request))?.reply;
    const { path } = request;
    const before = {
      path,
      live: reply,
      preview: previewed,
      revision,
      candidate: release.revision,
      measured: stamp?.live,
    };
    const why = foreignAnswer(config, before);
    if (why === undefined) continue;
    throw new GreenpathError(
      'proof-impossible',
      `${endpointText(request.endpoint, request.path)} is answered by neither version, so a switch could not be proven there: ${why}`,
      'Set a path in the config that the application itself answers (identity.path, or the first check), or remove what answers instead; `proof: off` skips the proof, with a warning.',
    );
  }
}

/**
 * One good answer through every endpoint right before the switch: the data path to green works, and the runner can
 * reach it.
 */
async function proveGreenAnswers(
  run: Run,
  situation: Situation,
  config: Config,
  versionProbe: VersionProbe,
  endpoints: Endpoints,
): Promise<void> {
  if (config.proof === 'off') return;
  await askPreview(
    run,
    { situation, config, endpoints, versionProbe },
    { answers: 1, least: 0, settleTime: 0, within: Math.min(5_000, config.proof.within) },
    {
      code: 'proof-impossible',
      what: 'green does not answer through the proxy now, so a switch could not be proven',
      next: 'Check that the runner reaches the proxy (input addresses) and that green still answers; `proof: off` in the config skips the proof, with a warning.',
    },
  );
}
