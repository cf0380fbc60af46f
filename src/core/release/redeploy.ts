import { GreenpathError } from '../base/error.ts';
import { counted } from '../base/plural.ts';
import type { StackRole } from './stack-role.ts';

/** The manifests compared with the record of the last deployment; `unknown` if the record is gone. */
export type Content = 'same' | 'other' | 'unknown';

type Outcome = 'deploy' | 'nothing' | 'void' | 'refuse';

/**
 * Deploying a revision again; docs/same-revision.md has this table for people. `void` deploys too, and the stamp no
 * longer counts.
 */
const TABLE: Readonly<Record<StackRole, Readonly<Record<Content, Outcome>>>> = {
  absent: { same: 'deploy', other: 'deploy', unknown: 'deploy' },
  idle: { same: 'deploy', other: 'deploy', unknown: 'deploy' },
  candidate: { same: 'deploy', other: 'void', unknown: 'void' },
  live: { same: 'nothing', other: 'refuse', unknown: 'nothing' },
  previous: { same: 'deploy', other: 'refuse', unknown: 'refuse' },
  retiring: { same: 'refuse', other: 'refuse', unknown: 'refuse' },
};

/** What a refusal reports about other content. */
export interface ContentDifference {
  /** Objects and their fields, without values. */
  readonly differences: readonly string[];
  /** Whether a chart is among the manifests: it may contain the time at which it is rendered. */
  readonly rendered: boolean;
}

/** Whether a revision is refused because of its content, so that the differences are worth finding. */
export function isOtherContent(role: StackRole, content: Content): boolean {
  return content === 'other' && role !== 'retiring' && TABLE[role][content] === 'refuse';
}

/**
 * Whether Secrets must be compared too, since the record's digest leaves them out: the revision would be deployed again
 * but must not change.
 */
export function mustCompareSecrets(role: StackRole, content: Content): boolean {
  const outcomes = TABLE[role];
  return content === 'same' && outcomes.same === 'deploy' && outcomes.other === 'refuse';
}

/** What `deploy-green` does with a revision that may exist already; throws if it must stop. */
export function again(
  revision: string,
  role: StackRole,
  content: Content,
  { differences, rendered }: ContentDifference = { differences: [], rendered: false },
): Exclude<Outcome, 'refuse'> {
  const outcome = TABLE[role][content];
  if (outcome !== 'refuse') return outcome;
  if (role === 'retiring') {
    throw new GreenpathError(
      'retiring',
      `revision ${revision} is being removed: an earlier run that removes it was interrupted`,
      'Run reject for it, or retire if it was live before, until that step ends; then deploy. Or release under a new revision.',
    );
  }
  const where = role === 'live' ? 'is live' : 'was live before and is kept for rollback';
  const how =
    content === 'unknown'
      ? ', and its content is not known: it has no record'
      : ' with other content than these manifests';
  const time = rendered
    ? ' If nobody changed anything, the chart may write the time into what differs (`now`): give it a fixed value with the input `values`.'
    : '';
  throw new GreenpathError(
    'already-live',
    `revision ${revision} ${where}${how}${listed(differences)}`,
    `Release other content under a new revision.${time}`,
  );
}

const MOST = 8;

function listed(differences: readonly string[]): string {
  if (differences.length === 0) return '';
  const more = differences.length > MOST ? ` and ${counted(differences.length - MOST, 'more object')}` : '';
  return `: ${differences.slice(0, MOST).join('; ')}${more}`;
}
