import type { Reader } from '../cluster/reader.ts';
import { UNCHECKED } from '../core/base/error.ts';
import type { ProofKind } from '../core/checks/certainty.ts';
import type { Checked } from '../core/report/checked.ts';
import type { Status } from '../core/report/status.ts';

export const STATES = [
  'candidate',
  'verified',
  'switched',
  'live',
  'restored',
  'rolled-back',
  'rejected',
  'retired',
  'unchanged',
] as const;
export type State = (typeof STATES)[number];

/** How certain it is that visitors get the revision; empty if nothing was checked. */
export type Proof = ProofKind | '';

/** How a run ended: the outputs of its step (action.yml says what they mean), and where visitors are. */
export interface Outcome {
  readonly state: State;
  readonly revision: string;
  readonly previousRevision: string;
  readonly liveUrl: string;
  readonly previewUrl: string;
  readonly previewHeader: string;
  readonly proof: Proof;
  /** The same in words: `certain: …`, `likely: …` or `not known: …`; empty with `proof`. */
  readonly certainty: string;
  readonly changed: boolean;
  /** One sentence: where visitors are, as far as this run has seen. Empty if it does not look at them. */
  readonly visitors: string;
  /** Mode `status` only. */
  readonly status?: Status;
  /** Mode `check` only. */
  readonly check?: Checked;
}

/** What holds while the answer to a switch is outstanding. */
export interface Doubt {
  readonly visitors: string;
  /** Reads again where visitors are, if the run ends before the answer comes. */
  look(api: Reader): Promise<Partial<Outcome>>;
}

/** What a run just saw or did; `doubt: undefined` ends a doubt, and what was observed before it applies again. */
export type Observation = Partial<Omit<Outcome, 'status'>> & { readonly doubt?: Doubt | undefined };

/**
 * Collects what a run observes, as soon as it is true: a run that fails or is interrupted ends with that. `observe`
 * returns the outcome that the run would have if it ended now. A mode returns the one of its end: an earlier one does
 * not know what was written since.
 */
export class Observer {
  #outcome: Outcome = {
    state: 'unchanged',
    revision: '',
    previousRevision: '',
    liveUrl: '',
    previewUrl: '',
    previewHeader: '',
    proof: '',
    certainty: '',
    changed: false,
    visitors: UNCHECKED,
  };
  #doubt: Doubt | undefined;

  observe(observation: Observation): Outcome {
    const { doubt, ...seen } = observation;
    if ('doubt' in observation) this.#doubt = doubt;
    // What was certain of an earlier proof says nothing of this one.
    const certainty = seen.proof === undefined ? {} : { certainty: '' };
    this.#outcome = { ...this.#outcome, ...certainty, ...seen };
    return this.outcome;
  }

  get outcome(): Outcome {
    return this.#doubt === undefined ? this.#outcome : { ...this.#outcome, visitors: this.#doubt.visitors };
  }

  /** Ends a doubt by its last look; whether that showed something. Nothing to do, and true, if there is none. */
  async settle(api: Reader): Promise<boolean> {
    if (this.#doubt === undefined) return true;
    const seen = await this.#doubt.look(api).catch(() => undefined);
    if (seen !== undefined) this.observe({ ...seen, doubt: undefined });
    return seen !== undefined;
  }
}
