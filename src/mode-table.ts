import { deployGreen } from './modes/deploy-green.ts';
import { promote } from './modes/promote.ts';
import { reject } from './modes/reject.ts';
import { release } from './modes/release.ts';
import { retire } from './modes/retire.ts';
import { rollback } from './modes/rollback.ts';
import { status } from './modes/status.ts';
import { verify } from './modes/verify.ts';
import type { Mode } from './state/modes.ts';
import type { Outcome } from './state/outcome.ts';
import type { Run } from './state/run.ts';

/** What each value of the input `mode` does. */
export const MODE_TABLE: Readonly<Record<Mode, (run: Run) => Promise<Outcome>>> = {
  'deploy-green': deployGreen,
  verify,
  promote,
  rollback,
  reject,
  retire,
  status,
  release,
};
