/** The values of the input `mode`. */
export const MODES = [
  'deploy-green',
  'verify',
  'promote',
  'rollback',
  'reject',
  'retire',
  'status',
  'release',
  'check',
] as const;
export type Mode = (typeof MODES)[number];

/** Those that read no cluster: they need no credentials. */
const LOCAL_MODES = ['check'] as const;
export type LocalMode = (typeof LOCAL_MODES)[number];

/** Whether a mode reads no cluster. */
export function isLocal(mode: Mode): mode is LocalMode {
  return LOCAL_MODES.some((one) => one === mode);
}
