/** Something that keeps a stack from becoming ready, described for a person. */
export interface Trouble {
  /** The same trouble has the same key in each evaluation. */
  readonly key: string;
  /** The Deployment that it blocks. */
  readonly of: string;
  readonly text: string;
  /** How long it may last, in milliseconds; undefined: as long as its Deployment may be without progress. */
  readonly patience: number | undefined;
  /** The container whose last log lines explain it. */
  readonly logs?: { readonly pod: string; readonly container: string; readonly previous: boolean };
  /** Whether events of autoscalers or kubelets may say more about it. */
  readonly asksEvents?: boolean;
  /** The pod whose events explain it. */
  readonly events?: string;
}

/**
 * The time limit for a trouble that does not go away by itself but that somebody else may fix: a registry that refuses,
 * a missing ConfigMap, a quota. Kubernetes retries each of them several times within it.
 */
export const TROUBLE_PATIENCE = 60_000;

/** When each trouble began: those that are known keep their time. */
export function beginnings(
  present: readonly Trouble[],
  before: ReadonlyMap<string, number>,
  now: number,
): ReadonlyMap<string, number> {
  return new Map(present.map(({ key }) => [key, before.get(key) ?? now]));
}

/** The first trouble that lasted longer than it may. */
export function lastedTooLong(
  present: readonly Trouble[],
  since: ReadonlyMap<string, number>,
  now: number,
): Trouble | undefined {
  return present.find(({ key, patience }) => patience !== undefined && now - (since.get(key) ?? now) >= patience);
}
