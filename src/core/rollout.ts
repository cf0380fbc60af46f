import { isObject, type JsonObject, numberAt, objectAt, objectsAt, textAt } from './json.ts';
import { type EndpointSlice, hasEnded, type KubeObject, nameOf, readyPods, type Service, selects } from './objects.ts';
import { podLabels } from './stack.ts';

/** What is known of a stack's start, from the watches. */
export interface RolloutFacts {
  readonly deployments: readonly KubeObject[];
  readonly services: readonly Service[];
  readonly pods: readonly KubeObject[];
  readonly slices: readonly EndpointSlice[];
}

/** Something that keeps a stack from becoming ready, as a person needs it. */
export interface Trouble {
  /** The same trouble has the same key from one look to the next. */
  readonly key: string;
  readonly text: string;
  /** How long it may last before waiting longer makes no sense, in milliseconds. */
  readonly patience: number;
  /** The container whose last log lines explain it. */
  readonly logs?: { readonly pod: string; readonly container: string; readonly previous: boolean };
  /** The pod whose events explain it. */
  readonly events?: string;
}

/** Ready replicas of all Deployments, wanted ones, ready endpoints of all Services, and whether that is enough for each. */
export interface Readiness {
  readonly ready: boolean;
  readonly available: number;
  readonly wanted: number;
  readonly endpoints: number;
}

/**
 * Ready means: every Deployment has observed its newest spec and has exactly its replicas, all updated and available,
 * and each Service has as many ready endpoints as the Deployments it selects have replicas.
 */
export function readiness(facts: RolloutFacts): Readiness {
  const wanted = facts.deployments.map((deployment) => numberAt(deployment, 'spec', 'replicas') ?? 1);
  const available = facts.deployments.map((deployment) => numberAt(deployment, 'status', 'availableReplicas') ?? 0);
  const settled = facts.deployments.every((deployment, index) => isSettled(deployment, wanted[index] ?? 1));
  const endpoints = facts.services.map((service) => readyPods(facts.slices, service.metadata.name).length);
  const labels = facts.deployments.map(podLabels);
  const enough = facts.services.every((service, index) => {
    const selected = labels.map((of, at) => (selects(service.spec.selector ?? {}, of) ? (wanted[at] ?? 1) : 0));
    return (endpoints[index] ?? 0) >= Math.max(1, sum(selected));
  });
  return {
    ready: settled && enough && facts.deployments.length > 0,
    available: sum(available),
    wanted: sum(wanted),
    endpoints: sum(endpoints),
  };
}

/** Everything that stands in the way of the stack's readiness now. */
export function troubles(facts: RolloutFacts): Trouble[] {
  const pods = facts.pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && !hasEnded(pod));
  return [...facts.deployments.flatMap(deploymentTroubles), ...pods.flatMap(podTroubles)];
}

function isSettled(deployment: KubeObject, wanted: number): boolean {
  const status = objectAt(deployment, 'status');
  const observed = (numberAt(status, 'observedGeneration') ?? 0) >= (deployment.metadata.generation ?? 1);
  return (
    observed &&
    [status.replicas, status.updatedReplicas, status.availableReplicas].every((count) => (count ?? 0) === wanted)
  );
}

function deploymentTroubles(deployment: KubeObject): Trouble[] {
  return objectsAt(deployment, 'status', 'conditions').flatMap((condition): Trouble[] => {
    const { type, status, reason } = condition;
    const message = textAt(condition, 'message') ?? '';
    const of = nameOf(deployment);
    if (type === 'ReplicaFailure' && status === 'True') {
      return [{ key: `${of} ReplicaFailure`, text: `${of} cannot make its pods: ${message}`, patience: 5_000 }];
    }
    if (type === 'Progressing' && status === 'False' && reason === 'ProgressDeadlineExceeded') {
      return [
        {
          key: `${of} Progressing`,
          text: `${of} made no progress within its progressDeadlineSeconds: ${message}`,
          patience: 0,
        },
      ];
    }
    return [];
  });
}

function podTroubles(pod: KubeObject): Trouble[] {
  const statuses = [
    ...objectsAt(pod, 'status', 'initContainerStatuses'),
    ...objectsAt(pod, 'status', 'containerStatuses'),
  ];
  return [
    ...unschedulable(pod),
    ...statuses.flatMap((status) => containerTroubles(pod, status)),
    ...stuckVolumes(pod, statuses),
  ];
}

/** An autoscaler may bring a node, so this one gets some time. */
function unschedulable(pod: KubeObject): Trouble[] {
  const name = pod.metadata.name;
  return objectsAt(pod, 'status', 'conditions')
    .filter(
      (condition) =>
        condition.type === 'PodScheduled' && condition.status === 'False' && condition.reason === 'Unschedulable',
    )
    .map((condition) => ({
      key: `${name} Unschedulable`,
      text: `Pod ${name} fits on no node (unschedulable): ${textAt(condition, 'message') ?? ''}`,
      patience: 20_000,
    }));
}

const PULL = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
]);
const CONFIG = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

function containerTroubles(pod: KubeObject, status: JsonObject): Trouble[] {
  const container = textAt(status, 'name') ?? '';
  const where = `container ${container} of pod ${pod.metadata.name}`;
  const waiting = objectAt(status, 'state', 'waiting');
  const reason = textAt(waiting, 'reason') ?? '';
  const message = textAt(waiting, 'message') ?? '';
  const key = `${pod.metadata.name} ${container}`;
  if (PULL.has(reason)) {
    const image = textAt(status, 'image') ?? '';
    return [
      {
        key: `${key} pull`,
        text: `image ${image} of ${where} cannot be pulled (${reason}): ${message}`,
        patience: reason === 'ErrImagePull' ? 8_000 : 3_000,
      },
    ];
  }
  if (CONFIG.has(reason))
    return [{ key: `${key} config`, text: `${where} cannot start (${reason}): ${message}`, patience: 5_000 }];
  const restarts = numberAt(status, 'restartCount') ?? 0;
  if (restarts >= 2 && status.ready !== true) return [crash(pod, status, where, restarts)];
  return status.ready === true ? [] : notReady(pod, status, where, key);
}

function crash(pod: KubeObject, status: JsonObject, where: string, restarts: number): Trouble {
  const container = textAt(status, 'name') ?? '';
  const now = objectAt(status, 'state', 'terminated');
  const last = objectAt(status, 'lastState', 'terminated');
  const end = 'reason' in now ? now : last;
  const exit = `${textAt(end, 'reason') ?? 'unknown reason'}, exit code ${numberAt(end, 'exitCode') ?? 'unknown'}`;
  const logs = { pod: pod.metadata.name, container, previous: !('reason' in now) };
  return {
    key: `${pod.metadata.name} ${container} crash`,
    text: `${where} crashes again and again (${restarts} restarts; last: ${exit})`,
    patience: 0,
    logs,
    events: pod.metadata.name,
  };
}

/** A running container that is not ready gets ten times what its own readiness probe allows for. */
function notReady(pod: KubeObject, status: JsonObject, where: string, key: string): Trouble[] {
  if (!isObject(objectAt(status, 'state').running) || status.started === false) return [];
  const spec = objectsAt(pod, 'spec', 'containers').find((container) => container.name === status.name);
  const probe = objectAt(spec, 'readinessProbe');
  if (Object.keys(probe).length === 0) return [];
  const budget = (numberAt(probe, 'periodSeconds') ?? 10) * (numberAt(probe, 'failureThreshold') ?? 3);
  const patience = Math.max(20_000, ((numberAt(probe, 'initialDelaySeconds') ?? 0) + 10 * budget) * 1_000);
  return [
    {
      key: `${key} unready`,
      text: `${where} runs, but its readiness probe fails`,
      patience,
      events: pod.metadata.name,
    },
  ];
}

/** A volume that never comes keeps the container in ContainerCreating; only the pod's events say why. */
function stuckVolumes(pod: KubeObject, statuses: readonly JsonObject[]): Trouble[] {
  const creating = statuses.some((status) => textAt(status, 'state', 'waiting', 'reason') === 'ContainerCreating');
  const name = pod.metadata.name;
  return creating
    ? [{ key: `${name} creating`, text: `Pod ${name} is still being created`, patience: 60_000, events: name }]
    : [];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
