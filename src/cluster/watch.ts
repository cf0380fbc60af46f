import { createInterface } from 'node:readline';
import type { Clock } from '../core/base/clock.ts';
import { GreenpathError } from '../core/base/error.ts';
import { isObject, textAt } from '../core/base/json.ts';
import type { Kind } from '../core/kube/kind-row.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { CLOCK } from '../process/clock.ts';
import { parseBody, readText } from './body.ts';
import { failure } from './failure.ts';
import { itemsOf, pathOf } from './kinds.ts';
import type { Transport } from './transport.ts';

export interface WatchTarget {
  readonly kind: Kind;
  readonly namespace: string;
  /** A label selector. */
  readonly labels: string;
}

/** Watched objects, by name. */
export class Watched<T extends KubeObject> {
  objects: Map<string, T> = new Map();
  readonly clock: Clock;
  /** When the server last showed the present state, by `clock`. */
  seen: number;

  constructor(clock = CLOCK) {
    this.clock = clock;
    this.seen = clock.now();
  }
}

/** The server ends a watch after this many seconds, and it is opened again. */
const WATCH_SECONDS = 60;
/** How much later the watch is ended here, in milliseconds: something in between may have forgotten the connection. */
const LATE = 5_000;
/** How long a watch may be silent before it is compared with a list, in milliseconds. */
const QUIET = 10_000;
/** The pause before a watch is opened again, in milliseconds. */
const PAUSE = 500;

/**
 * Watches the objects that `target` selects and calls `changed` after each change, until `signal` aborts. The first
 * watch begins with the present state as ADDED events, without a list
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-watch). A silent watch is compared with a
 * list. If the list differs, or if the watch ends, the next watch starts from the list. The list replaces all objects
 * at once, so that none is missing in between. Rejects with what the server refuses (`forbidden`, …).
 */
export async function follow<T extends KubeObject>(
  transport: Transport,
  target: WatchTarget,
  watched: Watched<T>,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  const follower = new Follower(transport, target, watched, changed);
  // The resource version to watch from; with an empty one, a watch begins with the present state.
  let from: string | undefined = '';
  while (!signal.aborted) {
    try {
      from ??= await follower.list(signal);
      from = await follower.watch(from, signal);
    } catch (error) {
      from = undefined;
      if (signal.aborted) return;
      if (error instanceof GreenpathError && error.code !== 'unreachable') throw error;
    }
    if (from === undefined) await watched.clock.pause(PAUSE, signal).catch(() => undefined);
  }
}

class Follower<T extends KubeObject> {
  readonly #transport: Transport;
  readonly #target: WatchTarget;
  readonly #watched: Watched<T>;
  readonly #clock: Clock;
  readonly #changed: () => void;

  constructor(transport: Transport, target: WatchTarget, watched: Watched<T>, changed: () => void) {
    this.#transport = transport;
    this.#target = target;
    this.#watched = watched;
    this.#clock = watched.clock;
    this.#changed = changed;
  }

  /** Reads the present state; returns the resource version to watch from. */
  async list(signal: AbortSignal): Promise<string> {
    const { objects, version } = await this.#read(signal);
    this.#replace(objects);
    return version;
  }

  /** Watches from a resource version; returns the one from which to watch next, if it is known. */
  async watch(from: string, signal: AbortSignal): Promise<string | undefined> {
    const over = new AbortController();
    const until = AbortSignal.any([signal, over.signal, this.#clock.timeout(WATCH_SECONDS * 1_000 + LATE)]);
    const watching = this.#stream(from, until).finally(() => over.abort());
    // Its end is awaited below.
    watching.catch(() => undefined);
    const other = await this.#differs(until);
    over.abort();
    await watching.catch((error) => {
      if (other === undefined) throw error;
    });
    return other;
  }

  async #stream(from: string, signal: AbortSignal): Promise<void> {
    const { kind, namespace, labels } = this.#target;
    const query = {
      watch: 'true',
      labelSelector: labels,
      timeoutSeconds: `${WATCH_SECONDS}`,
      ...(from === '' ? {} : { resourceVersion: from }),
    };
    const response = await this.#transport.open(pathOf(kind, namespace), query, signal);
    const status = response.statusCode ?? 0;
    if (status >= 400) {
      const body = parseBody(await readText(response));
      const { wasAllowed } = this.#transport;
      throw failure({ status, body, wasAllowed }, { verb: 'watch', resource: kind.resource });
    }
    this.#watched.seen = this.#clock.now();
    const lines = createInterface({ input: response });
    // Once nobody reads any more, the end of the connection does not matter and must not end the process.
    lines.on('error', () => undefined);
    for await (const line of lines) {
      if (!this.#note(line)) return;
    }
  }

  /** Whether the watch may continue: an ERROR event says that it cannot. */
  #note(line: string): boolean {
    const event: unknown = JSON.parse(line);
    const object = isObject(event) ? event.object : undefined;
    const name = textAt(object, 'metadata', 'name');
    const type = textAt(event, 'type');
    if (type === 'ERROR') return false;
    const { objects } = this.#watched;
    this.#watched.seen = this.#clock.now();
    if (name === undefined || type === 'BOOKMARK') return true;
    if (type === 'DELETED') objects.delete(name);
    else objects.set(name, object as unknown as T);
    this.#changed();
    return true;
  }

  /**
   * Compares a silent watch with lists until one differs; returns the version of that list. Undefined once `signal`
   * aborts.
   */
  async #differs(signal: AbortSignal): Promise<string | undefined> {
    while (!signal.aborted) {
      const pause = Math.max(PAUSE, this.#watched.seen + QUIET - this.#clock.now());
      await this.#clock.pause(Math.min(QUIET, pause), signal).catch(() => undefined);
      const asked = this.#clock.now();
      if (signal.aborted || asked - this.#watched.seen < QUIET) continue;
      const present = await this.#read(signal).catch(() => undefined);
      // The watch may have received something newer meanwhile.
      if (present === undefined || this.#watched.seen > asked) continue;
      if (!isSame(present.objects, this.#watched.objects)) {
        this.#replace(present.objects);
        return present.version;
      }
      this.#watched.seen = this.#clock.now();
    }
    return undefined;
  }

  async #read(signal: AbortSignal): Promise<{ objects: Map<string, T>; version: string }> {
    const { kind, namespace, labels } = this.#target;
    const call = { method: 'GET', path: pathOf(kind, namespace), query: { labelSelector: labels } } as const;
    const answer = await this.#transport.call({ ...call, idempotent: true }, signal);
    if (answer.status >= 400) throw failure(answer, { verb: 'list', resource: kind.resource });
    const objects = itemsOf(kind, answer.body).map((item) => [item.metadata.name, item as T] as const);
    return { objects: new Map(objects), version: textAt(answer.body, 'metadata', 'resourceVersion') ?? '' };
  }

  #replace(objects: Map<string, T>): void {
    this.#watched.objects = objects;
    this.#watched.seen = this.#clock.now();
    this.#changed();
  }
}

function isSame(some: ReadonlyMap<string, KubeObject>, others: ReadonlyMap<string, KubeObject>): boolean {
  const versions = [...some].map(
    ([name, { metadata }]) => others.get(name)?.metadata.resourceVersion === metadata.resourceVersion,
  );
  return some.size === others.size && versions.every(Boolean);
}
