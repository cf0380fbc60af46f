import { listEvents } from '../../cluster/events.ts';
import type { Reader } from '../../cluster/reader.ts';
import { messageOf } from '../../core/base/error.ts';
import { objectAt, textAt } from '../../core/base/json.ts';
import { ADOPTED } from '../../core/base/revision.ts';
import { isOfRevision, type KubeObject, type Service } from '../../core/kube/objects.ts';
import { containersIn } from '../../core/kube/references.ts';
import { containersOf, restartsOf } from '../../core/rollout/crashes.ts';
import {
  type ContainerLog,
  type LogLine,
  type PodFacts,
  type PodsSeen,
  podsSeen,
} from '../../core/rollout/pod-evidence.ts';
import { CLOCK } from '../../process/clock.ts';
import { deploymentsBehind } from '../../state/deployments-behind.ts';
import type { Reading, Run } from '../../state/run.ts';
import { liveServices, type Situation } from '../../state/situation.ts';
import { hideWhatPodsRead } from './hide-secrets.ts';
import { readLog, unread } from './pod-logs.ts';
import { podsOf } from './pods.ts';

/** How many pods are looked at, and how many containers of each. */
const READ_PODS = 10;
const CONTAINERS = 4;
/** How long all of that may take, in milliseconds: what failed is to be said in any case. */
const WITHIN = 10_000;

/** What could not be read, if anything. */
type Lacks = Set<string>;

/**
 * Reports what the pods of a revision show of checks that failed: `since`, by the clock of the run, their attempts failed.
 * Only such a run reads it, and it never fails because of that.
 */
export async function tellPods(run: Run, situation: Situation, revision: string, since: number): Promise<void> {
  await readPods(run, situation, revision, since).then(
    (seen) => run.report.explain({ pods: [seen] }),
    (error: unknown) => run.report.line(`The pods of ${revision} could not be looked at: ${messageOf(error)}`),
  );
}

async function readPods(run: Run, situation: Situation, revision: string, since: number): Promise<PodsSeen> {
  const until = AbortSignal.any([run.waiting, AbortSignal.timeout(WITHIN)]);
  const reading: Reading = { inputs: run.inputs, report: run.report, api: run.api.until(until) };
  const lacks: Lacks = new Set();
  // Logs and events have the time of the server.
  const from = run.transport.now() - (CLOCK.now() - since);
  const all = await startedPods(reading, servicesOf(situation, revision)).catch((error: unknown) => {
    lacks.add(`they could not be read: ${messageOf(error)}`);
    return [];
  });
  const looked = all.toSorted((a, b) => suspicion(b.pod) - suspicion(a.pod)).slice(0, READ_PODS);
  const facts = await Promise.all(looked.map((one) => factsOf(reading.api, one, lacks)));
  return { revision, ...podsSeen(facts, from), unseen: all.length - looked.length, lacks: [...lacks] };
}

/** The Services of all parts of a revision. */
function servicesOf(situation: Situation, revision: string): Service[] {
  const { services, app } = situation;
  if (revision !== ADOPTED && revision !== '') return services.filter((one) => isOfRevision(one, app, revision));
  const names = Object.values(liveServices(situation).services);
  return services.filter(({ metadata }) => names.includes(metadata.name));
}

/** The pods of these Services, each with its Deployment. What they read is hidden from then on. */
async function startedPods(reading: Reading, services: readonly Service[]): Promise<Started[]> {
  const deployments = await deploymentsBehind(reading, services);
  await hideWhatPodsRead(reading, deployments);
  const pods = await Promise.all(
    deployments.map(async (deployment) =>
      (await podsOf(reading, deployment)).map((pod): Started => ({ deployment, pod })),
    ),
  );
  return pods.flat();
}
interface Started {
  readonly deployment: KubeObject;
  readonly pod: KubeObject;
}

/** How likely a pod shows more than another, by its status alone. */
function suspicion(pod: KubeObject): number {
  const statuses = containersOf(pod);
  if (statuses.some((status) => objectAt(status).ready !== true)) return 2;
  return statuses.some((status) => restartsOf(status) !== undefined) ? 1 : 0;
}

async function factsOf(api: Reader, { deployment, pod }: Started, lacks: Lacks): Promise<PodFacts> {
  const { name } = pod.metadata;
  const events = listEvents(api, name).catch((error: unknown) => {
    lacks.add(unread('events', error));
    return [];
  });
  const logs = logsWanted(pod).map(({ container, previous }) => logOf(api, name, { container, previous }, lacks));
  return { deployment, pod, events: await events, logs: await Promise.all(logs) };
}

/** Containers, of those that were restarted the run before too. */
function logsWanted(pod: KubeObject): Pick<ContainerLog, 'container' | 'previous'>[] {
  const statuses = containersOf(pod);
  const containers = containersIn(objectAt(pod, 'spec')).flatMap((one) => textAt(one, 'name') ?? []);
  return containers.slice(-CONTAINERS).flatMap((container) => {
    const status = statuses.find((one) => textAt(one, 'name') === container);
    const before = restartsOf(status) === undefined ? [] : [{ container, previous: true }];
    return [...before, { container, previous: false }];
  });
}

async function logOf(
  api: Reader,
  pod: string,
  { container, previous }: Pick<ContainerLog, 'container' | 'previous'>,
  lacks: Lacks,
): Promise<ContainerLog> {
  const { lines, lack } = await readLog(api, pod, container, { previous, timestamps: true });
  if (lack !== undefined) lacks.add(lack);
  return { container, previous, lines: lines.map(lineOf) };
}

/** A line with its time in front of it. */
function lineOf(line: string): LogLine {
  const [time = ''] = line.split(' ', 1);
  const at = Date.parse(time);
  return Number.isNaN(at) ? { at: undefined, text: line } : { at, text: line.slice(time.length + 1) };
}
