import { GreenpathError } from '../core/base/error.ts';
import { there } from '../core/base/plural.ts';
import type { LockHolder } from '../core/kube/lease.ts';
import { noServices, type RevisionServices } from '../core/kube/revision-services.ts';
import { rollbackTarget } from '../core/release/rollback-target.ts';
import { isSameRoute, routeInput, routeText } from '../core/release/route.ts';
import type { ReleaseRecord } from './records.ts';
import { findServices } from './role.ts';
import type { Run } from './run.ts';
import { liveServices, type Situation } from './situation.ts';
import { revisionsAmong } from './unknown-revision.ts';

/**
 * The revision to go to, or undefined (and a line that says why) if visitors are where they should be. `overtaken` gave
 * way to this rollback.
 */
export function targetOf(run: Run, situation: Situation, overtaken: readonly LockHolder[]): string | undefined {
  const { to, stays } = rollbackTarget(run.inputs, situation, overtaken);
  if (stays !== undefined) {
    tellUnknown(run, situation);
    run.report.verdict(`${stays}: nothing to do.`);
  }
  if (to !== undefined || stays !== undefined) return to;
  throw new GreenpathError(
    'no-way-back',
    `it is not known which revision was live before ${situation.revision ?? 'this one'}`,
    'Set the input `to` to the revision to go to; mode status lists those that still run.',
  );
}

/** The side to roll back from: of several routes, perhaps only some are still on it, or on it again. */
export function leftBy(situation: Situation, target: string): RevisionServices {
  const { revision, halfway, reverted } = situation;
  const leaves = revision === target ? (halfway ?? reverted?.switchedTo) : revision;
  if (leaves === undefined || leaves === revision) return liveServices(situation);
  return findServices(situation, leaves) ?? noServices(leaves);
}

/** An interrupted rollback of a first adoption: the old Services are those that the other routes still name. */
export function handMade(situation: Situation, target: string): RevisionServices | undefined {
  if (situation.revision !== target) return undefined;
  const side = liveServices(situation);
  return situation.rules.every((rule) => side.services[rule.baseName] !== undefined) ? side : undefined;
}

/** A revision of which nothing is there may be mistyped, and then visitors stay although somebody wants them moved. */
function tellUnknown({ inputs, report }: Run, situation: Situation): void {
  const { revision } = inputs;
  const known = knownRevisions(situation);
  if (revision !== '' && !known.includes(revision))
    report.warning(
      `there is no revision ${revision} of app ${situation.app} ${there(known)}: check the input revision`,
    );
}

/** The revisions of which a Service is there. */
function knownRevisions({ app, services, handMade: byHand, revision: live }: Situation): string[] {
  return [...new Set([...revisionsAmong(services, app), ...byHand.keys(), ...(live === undefined ? [] : [live])])];
}

/** The revision `target` cannot be gone back to; `missing` is the part of it that is not there, as a clause. */
export function gone(situation: Situation, target: string, missing = 'a Service of it is missing'): GreenpathError {
  const { app, revision } = situation;
  const known = knownRevisions(situation);
  return new GreenpathError(
    'no-way-back',
    known.includes(target)
      ? `revision ${target} of app ${app} is gone: ${missing}`
      : `there is no revision ${target} of app ${app} ${there(known)}`,
    `Set the input \`to\` to one that still runs (mode status lists them), or release it again under a new revision. Live is ${revision ?? 'unknown'}.`,
  );
}

/** The refusal to roll back where no record is of a release behind the given routes. */
export function unknownApp({ inputs }: Run, records: readonly ReleaseRecord[]): GreenpathError {
  const { app, routes } = inputs;
  const given = routes.map(routeText).join(', ');
  const all = records.flatMap(({ release }) => release.routes);
  const others = all.filter((one, index) => all.findIndex((other) => isSameRoute(one, other)) === index);
  const what = `Greenpath knows no release of app ${app} behind ${given}`;
  if (others.length === 0)
    return new GreenpathError('no-candidate', what, 'Check the inputs app, route and namespace.');
  return new GreenpathError(
    'no-candidate',
    `${what}; those that it knows are behind ${others.map(routeText).join(', ')}`,
    `If these are the same application, and ${others.map(routeInput).join(' or ')} still exists, name it in the input \`route\` too. Otherwise, run deploy-green behind ${given}: a rollback knows only what was released there.`,
  );
}
