import { textAt } from '../core/base/json.ts';
import { KIND } from '../core/kube/kinds.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { EVENTS, inOrder } from '../core/rollout/nodes.ts';
import type { Api } from './api.ts';
import type { Reader } from './reader.ts';

/** The pause between two reads of events while they matter, in milliseconds. */
const EVENTS_AGAIN = 5_000;

/** Events of pods that wait for a node or a volume; read only while there are such pods. */
export class PodEvents {
  said: readonly KubeObject[] = [];
  readonly #api: Api;
  #asked = Number.NEGATIVE_INFINITY;

  constructor(api: Api) {
    this.#api = api;
  }

  ask(now: number): void {
    if (now - this.#asked < EVENTS_AGAIN) return;
    this.#asked = now;
    const lists = EVENTS.map((reason) => this.#api.list<KubeObject>(KIND.Event, '', `reason=${reason}`));
    // If the Role may not read events, the wait continues without them.
    void Promise.all(lists).then(
      (all) => {
        this.said = all.flat();
      },
      () => undefined,
    );
  }
}

/** Texts of a pod's Warning events, oldest first; none if the Role may not read events. */
export async function lastWarnings(api: Api, pod: string): Promise<string[]> {
  const events = await eventsOf(api, pod);
  return events.filter((event) => event.type === 'Warning').map((event) => textAt(event, 'message') ?? '');
}

/** The last event of a pod, as a sentence; undefined if there is none, or if the Role may not read events. */
export async function lastEvent(api: Api, pod: string): Promise<string | undefined> {
  const event = (await eventsOf(api, pod)).at(-1);
  return event && `last event of pod ${pod}: ${textAt(event, 'reason')}: ${textAt(event, 'message')}`;
}

async function eventsOf(api: Reader, pod: string): Promise<KubeObject[]> {
  return inOrder(await listEvents(api, pod).catch(() => []));
}

/** All events of a pod that the server still has. */
export function listEvents(api: Reader, pod: string): Promise<KubeObject[]> {
  return api.list<KubeObject>(KIND.Event, '', `involvedObject.name=${pod}`);
}
