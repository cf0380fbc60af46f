import type { Journal } from '../../../src/core/report/journal.ts';
import type { ResultInput } from '../../../src/core/report/result.ts';

/** A promote that went well, and a journal in which nothing stands. */

export const PROMOTED: ResultInput = {
  mode: 'promote',
  app: 'web',
  namespace: 'shop',
  routes: [{ kind: 'ingress', name: 'web' }],
  dryRun: false,
  revision: 'v2',
  previousRevision: 'v1',
  liveUrl: 'http://a.test/',
  previewHeader: '',
  previewUrl: '',
  state: 'live',
  proof: 'identity',
  changed: true,
  visitors: '',
  status: undefined,
  check: undefined,
  codes: 'https://github.com/greenpath/greenpath/blob/v1/docs/troubleshooting.md',
};
export const NOTHING: Journal = {
  stages: [],
  before: undefined,
  after: undefined,
  checks: [],
  failures: { checks: [], pods: [] },
  looks: [],
  changes: [],
  warnings: [],
  spells: [],
  comparison: undefined,
};
