import { numberAt, objectAt, textAt } from '../base/json.ts';
import { keptForMask } from '../base/masking.ts';
import { hasEnded, type KubeObject } from '../kube/objects.ts';
import { containersOf, exitOf } from './crashes.ts';
import { inOrder } from './nodes.ts';
import { podTroubles } from './stack-troubles.ts';
import type { Trouble } from './trouble.ts';

/** What pods of a Job show. Unlike those of a Deployment, they are meant to end. */

/**
 * What keeps the pods of a Job from starting. How often a container may crash is for the Job to say, so its crashes have
 * no time limit here.
 */
export function jobTroubles(
  job: KubeObject,
  pods: readonly KubeObject[],
  events: readonly KubeObject[],
  now: number,
): Trouble[] {
  const memory = { crashes: new Map(), wasReady: new Set<string>(), now };
  return pods
    .filter((pod) => !hasEnded(pod) && pod.metadata.deletionTimestamp === undefined)
    .flatMap((pod) => podTroubles(job, withoutEnded(pod), events, memory));
}

/** Why a Job has its state, by its newest pod: which of its containers ended and how, which run, and which wait for what. */
export function jobPodTexts(job: KubeObject, pod: KubeObject | undefined, events: readonly KubeObject[]): string[] {
  if (pod === undefined) return [withoutPods(events)];
  const { reason, message } = objectAt(pod, 'status');
  const own = hasEnded(pod) ? [reason, message].filter((text) => typeof text === 'string' && text !== '') : [];
  const failed = own.length > 0 ? [`pod ${pod.metadata.name} failed (${own.join(': ')})`] : [];
  const troubles = jobTroubles(job, [pod], events, 0).map(({ text }) => text);
  return [...failed, ...containersOf(pod).flatMap((status) => containerText(pod, status)), ...troubles].map(
    keptForMask,
  );
}

/** A quota or a webhook may have refused them, and Kubernetes deletes those of `restartPolicy: OnFailure`. */
function withoutPods(events: readonly KubeObject[]): string {
  const refused = inOrder(events.filter(({ reason }) => reason === 'FailedCreate')).at(-1);
  const message = textAt(refused, 'message');
  return keptForMask(message === undefined ? 'it has no pod' : `it has no pod: ${message}`);
}

function containerText(pod: KubeObject, status: unknown): string[] {
  const where = `container ${textAt(status, 'name')} of pod ${pod.metadata.name}`;
  const state = objectAt(status, 'state');
  if ('running' in state) return [`${where} runs`];
  if (!('terminated' in state)) return [];
  // An init container that has ended well is ready.
  if (numberAt(state, 'terminated', 'exitCode') === 0)
    return objectAt(status).ready === true ? [] : [`${where} completed`];
  const message = textAt(state, 'terminated', 'message') ?? '';
  return [`${where} ended (${exitOf(status).text})${message === '' ? '' : `: ${message.trim()}`}`];
}

/** The pod without its containers that have ended: they wait for nothing. */
function withoutEnded(pod: KubeObject): KubeObject {
  const status = objectAt(pod, 'status');
  const others = (key: string) => {
    const all = status[key];
    return Array.isArray(all) ? all.filter((one) => !('terminated' in objectAt(one, 'state'))) : [];
  };
  const containerStatuses = others('containerStatuses');
  return { ...pod, status: { ...status, containerStatuses, initContainerStatuses: others('initContainerStatuses') } };
}
