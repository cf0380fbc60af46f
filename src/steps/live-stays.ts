import { GreenpathError } from '../core/base/error.ts';
import { headerText } from '../core/base/preview-kind.ts';
import { claims } from '../core/checks/expect.ts';
import { versionProbeFor } from '../core/checks/version-probe.ts';
import type { OfferedService } from '../core/kube/counterpart.ts';
import { probe, probeRequests } from '../proof/probe.ts';
import { endpointText } from '../proof/proof-text.ts';
import { endpointsFor } from '../state/endpoints.ts';
import type { Run } from '../state/run.ts';
import type { Situation } from '../state/situation.ts';
import { closeDoors } from './parking-look.ts';

/** How often each live URL is requested: a router that has two routes for one path may use them in turns. */
const TIMES = 4;

/**
 * Requests the live URLs as visitors do, while only a header leads to the candidate. Throws `preview-side-effect` if the
 * candidate says by its identity that it answered: then the router does not read the header, and preview and parking
 * are removed.
 */
export async function refuseLeak(
  run: Run,
  situation: Situation,
  counterparts: readonly OfferedService[],
): Promise<void> {
  const { config, revision } = run.inputs;
  const { identity } = config;
  const { previewKind } = situation;
  if (previewKind.by !== 'header' || identity === undefined || config.proof === 'off') return;
  const { path, anywhere, timeout } = versionProbeFor(config, revision);
  const asked = probeRequests((await endpointsFor(run, situation)).now, path, anywhere);
  const replies = await Promise.all(
    Array.from({ length: TIMES }, () => asked)
      .flat()
      .map(async (request) => ({ request, reply: await probe(request.endpoint, request.path, timeout, run.waiting) })),
  );
  const leak = replies.find(({ reply }) => !('error' in reply) && claims(identity, reply, revision));
  if (leak === undefined) return;
  await closeDoors(run, situation, counterparts, config);
  throw new GreenpathError(
    'preview-side-effect',
    `${endpointText(leak.request.endpoint, leak.request.path)} was answered by ${revision}, although the request had no header ${headerText(previewKind)}: the router sends visitors to the preview. Preview and parking were removed`,
    'Choose another kind of preview in the config: {path: /green}, or {host: green.example.com}.',
  );
}
