import { GreenpathError } from '../core/error.ts';
import { type JsonObject, objectsAt, textAt } from '../core/json.ts';
import type { KubeObject } from '../core/objects.ts';
import { failure, isGuardRefusal } from './failure.ts';
import { KIND, type Kind, kindOf, pathOf } from './kinds.ts';
import type { Transport } from './transport.ts';

/** The field manager of all that Greenpath writes. */
export const FIELD_MANAGER = 'greenpath';

export interface Target {
  readonly kind: Kind;
  readonly name: string;
}

/** Reads and writes in one namespace. Every method throws a GreenpathError that names verb and resource. */
export class Api {
  readonly namespace: string;
  readonly #transport: Transport;
  readonly #signal: AbortSignal;
  readonly #fence: (signal: AbortSignal) => Promise<void>;

  /** `fence` is awaited right before each write that is not a dry run, and throws if this run may not write any more. */
  constructor(
    transport: Transport,
    namespace: string,
    signal: AbortSignal,
    fence: (signal: AbortSignal) => Promise<void>,
  ) {
    this.#transport = transport;
    this.namespace = namespace;
    this.#signal = signal;
    this.#fence = fence;
  }

  /** The same reads under another signal, for the last look of a run that was stopped. */
  until(signal: AbortSignal): Api {
    return new Api(this.#transport, this.namespace, signal, this.#fence);
  }

  /** The object, or undefined if it does not exist. */
  async get<T extends KubeObject>({ kind, name }: Target): Promise<T | undefined> {
    const answer = await this.#transport.call(
      { method: 'GET', path: pathOf(kind, this.namespace, name), idempotent: true },
      this.#signal,
    );
    if (answer.status === 404) return undefined;
    if (answer.status >= 400) throw failure(answer, { verb: 'get', resource: kind.resource, name });
    return answer.body as T;
  }

  /** All objects of a kind in the namespace that a label or field selector selects, in one request. */
  async list<T extends KubeObject>(kind: Kind, labels = '', fields = ''): Promise<T[]> {
    const query = {
      ...(labels === '' ? {} : { labelSelector: labels }),
      ...(fields === '' ? {} : { fieldSelector: fields }),
    };
    const answer = await this.#transport.call(
      { method: 'GET', path: pathOf(kind, this.namespace), query, idempotent: true },
      this.#signal,
    );
    if (answer.status >= 400) throw failure(answer, { verb: 'list', resource: kind.resource });
    const header = { apiVersion: kind.apiVersion, kind: kind.kind };
    return objectsAt(answer.body, 'items').map((item) => ({ ...header, ...item }) as JsonObject as unknown as T);
  }

  /** The same for objects whose content must not be read or is not needed: name, labels, versions and managers only. */
  async listMetadata(kind: Kind, labels: string): Promise<KubeObject[]> {
    const answer = await this.#transport.call(
      {
        method: 'GET',
        path: pathOf(kind, this.namespace),
        query: { labelSelector: labels },
        accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
        idempotent: true,
      },
      this.#signal,
    );
    if (answer.status >= 400) throw failure(answer, { verb: 'list', resource: kind.resource });
    const header = { apiVersion: kind.apiVersion, kind: kind.kind };
    return objectsAt(answer.body, 'items').map(
      (item) => ({ ...item, ...header }) as JsonObject as unknown as KubeObject,
    );
  }

  /** The metadata of one object, or undefined if it does not exist. */
  async metadata({ kind, name }: Target): Promise<KubeObject | undefined> {
    const accept = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
    const path = pathOf(kind, this.namespace, name);
    const answer = await this.#transport.call({ method: 'GET', path, accept, idempotent: true }, this.#signal);
    if (answer.status === 404) return undefined;
    if (answer.status >= 400) throw failure(answer, { verb: 'get', resource: kind.resource, name });
    return answer.body as KubeObject;
  }

  /**
   * Server-side apply. A conflict with another manager is forced only on an object that carries Greenpath's label
   * `owner` (key and value) already; on anything else it is the error `conflict`.
   */
  async apply(
    object: KubeObject,
    options: { dryRun: boolean; owner?: readonly [string, string] },
  ): Promise<KubeObject> {
    const kind = await this.kind(object);
    const { name } = object.metadata;
    const send = (force: boolean) =>
      this.#transport.call(
        {
          method: 'PATCH',
          path: pathOf(kind, this.namespace, name),
          query: {
            fieldManager: FIELD_MANAGER,
            fieldValidation: 'Strict',
            ...(force ? { force: 'true' } : {}),
            ...(options.dryRun ? { dryRun: 'All' } : {}),
          },
          contentType: 'application/apply-patch+yaml',
          body: object,
          idempotent: true,
          ...this.#fenced(options.dryRun),
        },
        this.#signal,
      );
    let answer = await send(false);
    if (answer.status === 409 && options.owner !== undefined) {
      const [key, value] = options.owner;
      const present = await this.get({ kind, name });
      if (present?.metadata.labels?.[key] === value) answer = await send(true);
    }
    if (answer.status >= 400) throw failure(answer, { verb: 'patch', resource: kind.resource, name });
    return answer.body as KubeObject;
  }

  /** Creates an object; `changed` means that one of its name exists meanwhile. */
  async create<T extends KubeObject>(object: T, dryRun: boolean): Promise<T | 'changed'> {
    const kind = await this.kind(object);
    const answer = await this.#transport.call(
      {
        method: 'POST',
        path: pathOf(kind, this.namespace),
        query: { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', ...(dryRun ? { dryRun: 'All' } : {}) },
        contentType: 'application/json',
        body: object,
        idempotent: false,
        ...this.#fenced(dryRun),
      },
      this.#signal,
    );
    if (answer.status === 409) return 'changed';
    const { name } = object.metadata;
    if (answer.status >= 400) throw failure(answer, { verb: 'create', resource: kind.resource, name });
    return answer.body as T;
  }

  /** A JSON patch; `changed` means that the server refused it because one of its tests no longer holds (422, 409). */
  async patch<T extends KubeObject>(
    target: Target,
    operations: readonly unknown[],
    dryRun: boolean,
  ): Promise<T | 'changed'> {
    const answer = await this.#patch(target, 'application/json-patch+json', operations, dryRun, false);
    if (isGuardRefusal(answer)) return 'changed';
    if (answer.status >= 400)
      throw failure(answer, { verb: 'patch', resource: target.kind.resource, name: target.name });
    return answer.body as T;
  }

  /** A merge patch that the server refuses (`changed`) unless the object still has `resourceVersion`. */
  async merge(
    target: Target,
    change: JsonObject,
    resourceVersion: string | undefined,
    dryRun: boolean,
  ): Promise<KubeObject | 'changed'> {
    const guarded = { ...change, metadata: { resourceVersion: resourceVersion ?? '' } };
    const answer = await this.#patch(target, 'application/merge-patch+json', guarded, dryRun, false);
    if (answer.status === 409) return 'changed';
    if (answer.status >= 400)
      throw failure(answer, { verb: 'patch', resource: target.kind.resource, name: target.name });
    return answer.body as KubeObject;
  }

  /**
   * A merge patch of an object that controllers write to all the time, so it is guarded by its uid only: `changed` if
   * another object has its name now. Safe to send twice.
   */
  async mergeUnlessRecreated(
    target: Target,
    change: { metadata?: object; spec: object },
    read: KubeObject,
    dryRun: boolean,
  ): Promise<KubeObject | 'changed'> {
    const guarded = { ...change, metadata: { ...change.metadata, uid: read.metadata.uid ?? '' } };
    const answer = await this.#patch(target, 'application/merge-patch+json', guarded, dryRun, true);
    if (answer.status === 409 || answer.status === 404) return 'changed';
    if (answer.status >= 400)
      throw failure(answer, { verb: 'patch', resource: target.kind.resource, name: target.name });
    return answer.body as KubeObject;
  }

  /**
   * Deletes exactly the object that was read, by uid and resource version: `gone` if it is not there any more or another
   * one has its name, `changed` if it is another version now. A Deployment goes after its pods (foreground).
   */
  async remove({ kind, name }: Target, read: KubeObject, dryRun: boolean): Promise<'deleted' | 'gone' | 'changed'> {
    const { uid, resourceVersion } = read.metadata;
    const answer = await this.#transport.call(
      {
        method: 'DELETE',
        path: pathOf(kind, this.namespace, name),
        ...(dryRun ? { query: { dryRun: 'All' } } : {}),
        body: {
          preconditions: { uid, resourceVersion },
          propagationPolicy: kind.kind === 'Deployment' ? 'Foreground' : 'Background',
        },
        idempotent: true,
        ...this.#fenced(dryRun),
      },
      this.#signal,
    );
    if (answer.status === 404) return 'gone';
    if (answer.status === 409) return (await this.metadata({ kind, name }))?.metadata.uid === uid ? 'changed' : 'gone';
    if (answer.status >= 400) throw failure(answer, { verb: 'delete', resource: kind.resource, name });
    return 'deleted';
  }

  /** The last lines that a container wrote, at most 4 KiB; empty if there are none or the Role may not read logs. */
  async logs(pod: string, container: string, previous: boolean): Promise<string[]> {
    const path = `${pathOf(KIND.Pod, this.namespace, pod)}/log`;
    const query = { container, tailLines: '10', limitBytes: '4096', ...(previous ? { previous: 'true' } : {}) };
    const answer = await this.#transport.call({ method: 'GET', path, query, idempotent: true }, this.#signal);
    if (answer.status >= 400) return [];
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    return text.split('\n').filter((line) => line.trim() !== '');
  }

  /** The server's version, such as `v1.37.2`; undefined if it does not tell. */
  async version(): Promise<string | undefined> {
    const answer = await this.#transport.call({ method: 'GET', path: '/version', idempotent: true }, this.#signal);
    return answer.status >= 400 ? undefined : textAt(answer.body, 'gitVersion');
  }

  /** REST facts of an object's kind: from the table, else from the server's discovery. */
  async kind(object: KubeObject): Promise<Kind> {
    const known = kindOf(object);
    if (known) return known;
    const { apiVersion, kind } = object;
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const answer = await this.#transport.call({ method: 'GET', path, idempotent: true }, this.#signal);
    const resource = objectsAt(answer.body, 'resources').find(
      (item) => item.kind === kind && item.namespaced === true && !textAt(item, 'name')?.includes('/'),
    );
    const name = textAt(resource, 'name');
    if (name === undefined)
      throw new GreenpathError(
        'manifest',
        `the cluster knows no namespaced kind ${kind} in ${apiVersion}`,
        'Check apiVersion and kind, and that its CRD is installed.',
      );
    return { apiVersion, kind, resource: name };
  }

  #patch(target: Target, contentType: string, body: unknown, dryRun: boolean, idempotent: boolean) {
    const query = { fieldManager: FIELD_MANAGER, ...(dryRun ? { dryRun: 'All' } : {}) };
    const path = pathOf(target.kind, this.namespace, target.name);
    const fenced = this.#fenced(dryRun);
    return this.#transport.call(
      { method: 'PATCH', path, query, contentType, body, idempotent, ...fenced },
      this.#signal,
    );
  }

  #fenced(dryRun: boolean) {
    return dryRun ? {} : { before: this.#fence };
  }
}
