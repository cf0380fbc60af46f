import type { OfferedService } from '../kube/counterpart.ts';
import { isExposed, isPublished } from '../kube/exposure.ts';
import { type EndpointSlice, isOfRevision, isOwn, readyPods, type Service } from '../kube/objects.ts';
import { isEntryOf, leadsTo } from './entry.ts';

/** A plain Service that leads to the candidate while nothing is live. */
export interface CandidateEntry {
  readonly baseName: string;
  /** The candidate's own Service. */
  readonly service: string;
  /** The plain Service as it was read, if it exists. */
  readonly present: Service | undefined;
}

/** What there is while nothing is live. */
interface Unreleased {
  readonly app: string;
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  /** The Services that routes name. */
  readonly named: ReadonlySet<string>;
  /** The candidate that this one replaces. */
  readonly superseded: string | undefined;
}

/** An app, and which revision is live, if any. */
interface Unserved {
  readonly app: string;
  readonly services: readonly Service[];
  readonly revision: string | undefined;
}

/**
 * The plain Services that lead to the candidate from its first deployment on, since nothing is live that they could
 * lead to: callers inside the cluster wait for them. Not those that a route names or that have, or get, an address
 * outside of the cluster: they would show the candidate to visitors before `promote`. An existing one is moved only if
 * Greenpath keeps it and nobody gets answers there, or if it leads to the candidate that this one replaces.
 */
export function candidateEntries(
  counterparts: readonly OfferedService[],
  own: readonly Service[],
  { app, services, slices, named, superseded }: Unreleased,
): CandidateEntry[] {
  const replaced = ofRevision(services, app, superseded);
  return counterparts.flatMap(({ service, baseName }) => {
    const target = own.find((one) => one.metadata.name === service);
    if (target === undefined || isExposed(target) || named.has(baseName)) return [];
    const present = services.find((one) => one.metadata.name === baseName);
    const isFree = (entry: Service) =>
      isEntryOf(entry, app) &&
      !isPublished(entry) &&
      ([target, ...replaced].some((one) => leadsTo(entry, one)) || readyPods(slices, baseName).length === 0);
    return present === undefined || isFree(present) ? [{ baseName, service, present }] : [];
  });
}

/**
 * The plain Services that exist only for the candidate `revision`: nobody but Greenpath wrote to them, they lead to it,
 * and nothing is live.
 */
export function entriesOfCandidate({ app, services, revision: live }: Unserved, revision: string): Service[] {
  if (live !== undefined) return [];
  const own = ofRevision(services, app, revision);
  return services.filter(
    (service) => isEntryOf(service, app) && isOwn(service) && own.some((one) => leadsTo(service, one)),
  );
}

function ofRevision(services: readonly Service[], app: string, revision: string | undefined): Service[] {
  return services.filter((one) => isOfRevision(one, app, revision));
}
