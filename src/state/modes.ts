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
] as const;
export type Mode = (typeof MODES)[number];
