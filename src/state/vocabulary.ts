import { ERROR_CODES } from '../core/base/error.ts';
import { STANDS } from '../core/release/redeploy.ts';
import { STAGE_TITLES } from '../core/report/journal.ts';
import { MODES } from './inputs.ts';
import { STATES } from './run.ts';

/** The words of Greenpath's own: they are in the clear, whatever a Secret holds. */
export const VOCABULARY: readonly string[] = [...MODES, ...ERROR_CODES, ...STATES, ...STANDS, ...STAGE_TITLES];
