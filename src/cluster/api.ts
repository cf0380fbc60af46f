import { type JsonObject, objectAt } from '../core/base/json.ts';
import { kindOf } from '../core/kube/identity.ts';
import { FIELD_MANAGER, type KubeObject } from '../core/kube/objects.ts';
import type { ApiAnswer, Call, Fence } from './call.ts';
import { failure, isGuardRefusal } from './failure.ts';
import { pathOf } from './kinds.ts';
import { type ObjectRef, Reader } from './reader.ts';
import type { Transport } from './transport.ts';

/** Reads and writes in one namespace. Every method throws a GreenpathError that names verb and resource. */
export class Api extends Reader {
  readonly #fence: Fence | 'dry';

  /** `fence` sends each write, and throws if this run may not write any more; `dry` only tries them. */
  constructor(transport: Transport, namespace: string, signal: AbortSignal, fence: Fence | 'dry') {
    super(transport, namespace, signal);
    this.#fence = fence;
  }

  /** The same, but writes are only tried: the server answers as if it had done them, and keeps nothing. No lock is needed. */
  dry(): Api {
    return new Api(this.transport, this.namespace, this.signal, 'dry');
  }

  /** The same under another signal, for what a run that was stopped still has to do. It needs its lock for writes. */
  override until(signal: AbortSignal): Api {
    return new Api(this.transport, this.namespace, signal, this.#fence);
  }

  /**
   * Server-side apply. A conflict with another manager is forced only on an object that already has Greenpath's label
   * `owner` (key and value). On any other object it is the error `conflict`. `ifDenied`: what people
   * can do if a policy of the cluster denies the write.
   */
  async apply(object: KubeObject, owner?: readonly [string, string], ifDenied?: string): Promise<KubeObject> {
    const kind = await this.kind(object);
    const { name } = object.metadata;
    const send = (force: { force?: 'true' }) =>
      this.transport.call(
        {
          method: 'PATCH',
          path: pathOf(kind, this.namespace, name),
          contentType: 'application/apply-patch+yaml',
          body: object,
          idempotent: true,
          ...this.#write({
            fieldManager: FIELD_MANAGER,
            fieldValidation: 'Strict',
            ...force,
          }),
        },
        this.signal,
      );
    let answer = await send({});
    if (answer.status === 409 && owner !== undefined) {
      const [key, value] = owner;
      const present = await this.get({ kind, name });
      if (present?.metadata.labels?.[key] === value) answer = await send({ force: 'true' });
    }
    if (answer.status >= 400) throw failure(answer, { verb: 'patch', resource: kind.resource, name, ifDenied });
    return answer.body as KubeObject;
  }

  /** Creates an object; `changed` means that an object of that name exists by now. */
  async create<T extends KubeObject>(object: T): Promise<T | 'changed'> {
    const kind = await this.kind(object);
    const answer = await this.transport.call(
      {
        method: 'POST',
        path: pathOf(kind, this.namespace),
        contentType: 'application/json',
        body: object,
        idempotent: false,
        ...this.#write({ fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' }),
      },
      this.signal,
    );
    if (answer.status === 409) return 'changed';
    const { name } = object.metadata;
    if (answer.status >= 400) throw failure(answer, { verb: 'create', resource: kind.resource, name });
    return answer.body as T;
  }

  /** A JSON patch; `changed` means that the server refused it because one of its tests no longer holds (422, 409). */
  patch<T extends KubeObject>(target: ObjectRef, operations: readonly unknown[]): Promise<T | 'changed'> {
    const sent = { contentType: 'application/json-patch+json', body: operations, idempotent: false };
    return this.#patch(target, sent, isGuardRefusal);
  }

  /** A merge patch that the server refuses (`changed`) unless the object still has `resourceVersion`. */
  merge(target: ObjectRef, change: JsonObject, resourceVersion: string | undefined): Promise<KubeObject | 'changed'> {
    const metadata = { ...objectAt(change, 'metadata'), resourceVersion: resourceVersion ?? '' };
    const body = { ...change, metadata };
    const sent = { contentType: 'application/merge-patch+json', body, idempotent: false };
    return this.#patch(target, sent, ({ status }) => status === 409);
  }

  /**
   * A merge patch for an object that controllers write to all the time, so it is guarded only by its uid: `changed` if
   * another object has its name now. Safe to send twice.
   */
  mergeUnlessRecreated(
    target: ObjectRef,
    change: { metadata?: object; spec: object },
    read: KubeObject,
  ): Promise<KubeObject | 'changed'> {
    const body = { ...change, metadata: { ...change.metadata, uid: read.metadata.uid ?? '' } };
    const sent = { contentType: 'application/merge-patch+json', body, idempotent: true };
    return this.#patch(target, sent, ({ status }) => status === 409 || status === 404);
  }

  /**
   * Deletes exactly the object that was read, by uid and resource version. `gone`: it no longer exists, or another
   * object has its name. `changed`: it is another version now. A Deployment is removed after its pods (foreground).
   */
  async remove({ kind, name }: ObjectRef, read: KubeObject): Promise<'deleted' | 'gone' | 'changed'> {
    const { uid, resourceVersion } = read.metadata;
    const write = this.#write();
    const answer = await this.transport.call(
      {
        method: 'DELETE',
        path: pathOf(kind, this.namespace, name),
        body: {
          preconditions: { uid, resourceVersion },
          propagationPolicy: kindOf(kind)?.podsFirst ? 'Foreground' : 'Background',
          // The server reads the options of a delete from its body, if it has one, and then not from the query.
          ...(write.query?.dryRun ? { dryRun: [write.query.dryRun] } : {}),
        },
        idempotent: true,
        ...write,
      },
      this.signal,
    );
    if (answer.status === 404) return 'gone';
    if (answer.status === 409) return (await this.metadata({ kind, name }))?.metadata.uid === uid ? 'changed' : 'gone';
    if (answer.status >= 400) throw failure(answer, { verb: 'delete', resource: kind.resource, name });
    return 'deleted';
  }

  async #patch<T extends KubeObject>(
    { kind, name }: ObjectRef,
    sent: Pick<Call, 'contentType' | 'body' | 'idempotent'>,
    isChanged: (answer: ApiAnswer) => boolean,
  ): Promise<T | 'changed'> {
    const path = pathOf(kind, this.namespace, name);
    const call = { method: 'PATCH' as const, path, ...sent, ...this.#write({ fieldManager: FIELD_MANAGER }) };
    const answer = await this.transport.call(call, this.signal);
    if (isChanged(answer)) return 'changed';
    if (answer.status >= 400) throw failure(answer, { verb: 'patch', resource: kind.resource, name });
    return answer.body as T;
  }

  /** What makes a call a write, or the try of one. */
  #write(query: Readonly<Record<string, string>> = {}): Pick<Call, 'query' | 'fence'> {
    return this.#fence === 'dry' ? { query: { ...query, dryRun: 'All' } } : { query, fence: this.#fence };
  }
}
