import { GreenpathError } from '../core/base/error.ts';
import { type JsonObject, objectsAt, textAt } from '../core/base/json.ts';
import { withoutCut } from '../core/base/masking.ts';
import { clusterWideText } from '../core/kube/cluster-kinds.ts';
import { kindOf } from '../core/kube/identity.ts';
import type { Kind } from '../core/kube/kind-row.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type KubeObject, nameOf } from '../core/kube/objects.ts';
import { failure } from './failure.ts';
import { clusterPathOf, itemsOf, pathOf } from './kinds.ts';
import type { Transport } from './transport.ts';

export interface ObjectRef {
  readonly kind: Kind;
  readonly name: string;
  /** If it may be in another namespace than what a run writes to. */
  readonly namespace?: string | undefined;
}

/** Which lines of a container's log are read. */
interface LogQuery {
  /** Whether they are those of the run before the last restart. */
  readonly previous?: boolean;
  /** How many of the last lines. */
  readonly lines?: number;
  /** Whether each line has its time in front. */
  readonly timestamps?: boolean;
}

/** How much of a container's log is read for ten lines, in bytes. */
const LOG_LIMIT = 4096;

/** Reads in one namespace. Every method throws a GreenpathError that names verb and resource. */
export class Reader {
  readonly namespace: string;
  protected readonly transport: Transport;
  protected readonly signal: AbortSignal;

  constructor(transport: Transport, namespace: string, signal: AbortSignal) {
    this.transport = transport;
    this.namespace = namespace;
    this.signal = signal;
  }

  /** The same reads under another signal, for the last read of a run that was stopped. */
  until(signal: AbortSignal): Reader {
    return new Reader(this.transport, this.namespace, signal);
  }

  /** The object, or undefined if it does not exist. */
  async get<T extends KubeObject>({ kind, name, namespace }: ObjectRef): Promise<T | undefined> {
    const answer = await this.transport.call(
      { method: 'GET', path: pathOf(kind, namespace ?? this.namespace, name), idempotent: true },
      this.signal,
    );
    if (answer.status === 404) return undefined;
    if (answer.status >= 400) throw failure(answer, { verb: 'get', resource: kind.resource, name });
    return answer.body as T;
  }

  /** All objects of a kind in the namespace that match a label or field selector, in one request. */
  async list<T extends KubeObject>(kind: Kind, labels = '', fields = ''): Promise<T[]> {
    const query = {
      ...(labels === '' ? {} : { labelSelector: labels }),
      ...(fields === '' ? {} : { fieldSelector: fields }),
    };
    const answer = await this.transport.call(
      { method: 'GET', path: pathOf(kind, this.namespace), query, idempotent: true },
      this.signal,
    );
    if (answer.status >= 400) throw failure(answer, { verb: 'list', resource: kind.resource });
    return itemsOf(kind, answer.body) as T[];
  }

  /** All objects of a kind that belongs to the whole cluster. */
  async listOfCluster(kind: Kind): Promise<KubeObject[]> {
    const answer = await this.transport.call(
      { method: 'GET', path: clusterPathOf(kind), idempotent: true },
      this.signal,
    );
    if (answer.status >= 400) throw failure(answer, { verb: 'list', resource: kind.resource });
    return itemsOf(kind, answer.body);
  }

  /**
   * The same without content, for objects whose content must not be read or is not needed: name, labels, versions and
   * managers.
   */
  async listMetadata(kind: Kind, labels: string): Promise<KubeObject[]> {
    const answer = await this.transport.call(
      {
        method: 'GET',
        path: pathOf(kind, this.namespace),
        query: { labelSelector: labels },
        accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
        idempotent: true,
      },
      this.signal,
    );
    if (answer.status >= 400) throw failure(answer, { verb: 'list', resource: kind.resource });
    return itemsOf(kind, answer.body);
  }

  /** The metadata of one object, or undefined if it does not exist. */
  async metadata({ kind, name }: ObjectRef): Promise<KubeObject | undefined> {
    const accept = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
    const path = pathOf(kind, this.namespace, name);
    const answer = await this.transport.call({ method: 'GET', path, accept, idempotent: true }, this.signal);
    if (answer.status === 404) return undefined;
    if (answer.status >= 400) throw failure(answer, { verb: 'get', resource: kind.resource, name });
    return answer.body as KubeObject;
  }

  /** The last lines that a container wrote; empty if there are none, or if they cannot be read for whatever reason. */
  async logs(pod: string, container: string, wanted: LogQuery = {}): Promise<string[]> {
    const found = await this.logOf(pod, container, wanted);
    return found === 'forbidden' ? [] : found;
  }

  /**
   * The last lines that a container wrote, at most 4 KiB for ten: `forbidden` if the Role may not read logs, and empty if
   * the server has none, as of a container that has not started.
   */
  async logOf(
    pod: string,
    container: string,
    { previous = false, lines = 10, timestamps = false }: LogQuery,
  ): Promise<string[] | 'forbidden'> {
    const path = `${pathOf(KIND.Pod, this.namespace, pod)}/log`;
    const most = (LOG_LIMIT / 10) * lines;
    const limit = { tailLines: `${lines}`, limitBytes: `${Math.floor(most)}` };
    const more = { ...(previous && { previous: 'true' }), ...(timestamps && { timestamps: 'true' }) };
    const query = { container, ...limit, ...more };
    const answer = await this.transport.call({ method: 'GET', path, query, idempotent: true }, this.signal);
    if (answer.status >= 400) return answer.status === 403 ? 'forbidden' : [];
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    return withoutCut(text, most)
      .split('\n')
      .filter((line) => line.trim() !== '');
  }

  /** The server's version, such as `v1.37.2`; undefined if the server does not say. */
  async version(): Promise<string | undefined> {
    const answer = await this.transport.call({ method: 'GET', path: '/version', idempotent: true }, this.signal);
    return answer.status >= 400 ? undefined : textAt(answer.body, 'gitVersion');
  }

  /** REST facts of an object's kind: from the table, else from the server's discovery. */
  async kind(object: KubeObject): Promise<Kind> {
    return kindOf(object) ?? this.served(object);
  }

  /** The same from the server's discovery; throws if the cluster does not have the kind. */
  async served(object: KubeObject): Promise<Kind> {
    const { apiVersion, kind } = object;
    const resource = await this.#discovered(object);
    const name = textAt(resource, 'name');
    if (name === undefined)
      throw new GreenpathError(
        'manifest',
        `${nameOf(object)}: the cluster serves no kind ${kind} in ${apiVersion}`,
        'Check apiVersion and kind, and that its CRD is installed.',
      );
    if (resource?.namespaced !== true)
      throw new GreenpathError('manifest', clusterWideText(object), 'Fix the files at the named places.');
    return { apiVersion, kind, resource: name };
  }

  /** Whether the cluster has a kind, from the server's discovery: no Role is needed for that. */
  async serves(kind: Kind): Promise<boolean> {
    return (await this.#discovered(kind)) !== undefined;
  }

  /** What the server's discovery says of a kind; undefined if the cluster does not have it. */
  async #discovered({ apiVersion, kind }: Pick<Kind, 'apiVersion' | 'kind'>): Promise<JsonObject | undefined> {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const answer = await this.transport.call({ method: 'GET', path, idempotent: true }, this.signal);
    if (answer.status >= 400 && answer.status !== 404)
      throw failure(answer, { verb: 'get', resource: `the kinds of ${apiVersion}` });
    return objectsAt(answer.body, 'resources').find(
      (item) => item.kind === kind && !textAt(item, 'name')?.includes('/'),
    );
  }
}
