import { objectAt, objectsAt, textAt } from '../base/json.ts';
import type { KubeObject } from '../kube/objects.ts';
import { TROUBLE_PATIENCE, type Trouble } from './trouble.ts';

/**
 * Events with which autoscalers report about a pod that fits on no node, and with which the kubelet reports a volume
 * that cannot be mounted. Sources: https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md,
 * https://karpenter.sh/docs/troubleshooting/
 */
export const EVENTS = ['TriggeredScaleUp', 'NotTriggerScaleUp', 'Nominated', 'FailedMount'] as const;

/**
 * How long a pod may fit on no node without an event of an autoscaler, in milliseconds: there is none, or it is slow.
 * An autoscaler checks every 10 s and reports what it does.
 */
const SILENCE = 90_000;

/**
 * A pod that fits on no node. If an autoscaler adds a node, the wait gets the Deployment's full time. If it says that
 * it adds none, it checks again every 10 s, so a no is final only if it lasts. An autoscaler that is in back-off after
 * a failure retries on its own.
 */
export function unschedulable(of: KubeObject, pod: KubeObject, events: readonly KubeObject[]): Trouble[] {
  const { name } = pod.metadata;
  const condition = objectsAt(pod, 'status', 'conditions').find(
    ({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
  );
  if (condition === undefined) return [];
  const message = textAt(condition, 'message') ?? '';
  const trouble = { key: `${name} node`, of: of.metadata.name, asksEvents: true };
  const fits = `Pod ${name} fits on no node (unschedulable): ${message}`;
  const last = eventsAbout(pod, events, ['TriggeredScaleUp', 'NotTriggerScaleUp', 'Nominated']).at(-1);
  const said = textAt(last, 'message') ?? '';
  if (last === undefined)
    return [{ ...trouble, text: `${fits} No autoscaler said that it adds one`, patience: SILENCE }];
  if (last.reason !== 'NotTriggerScaleUp')
    return [{ ...trouble, text: `Pod ${name} waits for a node that is being added: ${said}`, patience: undefined }];
  const patience = /back-?off/i.test(said) ? undefined : TROUBLE_PATIENCE;
  const key = patience === undefined ? trouble.key : `${trouble.key} refused`;
  return [{ ...trouble, key, text: `${fits} The autoscaler adds none: ${said}`, patience }];
}

/** What these events say about a pod, oldest first. */
export function eventsAbout(pod: KubeObject, events: readonly KubeObject[], reasons: readonly string[]): KubeObject[] {
  const about = (event: KubeObject) => {
    const { name, uid } = objectAt(event, 'involvedObject');
    return name === pod.metadata.name && (uid === undefined || uid === pod.metadata.uid);
  };
  return inOrder(events.filter((event) => about(event) && reasons.includes(textAt(event, 'reason') ?? '')));
}

/** Events in the order in which each was last seen. */
export function inOrder(events: readonly KubeObject[]): KubeObject[] {
  return events.toSorted((a, b) => (lastSeen(a) < lastSeen(b) ? -1 : lastSeen(a) > lastSeen(b) ? 1 : 0));
}

/** When an event was last seen, as the server writes it; empty if it does not say. */
export function lastSeen(event: KubeObject): string {
  return (
    textAt(event, 'series', 'lastObservedTime') ?? textAt(event, 'lastTimestamp') ?? textAt(event, 'eventTime') ?? ''
  );
}
