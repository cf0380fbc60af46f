import { type ErrorCode, GreenpathError } from '../../core/base/error.ts';
import { type RevisionServices, servicesText } from '../../core/kube/revision-services.ts';
import { WITHOUT_PROOF } from '../../core/release/unfinished-switch.ts';
import type { Canary } from '../../routes/canary.ts';
import { becauseOf } from '../evidence/canary.ts';
import type { Proven } from './switch.ts';

/** How a promotion ends that failed after its switch: where visitors are, and why. */
export interface Ending {
  readonly visitors: string;
  readonly error: GreenpathError;
}

/** What was seen does not decide anything, and visitors stay where the switch moved them. */
export function stayedBlind(what: string, green: RevisionServices, url: string): Ending {
  const visitors = `${url} is routed to ${servicesText(green)} (revision ${green.revision}), and what this run could see does not show what visitors get.`;
  const error = new GreenpathError(
    'runner-blind',
    `${what}. That does not show what visitors get, so nothing was switched back`,
    'Check that the runner reaches what got no answer (the proxy: input addresses), open the live URL yourself, then run promote again to prove it, or rollback.',
  );
  return { visitors, error };
}

/** Answers are still not green's, and the config says to stay. */
export function stayedBehind(what: string, canary: Canary | undefined): GreenpathError {
  const look =
    canary === undefined
      ? 'Check the proxy, which may not have applied the route, and what may answer in front of green'
      : canary.end;
  return new GreenpathError(
    'proxy-lags',
    `${what}${becauseOf(canary)}. The config says to stay (proof.lagging)`,
    `${look}. Run promote again to prove it, or rollback.`,
  );
}

/** What went wrong, the two sides, and how the switch back ended. */
interface Back {
  readonly what: string;
  /** The live URL. */
  readonly url: string;
  readonly green: RevisionServices;
  readonly blue: RevisionServices;
  /** Undefined if there was no proof. */
  readonly proof: Proven | undefined;
  /** The canary that may have given answers of neither side. */
  readonly canary: Canary | undefined;
}

/** Visitors were switched back to blue. */
export function wentBack(code: ErrorCode, back: Back): Ending {
  const { what, blue, url } = back;
  const { sure, doubt } = sureness(back.proof);
  const visitors = `${url} is served by ${servicesText(blue)} (revision ${blue.revision}) again${sure}; green still runs and is not live.`;
  const error = new GreenpathError(
    code,
    `${what}${becauseOf(back.canary)}. Visitors were switched back to ${blue.revision}${sure}${doubt}`,
    nextAfter(code, back),
  );
  return { visitors, error };
}

function nextAfter(code: ErrorCode, { green, proof, canary }: Back): string {
  const isOpen = proof !== undefined && proof.verdict !== 'proven';
  if (isOpen && canary !== undefined)
    return `${canary.end}, then run rollback to prove that visitors are back; then verify and promote again.`;
  if (isOpen) return `Check the live URLs, then run rollback to prove that visitors are back. ${WITHOUT_PROOF}`;
  if (canary !== undefined) return `${canary.end}, then verify and promote again.`;
  return code === 'green-failed'
    ? `Check green (${servicesText(green)}), which still runs below the preview. It must be verified again before it can be promoted; reject removes it.`
    : 'Check the proxy, which may not have applied the route in time, and what may answer in front of green. Then verify and promote again.';
}

/** The end of a sentence that says that visitors are back: how certain that is, and the evidence against it. */
function sureness(proof: Proven | undefined): { sure: string; doubt: string } {
  if (proof === undefined) return { sure: ', and nothing was checked (proof: off)', doubt: '' };
  if (proof.verdict !== 'proven')
    return { sure: ', and that is not proven', doubt: `: ${proof.complaint ?? 'no answer'}` };
  return { sure: proof.proof === 'none' ? ', as far as the status of answers can tell' : '', doubt: '' };
}
