import { GreenpathError } from '../core/base/error.ts';
import { objectAt, textsOf } from '../core/base/json.ts';
import type { Kind } from '../core/kube/kind-row.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type EndpointSlice, type KubeObject, type Service, selects } from '../core/kube/objects.ts';
import type { Readiness, RolloutFacts } from '../core/rollout/readiness.ts';
import type { RolloutLook } from '../core/rollout/rollout.ts';
import type { WatchSelectors } from '../core/rollout/watch-selectors.ts';
import type { Api } from './api.ts';
import { lastEvent, lastWarnings, PodEvents } from './events.ts';
import type { Transport } from './transport.ts';
import { Waiter } from './waiter.ts';
import { follow, Watched } from './watch.ts';

export interface RolloutRequest {
  readonly deployments: readonly KubeObject[];
  readonly services: readonly Service[];
  /** How they, their pods and their slices are watched. */
  readonly selectors: WatchSelectors;
  /**
   * `performance.now()` at which the wait reports what blocks the rollout, if anything does, since the step is nearly
   * over.
   */
  readonly until: number;
}

/** The least time between two evaluations, in milliseconds: hundreds of pods cause thousands of changes. */
const LOOK_AT_MOST = 50;
/** How often a wait without events checks the time limits of its troubles, in milliseconds. */
const LOOK_AGAIN = 1_000;
/** Facts older than this may be outdated, in milliseconds. */
const STALE_AFTER = 30_000;

/**
 * Waits until the stack is available and in the EndpointSlices. Throws `rollout-failed`, with the reason that a person
 * needs, as soon as waiting longer is useless. `progress` gets what is ready whenever that changes, and every ten
 * seconds with the last event of a pod that is not ready.
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
  const stack = new WatchedStack(request);
  const events = new PodEvents(api);
  const waiter = new Waiter(stack.size, request.until, {
    progress,
    stuck: (now, pod) => void lastEvent(api, pod).then((event) => progress(now, event)),
  });
  const looks = new Looks((now) => {
    if (waiter.look(stack.facts(events.said), { stale: now - stack.seen > STALE_AFTER })) events.ask(now);
  });
  const following = stack.follow(transport, api.namespace, () => looks.soon(), until);
  try {
    const end = await Promise.race([waiter.done, aborted(signal), Promise.all(following).then(() => undefined)]);
    if (end !== undefined) throw await explain(api, end);
  } finally {
    looks.end();
    stop.abort();
    await Promise.allSettled(following);
  }
}

/** What is there of a stack, as watches show it. */
class WatchedStack {
  readonly #request: RolloutRequest;
  readonly #names: ReadonlySet<string>;
  readonly #selectors: readonly Record<string, string>[];
  readonly #deployments = new Watched<KubeObject>();
  readonly #pods = new Watched<KubeObject>();
  readonly #slices = new Watched<EndpointSlice>();

  constructor(request: RolloutRequest) {
    this.#request = request;
    this.#names = new Set(request.deployments.map(({ metadata }) => metadata.name));
    this.#selectors = request.deployments.map((one) => textsOf(objectAt(one, 'spec', 'selector').matchLabels));
  }

  /** How many Deployments are waited for. */
  get size(): number {
    return this.#names.size;
  }

  /** When all of it was shown last, by `performance.now()`. */
  get seen(): number {
    const slices = this.#request.services.length === 0 ? [] : [this.#slices];
    return Math.min(...[this.#deployments, this.#pods, ...slices].map((one) => one.seen));
  }

  /** Follows everything, and calls `changed` after each change. */
  follow(transport: Transport, namespace: string, changed: () => void, until: AbortSignal): Promise<void>[] {
    const { selectors, services } = this.#request;
    const watch = <T extends KubeObject>(kind: Kind, labels: string, watched: Watched<T>) =>
      follow(transport, { kind, namespace, labels }, watched, changed, until);
    return [
      watch(KIND.Deployment, selectors.deployments, this.#deployments),
      watch(KIND.Pod, selectors.pods, this.#pods),
      ...(services.length === 0 ? [] : [watch(KIND.EndpointSlice, selectors.slices, this.#slices)]),
    ];
  }

  facts(events: readonly KubeObject[]): RolloutFacts {
    const isOfStack = (pod: KubeObject) => this.#selectors.some((one) => selects(one, pod.metadata.labels ?? {}));
    return {
      deployments: [...this.#deployments.objects.values()].filter(({ metadata }) => this.#names.has(metadata.name)),
      services: this.#request.services,
      pods: [...this.#pods.objects.values()].filter(isOfStack),
      slices: [...this.#slices.objects.values()],
      events,
    };
  }
}

/** Looks soon after a change, and now and then without one. */
class Looks {
  readonly #look: (now: number) => void;
  readonly #timer = setInterval(() => this.soon(), LOOK_AGAIN);
  #due: NodeJS.Timeout | undefined;
  #looked = 0;

  constructor(look: (now: number) => void) {
    this.#look = look;
  }

  soon(): void {
    const pause = Math.max(0, this.#looked + LOOK_AT_MOST - performance.now());
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      this.#looked = performance.now();
      this.#look(this.#looked);
    }, pause);
  }

  end(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#due);
  }
}

async function explain(api: Api, { trouble, why, next }: NonNullable<RolloutLook['end']>): Promise<GreenpathError> {
  const logs = trouble.logs ? await api.logs(trouble.logs.pod, trouble.logs.container, trouble.logs) : [];
  const events = trouble.events === undefined ? [] : await lastWarnings(api, trouble.events);
  const said = events.length > 0 ? `; last event: ${events.at(-1)}` : '';
  const lines = logs.length > 0 ? `\nIts last lines:\n${logs.map((line) => `  ${line}`).join('\n')}` : '';
  const what = `the pods cannot become ready: ${trouble.text}${why}${said}${lines}`;
  return new GreenpathError('rollout-failed', what, next);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
}
