import { GreenpathError } from './error.ts';

/** Where a revision stands before `deploy-green` begins. */
export type Stands = 'absent' | 'candidate' | 'live' | 'previous' | 'retiring';
/** The manifests against what the record says was deployed; `unknown` if the record is gone. */
export type Content = 'same' | 'other' | 'unknown';

type Outcome = 'deploy' | 'nothing' | 'void' | 'refuse';

/**
 * The same revision again; docs/same-revision.md holds this table for people. `void` deploys too, and the stamp no
 * longer counts.
 */
const TABLE: Readonly<Record<Stands, Readonly<Record<Content, Outcome>>>> = {
  absent: { same: 'deploy', other: 'deploy', unknown: 'deploy' },
  candidate: { same: 'deploy', other: 'void', unknown: 'void' },
  live: { same: 'nothing', other: 'refuse', unknown: 'nothing' },
  previous: { same: 'deploy', other: 'refuse', unknown: 'refuse' },
  retiring: { same: 'refuse', other: 'refuse', unknown: 'refuse' },
};

/** What `deploy-green` does with a revision that may be there already; throws where it must not go on. */
export function again(revision: string, stands: Stands, content: Content): Exclude<Outcome, 'refuse'> {
  const outcome = TABLE[stands][content];
  if (outcome !== 'refuse') return outcome;
  if (stands === 'retiring') {
    throw new GreenpathError(
      'retiring',
      `revision ${revision} is being removed: an earlier retire or reject did not end`,
      'Run that step again until it ends, then deploy; or release under a new revision.',
    );
  }
  const where = stands === 'live' ? 'is live' : 'was live before, and rollback may need it as it is';
  const how =
    content === 'unknown'
      ? ', and nobody knows with what content: its record was deleted'
      : ' with other content than these manifests';
  throw new GreenpathError(
    'already-live',
    `revision ${revision} ${where}${how}`,
    'Release other content under a revision of its own.',
  );
}
