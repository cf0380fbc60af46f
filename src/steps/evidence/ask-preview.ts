import type { Config } from '../../core/base/config.ts';
import { type ErrorCode, GreenpathError } from '../../core/base/error.ts';
import type { VersionProbe } from '../../core/checks/version-probe.ts';
import type { Endpoints } from '../../proof/followed-endpoints.ts';
import { type ProofRequest, prove } from '../../proof/proof.ts';
import type { ProofResult } from '../../proof/proof-result.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { whyUnanswered } from './preview-failure.ts';
import { troublesOf } from './route-reports.ts';

/** The preview of a candidate, and how its answers are distinguished from others. */
interface AskedPreview {
  readonly situation: Situation;
  readonly config: Config;
  /** Those of the preview. */
  readonly endpoints: Endpoints;
  readonly versionProbe: VersionProbe;
}

/** How a preview that does not answer is reported: `next` applies if nothing kept this run from the application. */
interface PreviewError {
  readonly code: ErrorCode;
  readonly what: string;
  readonly next: string;
}

/** Requests the preview until it answers from the candidate; throws `error` with the reason if it does not. */
export async function askPreview(
  run: Run,
  { situation, config, endpoints, versionProbe }: AskedPreview,
  wanted: Pick<ProofRequest, 'answers' | 'least' | 'settleTime' | 'within' | 'accepted'>,
  error: PreviewError,
): Promise<ProofResult> {
  const request = { endpoints, versionProbe, ...wanted, since: performance.now(), condemns: false };
  const result = await prove(request, run.waiting);
  if (result.verdict === 'proven') return result;
  const { why, next } = whyUnanswered(situation, config, result, error.next);
  const troubles = (await troublesOf(run, situation)).map((text) => `. ${text}`).join('');
  throw new GreenpathError(error.code, `${error.what}: ${why}${troubles}`, next);
}
