import { GreenpathError } from '../../core/base/error.ts';
import { canonical } from '../../core/base/json.ts';
import { kindOf } from '../../core/kube/identity.ts';
import type { Kind } from '../../core/kube/kind-row.ts';
import { type KubeObject, nameOf } from '../../core/kube/objects.ts';
import type { Route } from '../../routes/route-kind.ts';
import { noteWrite, type Run } from '../../state/run.ts';

/** How often an object is read again if controllers write to it meanwhile. */
const TRIES = 5;

/**
 * Deletes `object` as it was read, or a later version of it that `isMeant`: routers and controllers write the status of
 * their objects all the time. Throws `conflict` if it is not the intended object any more. Does nothing if it is gone
 * or another object has its name. `isMeant` gets metadata only.
 */
export async function removeObject(
  run: Run,
  object: KubeObject,
  isMeant: (now: KubeObject) => boolean,
  kind: Kind | undefined = kindOf(object),
): Promise<void> {
  if (kind === undefined) throw new Error(`nothing of the kind ${object.kind} is ever deleted`);
  const target = { kind, name: object.metadata.name };
  let read: KubeObject | undefined = object;
  for (let attempt = 1; read !== undefined; attempt += 1) {
    const answer = await run.api.remove(target, read);
    if (answer === 'deleted') noteWrite(run, { object: nameOf(object), action: 'delete', diff: '' });
    if (answer !== 'changed') return;
    read = await run.api.metadata(target);
    if (read !== undefined && (attempt === TRIES || !isMeant(read))) throw changed(object);
  }
}

/** Deletes a route that is as it was read. */
export function removeRoute(run: Run, { adapter, object }: Pick<Route, 'adapter' | 'object'>): Promise<void> {
  return removeObject(run, object, isAsRead(object), adapter.resource);
}

/**
 * Whether an object still says what it said when it was read: the server counts the generations of its spec, and labels
 * say whose it is. Anything else that changed is its status, or its managers.
 */
export function isAsRead(read: KubeObject): (now: KubeObject) => boolean {
  return ({ metadata }) =>
    metadata.generation === read.metadata.generation &&
    canonical(metadata.labels ?? {}) === canonical(read.metadata.labels ?? {});
}

function changed(object: KubeObject): GreenpathError {
  return new GreenpathError(
    'conflict',
    `${nameOf(object)} was changed by somebody else since it was read, so it was not deleted`,
    'Find out who changes it, then run the step again.',
  );
}
