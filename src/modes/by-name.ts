import type { Mode } from '../inputs.ts';
import { deployGreen } from './deploy-green.ts';
import { promote } from './promote.ts';
import { reject } from './reject.ts';
import { release } from './release.ts';
import { retire } from './retire.ts';
import { rollback } from './rollback.ts';
import type { Run } from './run.ts';
import { status } from './status.ts';
import { verify } from './verify.ts';

/** What each value of the input `mode` does. */
export const MODES: Readonly<Record<Mode, (run: Run) => Promise<void>>> = {
  'deploy-green': deployGreen,
  verify,
  promote,
  rollback,
  reject,
  retire,
  status,
  release,
};
