import { GreenpathError } from '../core/error.ts';
import { objectAt, objectsAt, textAt, textsOf } from '../core/json.ts';
import { type EndpointSlice, type KubeObject, LABEL_REVISION, type Service, selects } from '../core/objects.ts';
import { type Readiness, type RolloutFacts, readiness, type Trouble, troubles } from '../core/rollout.ts';
import type { Api } from './api.ts';
import { KIND } from './kinds.ts';
import type { Transport } from './transport.ts';
import { follow } from './watch.ts';

export interface RolloutRequest {
  readonly deployments: readonly KubeObject[];
  readonly services: readonly Service[];
  /** A label selector for the pods. */
  readonly podSelector: string;
  /** The value of the Deployments' revision label; undefined if they have none, and all of the namespace are watched. */
  readonly labelled: string | undefined;
}

/** The pause between two looks while much happens, in milliseconds: hundreds of pods tell thousands of changes. */
const LOOK_AT_MOST = 50;
/** How often a wait without any event looks at its troubles' patience, in milliseconds. */
const LOOK_AGAIN = 1_000;
/** The pause between two lines while much changes, in milliseconds. */
const TELL_AT_MOST = 1_000;
/** How often a wait in which nothing changes says so, in milliseconds. */
const TELL_AGAIN = 10_000;

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
    deployments: new Map<string, KubeObject>(),
    pods: new Map<string, KubeObject>(),
    slices: new Map<string, EndpointSlice>(),
  };
  const names = new Set(request.deployments.map((deployment) => deployment.metadata.name));
  const selectors = request.deployments.map((deployment) =>
    textsOf(objectAt(deployment, 'spec', 'selector').matchLabels),
  );
  const waiter = new Waiter(
    () => ({
      deployments: [...watched.deployments.values()].filter((item) => names.has(item.metadata.name)),
      services: request.services,
      pods: [...watched.pods.values()].filter((pod) =>
        selectors.some((selector) => selects(selector, pod.metadata.labels ?? {})),
      ),
      slices: [...watched.slices.values()],
    }),
    names.size,
    (now, trouble) => progress(now, trouble?.text),
    (now, pod) => void lastEvent(api, pod).then((event) => progress(now, event)),
  );
  const target = (kind: (typeof KIND)[keyof typeof KIND], labels: string) => ({
    kind,
    namespace: api.namespace,
    labels,
  });
  let due: NodeJS.Timeout | undefined;
  let looked = 0;
  const look = () => {
    const pause = Math.max(0, looked + LOOK_AT_MOST - performance.now());
    due ??= setTimeout(() => {
      due = undefined;
      looked = performance.now();
      waiter.look();
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
    const trouble = await Promise.race([waiter.done, aborted(signal), Promise.all(follows).then(() => undefined)]);
    if (trouble !== undefined) throw await explain(api, trouble);
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

/** Looks at the facts after each change, and ends with nothing when they are ready or with the trouble that lasted. */
class Waiter {
  readonly done: Promise<Trouble | undefined>;
  readonly #facts: () => RolloutFacts;
  readonly #expected: number;
  readonly #progress: (now: Readiness, trouble: Trouble | undefined) => void;
  readonly #stuck: (now: Readiness, pod: string) => void;
  readonly #since = new Map<string, number>();
  #resolve: (trouble: Trouble | undefined) => void = () => undefined;
  #told = '';
  #toldAt = performance.now();

  constructor(
    facts: () => RolloutFacts,
    expected: number,
    progress: (now: Readiness, trouble: Trouble | undefined) => void,
    stuck: (now: Readiness, pod: string) => void,
  ) {
    this.#facts = facts;
    this.#expected = expected;
    this.#progress = progress;
    this.#stuck = stuck;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  look(): void {
    const facts = this.#facts();
    const now = readiness(facts);
    const present = troubles(facts);
    if (facts.deployments.length === this.#expected) this.#tell(now, present[0], facts);
    if (now.ready && facts.deployments.length === this.#expected) return this.#resolve(undefined);
    for (const key of this.#since.keys()) if (!present.some((trouble) => trouble.key === key)) this.#since.delete(key);
    for (const trouble of present) {
      const since = this.#since.get(trouble.key) ?? performance.now();
      this.#since.set(trouble.key, since);
      if (performance.now() - since >= trouble.patience) return this.#resolve(trouble);
    }
  }

  #tell(now: Readiness, trouble: Trouble | undefined, { pods }: RolloutFacts): void {
    const state = `${now.available}/${now.wanted}/${now.endpoints}/${trouble?.text}`;
    const isNew = state !== this.#told;
    const pause = isNew ? (now.ready || this.#told === '' ? 0 : TELL_AT_MOST) : TELL_AGAIN;
    if (performance.now() - this.#toldAt < pause) return;
    this.#told = state;
    this.#toldAt = performance.now();
    const pod = pods.find((one) => !isReady(one));
    if (isNew || pod === undefined) this.#progress(now, trouble);
    else this.#stuck(now, pod.metadata.name);
  }
}

async function explain(api: Api, trouble: Trouble): Promise<GreenpathError> {
  const logs = trouble.logs ? await api.logs(trouble.logs.pod, trouble.logs.container, trouble.logs.previous) : [];
  const events = trouble.events === undefined ? [] : await lastWarnings(api, trouble.events);
  const said = events.length > 0 ? `; last event: ${events.at(-1)}` : '';
  const lines = logs.length > 0 ? `\nIts last lines:\n${logs.map((line) => `  ${line}`).join('\n')}` : '';
  return new GreenpathError(
    'rollout-failed',
    `the pods cannot become ready: ${trouble.text}${said}${lines}`,
    'Mend it and run the step again; the stack stays for you to look at, and the next run takes it over.',
  );
}

/** Texts of a pod's Warning events, oldest first; none if the Role may not read events. */
async function lastWarnings(api: Api, pod: string): Promise<string[]> {
  const events = await eventsOf(api, pod);
  return events.filter((event) => event.type === 'Warning').map((event) => textAt(event, 'message') ?? '');
}

async function lastEvent(api: Api, pod: string): Promise<string | undefined> {
  const event = (await eventsOf(api, pod)).at(-1);
  return event && `last event of pod ${pod}: ${textAt(event, 'reason')}: ${textAt(event, 'message')}`;
}

async function eventsOf(api: Api, pod: string): Promise<KubeObject[]> {
  const events = await api.list<KubeObject>(KIND.Event, '', `involvedObject.name=${pod}`).catch(() => []);
  const time = (event: KubeObject) => textAt(event, 'lastTimestamp') ?? textAt(event, 'eventTime') ?? '';
  return events.toSorted((a, b) => (time(a) < time(b) ? -1 : 1));
}

function isReady(pod: KubeObject): boolean {
  return objectsAt(pod, 'status', 'conditions').some(({ type, status }) => type === 'Ready' && status === 'True');
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
}
