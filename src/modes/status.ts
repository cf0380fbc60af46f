import { KIND } from '../cluster/kinds.ts';
import { GreenpathError } from '../core/error.ts';
import { holderText, leaseName, readLease } from '../core/lease.ts';
import { revisionOf } from '../core/live.ts';
import {
  type KubeObject,
  LABEL_APP,
  LABEL_REVISION,
  label,
  podsBehind,
  readyPods,
  type Service,
} from '../core/objects.ts';
import { revertedError } from '../core/standing.ts';
import { nextStep, type StackStatus, type Status, statusTree } from '../core/status.ts';
import { phaseOf } from '../routes/patch.ts';
import { anchorOf, listRecords, type Recorded, routeSettings } from './release-record.ts';
import type { Run } from './run.ts';
import { previewedService } from './shown.ts';
import { liveUrlOf, type Namespace, readNamespace, requireRoute, type Situation, situate } from './situation.ts';
import { standsOf } from './stands.ts';

/** Says how everything stands, as a tree and as JSON; writes nothing, and what is wrong does not make it fail. */
export async function status(run: Run): Promise<void> {
  const { app, route } = run.inputs;
  const [records, namespace, lease] = await Promise.all([
    listRecords(run),
    readNamespace(run),
    run.api.get<KubeObject>({ kind: KIND.Lease, name: leaseName(app) }),
  ]);
  const read = requireRoute(run, namespace);
  const { situation, problem } = look(run, read, records);
  const held = lease && readLease(lease);
  const facts = {
    live: situation && {
      url: liveUrlOf(situation.route, situation.live),
      service: situation.live.service,
      revision: situation.live.revision ?? '',
    },
    phase: phaseOf(read.route, app),
    problem: problem && { code: problem.code, what: problem.message, next: problem.next },
    stacks: situation === undefined ? [] : stacksOf(run, situation, records),
  };
  const whole: Status = {
    app,
    namespace: run.api.namespace,
    route,
    ...facts,
    lock: held === undefined || held.id === '' ? undefined : holderText(held),
    next: nextStep(facts),
  };
  run.known.status = whole;
  run.known.outputs.revision = run.inputs.revision || (whole.live?.revision ?? '');
  run.report.line(statusTree(whole));
}

/** What can be known of the route, and what keeps the other modes from working on it. */
function look(
  run: Run,
  read: ReturnType<typeof requireRoute>,
  records: readonly Recorded[],
): { situation: Situation | undefined; problem: GreenpathError | undefined } {
  const anchor = anchorOf(records, read.route);
  if (anchor === undefined) return { situation: undefined, problem: undefined };
  try {
    const situation = situate(run, read, anchor.release.twin, routeSettings(anchor.config));
    const { reverted, route, live } = situation;
    const problem = reverted && revertedError(route, reverted, live.revision);
    try {
      previewedService(run, situation);
    } catch (error) {
      if (error instanceof GreenpathError) return { situation: undefined, problem: error };
      throw error;
    }
    return { situation, problem: problem ?? missingCandidate(run, read, situation) };
  } catch (error) {
    if (error instanceof GreenpathError) return { situation: undefined, problem: error };
    throw error;
  }
}

/** A preview that names a Service which somebody deleted. */
function missingCandidate(run: Run, { services }: Namespace, situation: Situation): GreenpathError | undefined {
  const shown = previewedService(run, situation);
  if (shown === undefined || services.some((service) => service.metadata.name === shown)) return undefined;
  return new GreenpathError(
    'no-candidate',
    `the preview shows Service ${shown}, which was deleted`,
    'Run deploy-green for that revision again, or for a new one.',
  );
}

/** Every stack whose Service exists, what is live first, then the newest. */
function stacksOf(run: Run, situation: Situation, records: readonly Recorded[]): StackStatus[] {
  const { app } = run.inputs;
  const { live, services, slices } = situation;
  const revisionLabel = anchorOf(records, situation.route)?.config['revision-label'] ?? 'revision';
  const previous = situation.phase?.previous ?? '';
  const mine = services.filter(
    (service) =>
      label(service, LABEL_APP) === app ||
      service.metadata.name === live.service ||
      (previous !== '' && revisionOf(service, revisionLabel) === previous),
  );
  const stacks = mine.map((service: Service): StackStatus & { at: string } => {
    const revision = label(service, LABEL_REVISION) ?? revisionOf(service, revisionLabel) ?? '';
    const recorded = records.find((one) => one.release.revision === revision);
    const { name } = service.metadata;
    const ready = readyPods(slices, name);
    const { stamp } = recorded ?? {};
    return {
      revision,
      stands: standsOf(run, situation, revision, name, recorded),
      service: name,
      ready,
      notReady: podsBehind(slices, name).filter((pod) => !ready.includes(pod)),
      verified: stamp && { at: stamp.at, run: stamp.run, checks: stamp.checks },
      timeline: recorded?.timeline ?? [],
      at: recorded?.release.at ?? '',
    };
  });
  const rank = (stack: { stands: string; at: string }) => (stack.stands === 'live' ? '~' : stack.at);
  return stacks.toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1)).map(({ at: _, ...stack }) => stack);
}
