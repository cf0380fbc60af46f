import type { BakeResult } from '../../checks/bake-series.ts';
import { counted } from '../../core/base/plural.ts';
import type { Verdict } from '../../core/checks/verdict.ts';
import { type RevisionServices, servicesText } from '../../core/kube/revision-services.ts';
import type { ProofResult } from '../../proof/proof-result.ts';
import { proofText } from '../../proof/proof-text.ts';
import type { Proof } from '../../state/outcome.ts';

/** Where visitors are after a switch to `side`, and how certain that is. */
export function servedBy(url: string, side: RevisionServices, proof: Proof): string {
  return `${url} is served by ${servicesText(side)} (revision ${side.revision}), ${assurance(proof)}.`;
}

function assurance(proof: Proof): string {
  if (proof === '') return 'and it was not checked whether it answers (proof: off)';
  return proof === 'none' ? 'as far as the status of answers can tell' : `proven by answers (${proof})`;
}

/** What is wrong where the route leads to `side`, and the proof of that failed; a sentence without its end. */
export function notProven(side: RevisionServices, result: ProofResult): string {
  return `the route names ${servicesText(side)}, but the live URLs do not answer from it: ${result.complaint ?? 'no answer'} (${proofText(result, side.revision)})`;
}

/** How many attempts of a bake failed, and how many showed nothing. */
export function bakeCounts({ failed, attempts, allowed, allowedEach, silent, busy }: BakeResult): string {
  const each = allowedEach < allowed ? `, at most ${allowedEach} of them at one place` : '';
  const silence = silent === 0 ? '' : `; ${silent} got no answer`;
  const later = busy === 0 ? '' : `; ${busy} ${busy === 1 ? 'was' : 'were'} asked to come back later`;
  return `${failed} of ${counted(attempts, 'attempt')} failed, with ${allowed} allowed${each}${silence}${later}`;
}

/** What is wrong where a bake failed, whatever its checks do; a sentence without its end. */
export function bakeFailed(result: BakeResult & { readonly verdict: keyof typeof BAKE_FAILED }): string {
  const { verdict, complaints } = result;
  const more = complaints.length > NAMED ? `; and ${complaints.length - NAMED} more` : '';
  return `${BAKE_FAILED[verdict]}: ${complaints.slice(0, NAMED).join('; ')}${more} (${bakeCounts(result)})`;
}

/** How many places are named where a bake failed. */
const NAMED = 3;

const BAKE_FAILED: Readonly<Record<Exclude<Verdict, 'proven'>, string>> = {
  bad: 'checks failed at green',
  lagging: 'checks were answered by something other than green',
  blind: 'some checks got no answer that shows anything',
};
