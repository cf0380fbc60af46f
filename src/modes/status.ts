import { GreenpathError } from '../core/base/error.ts';
import { ADOPTED } from '../core/base/revision.ts';
import { KIND } from '../core/kube/kinds.ts';
import { holderText, leaseName, readLease } from '../core/kube/lease.ts';
import {
  ANNOTATION_ENTRY,
  annotation,
  type KubeObject,
  LABEL_APP,
  label,
  podsBehind,
  readyPods,
  type Service,
} from '../core/kube/objects.ts';
import { namesText, revisionOf } from '../core/kube/revision-services.ts';
import { driftIn, type InsideFacts, insideStatus } from '../core/release/follower-status.ts';
import { driftError, type Inside } from '../core/release/followers.ts';
import { leftSince } from '../core/release/left-since.ts';
import { servicesOf } from '../core/release/route.ts';
import { switchNoteOf } from '../core/release/switch-note.ts';
import { nextStep, type StackStatus, type Status, statusTree } from '../core/report/status.ts';
import { liveUrl } from '../state/endpoints.ts';
import { readNamespace, requireRoutes } from '../state/namespace.ts';
import type { Outcome } from '../state/outcome.ts';
import { previewedServices } from '../state/preview-state.ts';
import { readSituation } from '../state/read-situation.ts';
import { anchorOf, basisOf, listRecords, plannedRoutes, type ReleaseRecord, recordOf } from '../state/records.ts';
import { replacedService } from '../state/replaced-service.ts';
import { roleIn } from '../state/role.ts';
import type { Run } from '../state/run.ts';
import { insideOf, type Situation } from '../state/situation.ts';
import { observeLive } from '../state/tell-live.ts';
import { unsettled } from '../state/unsettled.ts';
import { listWorkloads } from '../state/workloads.ts';
import { listHpas } from '../steps/pods/hpa-limits.ts';

/** Reports the state of the app, as a tree and as JSON. It writes nothing, and problems do not make it fail. */
export async function status(run: Run): Promise<Outcome> {
  const { app, routes } = run.inputs;
  const [records, namespace, lease] = await Promise.all([
    listRecords(run, { lenient: true }),
    readNamespace(run),
    run.api.get<KubeObject>({ kind: KIND.Lease, name: leaseName(app) }),
  ]);
  const read = requireRoutes(run, namespace, plannedRoutes(records));
  const { situation, problem: first, inside: leads } = await look(run, read, records);
  const inside = leads && (await readInside(run, leads, records));
  const problem = first ?? (inside && insideProblem(inside)) ?? (situation && missingCandidate(situation, records));
  const held = lease && readLease(lease);
  const facts = {
    live: situation && {
      url: liveUrl(situation),
      service: namesText(servicesOf(situation.rules)),
      revision: situation.revision ?? '',
    },
    switchNote: situation?.switchNote ?? (read.found[0] && switchNoteOf(read.found[0].object, app)),
    problem: problem && { code: problem.code, what: problem.message, next: problem.next },
    stacks: situation === undefined ? [] : await stacksOf(run, situation, records),
    inside: inside === undefined ? [] : insideStatus(inside),
  };
  const whole: Status = {
    app,
    namespace: run.api.namespace,
    routes,
    ...facts,
    lock: held === undefined || held.id === '' ? undefined : holderText(held),
    next: nextStep(facts),
  };
  run.report.line(statusTree(whole));
  return { ...run.observe({ revision: run.inputs.revision || (whole.live?.revision ?? '') }), status: whole };
}

/** What can be known of the route, and what keeps the other modes from working on it. */
async function look(
  run: Run,
  read: ReturnType<typeof requireRoutes>,
  records: readonly ReleaseRecord[],
): Promise<{ situation?: Situation; problem: GreenpathError | undefined; inside?: Inside | undefined }> {
  const anchor = anchorOf(records, read);
  if (anchor === undefined) return { problem: undefined };
  try {
    const situation = readSituation(run, read, { ...basisOf(anchor), planned: plannedRoutes(records) });
    observeLive(run, situation, { moved: false });
    previewedServices(situation);
    const problem = await unsettled(run, situation);
    return { situation, problem, inside: insideOf(situation) };
  } catch (error) {
    if (error instanceof GreenpathError) return { problem: error };
    throw error;
  }
}

/** What follows the routes: two more requests. */
async function readInside(run: Run, inside: Inside, records: readonly ReleaseRecord[]): Promise<InsideFacts> {
  const [workloads, hpas] = await Promise.all([listWorkloads(run, inside.services), listHpas(run)]);
  const plain = recordOf(records, inside.live.revision)?.release.plain ?? false;
  return { ...inside, workloads, hpas, plain };
}

function insideProblem(inside: InsideFacts): GreenpathError | undefined {
  const [first, ...rest] = driftIn(inside);
  return first && driftError([first, ...rest], inside.live.revision);
}

/** A preview that names a Service which somebody deleted. */
function missingCandidate(situation: Situation, records: readonly ReleaseRecord[]): GreenpathError | undefined {
  const { services } = situation;
  const shown = previewedServices(situation).find((name) => !services.some((one) => one.metadata.name === name));
  if (shown === undefined) return undefined;
  const releaseRecord = records.find(({ release }) =>
    release.counterparts.some((counterpart) => counterpart.service === shown),
  );
  const again =
    releaseRecord === undefined ? '' : `deploy-green for revision ${releaseRecord.release.revision} again, or `;
  return new GreenpathError(
    'no-candidate',
    `the preview shows Service ${shown}, which was deleted`,
    `Run ${again}deploy-green for a new revision.`,
  );
}

/** The Services of every stack, by revision: Greenpath's, the live ones, and those created by hand. */
function stacksIn(run: Run, { services, rules, handMade }: Situation): Map<string, Service[]> {
  const named = servicesOf(rules);
  const byHand = (service: Service) => [...handMade].find(([, own]) => own.includes(service))?.[0];
  const stacks = new Map<string, Service[]>();
  for (const service of services.filter((one) => annotation(one, ANNOTATION_ENTRY) === undefined)) {
    const isOwn = label(service, LABEL_APP) === run.inputs.app;
    const isLive = named.includes(service.metadata.name);
    const said = isOwn ? revisionOf(service, run.inputs.config['revision-label']) : byHand(service);
    const revision = said ?? (isLive ? ADOPTED : undefined);
    if (revision !== undefined) stacks.set(revision, [...(stacks.get(revision) ?? []), service]);
  }
  return stacks;
}

/** Every stack that has a Service: first the live one, then the newest. */
async function stacksOf(run: Run, situation: Situation, records: readonly ReleaseRecord[]): Promise<StackStatus[]> {
  const { slices } = situation;
  const stacks = [...stacksIn(run, situation)].map(async ([revision, own]): Promise<StackStatus & { at: string }> => {
    const releaseRecord = recordOf(records, revision);
    const replaced = releaseRecord && (await replacedService(run, situation, releaseRecord));
    const names = own.map((service) => service.metadata.name);
    const ready = [...new Set(names.flatMap((name) => readyPods(slices, name)))];
    const behind = [...new Set(names.flatMap((name) => podsBehind(slices, name)))];
    const { stamp, timeline = [] } = releaseRecord ?? {};
    const counts = stamp !== undefined && leftSince(stamp, timeline, revision, situation.switchNote) === undefined;
    return {
      revision,
      role: roleIn(situation, revision, releaseRecord),
      handMade: revision === ADOPTED || !own.some((service) => label(service, LABEL_APP) === run.inputs.app),
      service: namesText(names),
      ready,
      notReady: behind.filter((pod) => !ready.includes(pod)),
      ...(replaced !== undefined && { replaced }),
      verified: counts ? { at: stamp.at, run: stamp.run, checks: stamp.checks } : undefined,
      timeline,
      at: releaseRecord?.release.at ?? '',
    };
  });
  const all = await Promise.all(stacks);
  const rank = (stack: { role: string; at: string }) => (stack.role === 'live' ? '~' : stack.at);
  return all.toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1)).map(({ at: _, ...stack }) => stack);
}
