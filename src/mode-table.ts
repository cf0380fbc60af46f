import { check } from './modes/check.ts';
import { deployGreen } from './modes/deploy-green.ts';
import { promote } from './modes/promote.ts';
import { reject } from './modes/reject.ts';
import { release } from './modes/release.ts';
import { retire } from './modes/retire.ts';
import { rollback } from './modes/rollback.ts';
import { status } from './modes/status.ts';
import { verify } from './modes/verify.ts';
import type { LocalMode, Mode } from './state/modes.ts';
import type { Outcome } from './state/outcome.ts';
import type { LocalRun, Run } from './state/run.ts';

/** What each value of the input `mode` does, apart from those of the next table. */
export const MODE_TABLE: Readonly<Record<Exclude<Mode, LocalMode>, (run: Run) => Promise<Outcome>>> = {
  'deploy-green': deployGreen,
  verify,
  promote,
  rollback,
  reject,
  retire,
  status,
  release,
};

/** The modes that read no cluster. */
export const LOCAL_MODE_TABLE: Readonly<Record<LocalMode, (run: LocalRun) => Promise<Outcome>>> = { check };
