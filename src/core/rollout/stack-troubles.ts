import { isObject, numberAt, objectAt, objectsAt, textAt } from '../base/json.ts';
import { type KubeObject, nameOf } from '../kube/objects.ts';
import { replicasOf } from '../kube/strength.ts';
import { type CrashPast, containersOf, crashTrouble, pastOf } from './crashes.ts';
import { eventsAbout, unschedulable } from './nodes.ts';
import { TROUBLE_PATIENCE, type Trouble } from './trouble.ts';

/** A Deployment and the pods of its newest template. */
export interface Started {
  readonly deployment: KubeObject;
  readonly pods: readonly KubeObject[];
}

/** What the troubles depend on from earlier evaluations. */
export interface RolloutMemory {
  readonly crashes: CrashPast;
  /** The Deployments that had a ready pod at some time of this wait. */
  readonly wasReady: ReadonlySet<string>;
  readonly now: number;
}

/** Everything that keeps the stack from becoming ready now; first what ends the wait soonest. */
export function troubles(started: readonly Started[], events: readonly KubeObject[], seen: RolloutMemory): Trouble[] {
  const all = started.flatMap(({ deployment, pods }) => [
    ...withoutPods(deployment),
    ...whilePaused(deployment),
    ...pods.flatMap((pod) => podTroubles(deployment, pod, events, seen)),
  ]);
  const rank = ({ patience = Number.POSITIVE_INFINITY, logs }: Trouble) => [patience, logs === undefined ? 1 : 0];
  return all.toSorted((a, b) => {
    const [[one = 0, more = 0], [other = 0, less = 0]] = [rank(a), rank(b)];
    return one === other ? more - less : one < other ? -1 : 1;
  });
}

/** A quota or an admission webhook may refuse pods; a webhook that cannot be called is expected back. */
function withoutPods(deployment: KubeObject): Trouble[] {
  const failure = objectsAt(deployment, 'status', 'conditions').find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  if (failure === undefined) return [];
  const message = textAt(failure, 'message') ?? '';
  return [
    {
      key: `${nameOf(deployment)} pods`,
      of: deployment.metadata.name,
      text: `${nameOf(deployment)} cannot create its pods: ${message}`,
      patience: /failed calling webhook|timed? ?out|deadline exceeded/i.test(message) ? undefined : TROUBLE_PATIENCE,
    },
  ];
}

/** Whoever paused it may resume it; until then Kubernetes only scales the pods of an older template. */
function whilePaused(deployment: KubeObject): Trouble[] {
  const { name } = deployment.metadata;
  const isStarted = (numberAt(deployment, 'status', 'updatedReplicas') ?? 0) >= replicasOf(deployment);
  if (objectAt(deployment, 'spec').paused !== true || isStarted) return [];
  const text = `Deployment ${name} is paused (spec.paused), so Kubernetes starts no pods of its newest template. To resume it: kubectl rollout resume deployment ${name}`;
  return [{ key: `${nameOf(deployment)} paused`, of: name, text, patience: TROUBLE_PATIENCE }];
}

/** What keeps a pod from becoming ready. */
export function podTroubles(
  of: KubeObject,
  pod: KubeObject,
  events: readonly KubeObject[],
  seen: RolloutMemory,
): Trouble[] {
  const statuses = containersOf(pod);
  return [
    ...unschedulable(of, pod, events),
    ...statuses.flatMap((status) => containerTroubles(of, pod, status, seen)),
    ...creating(of, pod, statuses, events),
  ];
}

const PULL = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'RegistryUnavailable'];
const CONFIG = ['CreateContainerConfigError', 'CreateContainerError'];

function containerTroubles(of: KubeObject, pod: KubeObject, status: unknown, seen: RolloutMemory): Trouble[] {
  if (objectAt(status).ready === true) return [];
  const container = textAt(status, 'name') ?? '';
  const where = `container ${container} of pod ${pod.metadata.name}`;
  const { reason = '', message = '' } = objectAt(status, 'state', 'waiting') as { reason?: string; message?: string };
  const base = { key: `${pod.metadata.name} ${container}`, of: of.metadata.name };
  if (PULL.includes(reason)) {
    const image = textAt(status, 'image') ?? '';
    const text = `image ${image} of ${where} cannot be pulled (${reason}): ${message}`;
    return [{ ...base, key: `${base.key} pull`, text, patience: pullPatience(reason, message.replaceAll(image, '')) }];
  }
  if (CONFIG.includes(reason)) {
    const heals = /failed to sync|timed? ?out|deadline exceeded|is reserved|in use/i.test(message);
    const text = `${where} cannot start (${reason}): ${message}`;
    return [{ ...base, key: `${base.key} config`, text, patience: heals ? undefined : TROUBLE_PATIENCE }];
  }
  const wasReady = seen.wasReady.has(of.metadata.name);
  const crash = crashTrouble(of, pod, status, pastOf(seen.crashes, pod, status), { now: seen.now, wasReady });
  if (crash !== undefined) return [crash];
  return unready(of, pod, status, where);
}

/** What cannot go away must last only longer than a list of pods takes to arrive, in milliseconds. */
const SURE = 3_000;

/**
 * If the registry refuses, the kubelet tries again after 10 and 20 s; a registry that does not answer may come back.
 */
function pullPatience(reason: string, message: string): number | undefined {
  if (reason === 'InvalidImageName') return SURE;
  if (reason === 'ErrImageNeverPull') return TROUBLE_PATIENCE;
  if (/too ?many ?requests|timed? ?out|refused|no such host|reset by peer|\bEOF\b|\b5\d\d\b/i.test(message))
    return undefined;
  const no = /not ?found|unknown|does not exist|denied|unauthorized|forbidden|authorization failed/i;
  return no.test(message) ? TROUBLE_PATIENCE : undefined;
}

function unready(of: KubeObject, pod: KubeObject, status: unknown, where: string): Trouble[] {
  if (!isObject(objectAt(status, 'state').running) || objectAt(status).started === false) return [];
  const spec = objectsAt(pod, 'spec', 'containers').find(({ name }) => name === objectAt(status).name);
  if (Object.keys(objectAt(spec, 'readinessProbe')).length === 0) return [];
  return [
    {
      key: `${pod.metadata.name} ${textAt(status, 'name')} unready`,
      of: of.metadata.name,
      text: `${where} runs, but its readiness probe fails`,
      patience: undefined,
      events: pod.metadata.name,
    },
  ];
}

/** A large image or a volume that is attached may take minutes; only the pod's events show what it waits for. */
function creating(
  of: KubeObject,
  pod: KubeObject,
  statuses: readonly unknown[],
  events: readonly KubeObject[],
): Trouble[] {
  if (!statuses.some((status) => textAt(status, 'state', 'waiting', 'reason') === 'ContainerCreating')) return [];
  const { name } = pod.metadata;
  const said = textAt(eventsAbout(pod, events, ['FailedMount']).at(-1), 'message') ?? '';
  const isMissing = /(configmap|secret) "[^"]*" not found|references non-existent/i.test(said);
  return [
    {
      key: `${name} creating${isMissing ? ' without' : ''}`,
      of: of.metadata.name,
      text: `Pod ${name} is still being created`,
      patience: isMissing ? TROUBLE_PATIENCE : undefined,
      asksEvents: true,
      events: name,
    },
  ];
}

/** Whether events of autoscalers or kubelets may say more about what blocks these pods. */
export function needsEvents(present: readonly Trouble[]): boolean {
  return present.some((trouble) => trouble.asksEvents === true);
}
