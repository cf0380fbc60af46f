import { type RevisionServices, servicesText } from '../core/kube/revision-services.ts';
import type { ProofResult } from '../proof/proof-result.ts';
import { proofText } from '../proof/proof-text.ts';
import type { Proof } from '../state/outcome.ts';

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
