/** Something that keeps a stack from becoming ready, as a person needs it. */
export interface Trouble {
  /** The same trouble has the same key from one look to the next. */
  readonly key: string;
  /** The Deployment that it keeps from becoming ready. */
  readonly of: string;
  readonly text: string;
  /** How long it may last, in milliseconds; undefined: as long as its Deployment may go without progress. */
  readonly patience: number | undefined;
  /** The container whose last log lines explain it. */
  readonly logs?: { readonly pod: string; readonly container: string; readonly previous: boolean };
  /** Whether autoscalers or kubelets may have more to say of it. */
  readonly asksEvents?: boolean;
  /** The pod whose events explain it. */
  readonly events?: string;
}

/**
 * How long something may last that does not heal by itself but that somebody else may fix: a registry that says no, a
 * missing ConfigMap, a quota. Kubernetes tries each of them several times within it.
 */
export const PATIENCE = 60_000;
