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
  /** Address of the workflow run, or a word for a run outside of GitHub. */
  readonly url: string;
  /** What is known so far and must be said even if the run fails: changed as facts are observed, never before. */
  readonly known: Known;
}

export interface Known {
  /** Where visitors are, as far as this run has seen. */
  visitors: string;
  outputs: Outputs;
}

/** The outputs of a step; `docs` and meaning are in action.yml. */
export interface Outputs {
  app: string;
  revision: string;
  previousRevision: string;
  previewUrl: string;
  liveUrl: string;
  state: 'candidate' | 'verified' | 'switched' | 'live' | 'unchanged';
  proof: 'identity' | 'difference' | 'none' | '';
  changed: boolean;
}

/** An apply that changes nothing leaves the resource version that the dry run saw. */
export function noteChange(run: Run, versions: ReadonlyMap<string, string | undefined>, now: KubeObject): void {
  const before = versions.get(nameOf(now));
  if (before === undefined || before !== now.metadata.resourceVersion) run.known.outputs.changed = true;
}
