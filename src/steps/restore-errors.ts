import { type ErrorCode, GreenpathError } from '../core/base/error.ts';
import { type RevisionServices, servicesText } from '../core/kube/revision-services.ts';
import { WITHOUT_PROOF } from '../core/release/unfinished-switch.ts';
import type { Canary } from '../routes/adapter.ts';
import { becauseOf } from './canary.ts';
import type { Proven } from './switch.ts';

/** How a promotion ends that failed after its switch: where visitors are, and why. */
export interface Ending {
  readonly visitors: string;
  readonly error: GreenpathError;
}

/** Too little came to say anything, and visitors stay where the switch led them. */
export function stayedBlind(what: string, green: RevisionServices, url: string): Ending {
  const visitors = `${url} is routed to ${servicesText(green)} (revision ${green.revision}), and too few answers reach this run to say what visitors get.`;
  const error = new GreenpathError(
    'runner-blind',
    `${what}. That does not show what visitors get, so nothing was switched back`,
    'Check that the runner reaches the proxy (input addresses), look at the live URL yourself, then run promote again to prove it, or rollback.',
  );
  return { visitors, error };
}

/** Answers are still not green's, and the config says to stay. */
export function stayedBehind(what: string, canary: Canary | undefined): GreenpathError {
  const look =
    canary === undefined
      ? 'Look at the proxy, which may not have taken over the route, and at what may answer in front of green'
      : canary.end;
  return new GreenpathError(
    'proxy-lags',
    `${what}${becauseOf(canary)}. The config says to stay (proof.lagging)`,
    `${look}. Run promote again to prove it, or rollback.`,
  );
}

/** What went wrong, between which sides, and how going back ended. */
interface Back {
  readonly what: string;
  /** The live URL. */
  readonly url: string;
  readonly green: RevisionServices;
  readonly blue: RevisionServices;
  /** Undefined if nobody looked. */
  readonly proof: Proven | undefined;
  /** The one that may have given answers that are not of either side. */
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
  if (isOpen) return `Look at the live URLs, then run rollback to prove that visitors are back. ${WITHOUT_PROOF}`;
  if (canary !== undefined) return `${canary.end}, then verify and promote again.`;
  return code === 'green-failed'
    ? `Look at green (${servicesText(green)}), which still runs below the preview. It has to be verified again before it can be promoted; reject removes it.`
    : 'Look at the proxy, which may not have taken over the route in time, and at what may answer in front of green. Then verify and promote again.';
}

/** The end of a sentence that says that visitors are back: how sure that is, and what speaks against it. */
function sureness(proof: Proven | undefined): { sure: string; doubt: string } {
  if (proof === undefined) return { sure: ', and nobody looked (proof: off)', doubt: '' };
  if (proof.verdict !== 'proven')
    return { sure: ', and that is not proven', doubt: `: ${proof.complaint ?? 'no answer'}` };
  return { sure: proof.proof === 'none' ? ', as far as the status of answers can tell' : '', doubt: '' };
}
