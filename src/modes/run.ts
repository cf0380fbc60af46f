import type { Api } from '../cluster/api.ts';
import type { Transport } from '../cluster/transport.ts';
import { type KubeObject, nameOf } from '../core/objects.ts';
import type { Report } from '../github/report.ts';
import type { Inputs } from '../inputs.ts';

/** What every mode works with. */
export interface Run {
  readonly inputs: Inputs;
  readonly api: Api;
  readonly transport: Transport;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** `performance.now()` at which `signal` aborts because the step's timeout is over. */
  readonly deadline: number;
  /** Address of the workflow run, or a word for a run outside of GitHub. */
  readonly url: string;
  /** Nothing is written: a dry run, or `status`. */
  readonly readOnly: boolean;
  /** Waits until no other run works on the app; nothing to wait for if this run only reads, or holds the lock. */
  takeLock(): Promise<void>;
  /** What is known so far and must be said even if the run fails: changed as facts are observed, never before. */
  readonly known: Known;
}

export interface Known {
  /** Where visitors are, as far as this run has seen. */
  visitors: string;
  /** Set while the answer to a switch is outstanding: looks again where visitors are. */
  lookAgain: ((api: Api) => Promise<string>) | undefined;
  outputs: Outputs;
}

/** The outputs of a step; `docs` and meaning are in action.yml. */
export interface Outputs {
  app: string;
  revision: string;
  previousRevision: string;
  previewUrl: string;
  liveUrl: string;
  state: State;
  proof: 'identity' | 'difference' | 'none' | '';
  changed: boolean;
  json: string;
}

export type State =
  | 'candidate'
  | 'verified'
  | 'switched'
  | 'live'
  | 'restored'
  | 'rolled-back'
  | 'rejected'
  | 'retired'
  | 'unchanged';

/** An apply that changes nothing leaves the resource version that the dry run saw. */
export function noteChange(run: Run, versions: ReadonlyMap<string, string | undefined>, now: KubeObject): void {
  const before = versions.get(nameOf(now));
  if (before === undefined || before !== now.metadata.resourceVersion) run.known.outputs.changed = true;
}
