import type { ProofResult } from '../../src/proof/proof-result.ts';

/** What a proof saw: one answer by green, and else what is given. */
export function proofResult(more: Partial<ProofResult>): ProofResult {
  return {
    verdict: 'proven',
    faded: false,
    asked: 1,
    seen: { green: 1, blue: 0, unknown: 0, bad: 0, silent: 0 },
    lastOther: undefined,
    complaint: undefined,
    refused: undefined,
    ...more,
  };
}
