import { GreenpathError } from '../core/base/error.ts';
import { objectAt, textsOf } from '../core/base/json.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type EndpointSlice, type KubeObject, LABEL_REVISION, type Service, selects } from '../core/kube/objects.ts';
import type { Readiness, RolloutFacts } from '../core/rollout/readiness.ts';
import type { RolloutLook } from '../core/rollout/rollout.ts';
import type { Api } from './api.ts';
import { lastEvent, lastWarnings, PodEvents } from './events.ts';
import type { Transport } from './transport.ts';
import { Waiter } from './waiter.ts';
import { follow, Watched } from './watch.ts';

export interface RolloutRequest {
  readonly deployments: readonly KubeObject[];
  readonly services: readonly Service[];
  /** A label selector for the pods. */
  readonly podSelector: string;
  /** The value of the Deployments' revision label; undefined if they have none, and all of the namespace are watched. */
  readonly labelled: string | undefined;
  /** `performance.now()` at which the wait says what is in the way, if anything is, since the step is nearly over. */
  readonly until: number;
}

/** The pause between two looks while much happens, in milliseconds: hundreds of pods tell thousands of changes. */
const LOOK_AT_MOST = 50;
/** How often a wait without any event looks at its troubles' patience, in milliseconds. */
const LOOK_AGAIN = 1_000;
/** What nothing is heard of for this long may be otherwise by now, in milliseconds. */
const STALE_AFTER = 30_000;

/**
 * Waits until the stack is available and in the EndpointSlices. Throws `rollout-failed` with the reason a person needs
 * as soon as waiting longer makes no sense. `progress` gets what is ready whenever that changes, and every ten seconds
 * with the last event of a pod that is not ready.
 */
export async function waitForStack(
  transport: Transport,
  api: Api,
  request: RolloutRequest,
  progress: (now: Readiness, trouble: string | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const watched = {
    deployments: new Watched<KubeObject>(),
    pods: new Watched<KubeObject>(),
    slices: new Watched<EndpointSlice>(),
  };
  const events = new PodEvents(api);
  const names = new Set(request.deployments.map((deployment) => deployment.metadata.name));
  const selectors = request.deployments.map((deployment) =>
    textsOf(objectAt(deployment, 'spec', 'selector').matchLabels),
  );
  const facts = (): RolloutFacts => ({
    deployments: [...watched.deployments.objects.values()].filter((item) => names.has(item.metadata.name)),
    services: request.services,
    pods: [...watched.pods.objects.values()].filter((pod) =>
      selectors.some((selector) => selects(selector, pod.metadata.labels ?? {})),
    ),
    slices: [...watched.slices.objects.values()],
    events: events.said,
  });
  const waiter = new Waiter(names.size, request.until, {
    progress,
    stuck: (now, pod) => void lastEvent(api, pod).then((event) => progress(now, event)),
  });
  const target = (kind: (typeof KIND)[keyof typeof KIND], labels: string) => ({
    kind,
    namespace: api.namespace,
    labels,
  });
  const { deployments, pods, slices } = watched;
  const followed = request.services.length === 0 ? [deployments, pods] : [deployments, pods, slices];
  let due: NodeJS.Timeout | undefined;
  let looked = 0;
  const look = () => {
    const pause = Math.max(0, looked + LOOK_AT_MOST - performance.now());
    due ??= setTimeout(() => {
      due = undefined;
      looked = performance.now();
      const seen = Math.min(...followed.map((one) => one.seen));
      if (waiter.look(facts(), looked - seen > STALE_AFTER)) events.ask(looked);
    }, pause);
  };
  const follows = [
    follow(
      transport,
      target(KIND.Deployment, request.labelled === undefined ? '' : `${LABEL_REVISION}=${request.labelled}`),
      watched.deployments,
      look,
      until,
    ),
    follow(transport, target(KIND.Pod, request.podSelector), watched.pods, look, until),
    ...(request.services.length === 0
      ? []
      : [follow(transport, target(KIND.EndpointSlice, sliceSelector(request)), watched.slices, look, until)]),
  ];
  const timer = setInterval(look, LOOK_AGAIN);
  try {
    const end = await Promise.race([waiter.done, aborted(signal), Promise.all(follows).then(() => undefined)]);
    if (end !== undefined) throw await explain(api, end);
  } finally {
    clearInterval(timer);
    clearTimeout(due);
    stop.abort();
    await Promise.allSettled(follows);
  }
}

/** A slice carries the labels of its Service: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/ */
function sliceSelector({ services, labelled }: RolloutRequest): string {
  if (labelled !== undefined && services.length > 1) return `${LABEL_REVISION}=${labelled}`;
  const names = services.map((service) => service.metadata.name);
  return `kubernetes.io/service-name in (${names.join(',')})`;
}

async function explain(api: Api, { trouble, why, instead }: NonNullable<RolloutLook['end']>): Promise<GreenpathError> {
  const logs = trouble.logs ? await api.logs(trouble.logs.pod, trouble.logs.container, trouble.logs.previous) : [];
  const events = trouble.events === undefined ? [] : await lastWarnings(api, trouble.events);
  const said = events.length > 0 ? `; last event: ${events.at(-1)}` : '';
  const lines = logs.length > 0 ? `\nIts last lines:\n${logs.map((line) => `  ${line}`).join('\n')}` : '';
  return new GreenpathError(
    'rollout-failed',
    `the pods cannot become ready: ${trouble.text}${why}${said}${lines}`,
    `Fix it${instead}, and run the step again. The stack stays for you to look at, and the next run takes it over.`,
  );
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
}
