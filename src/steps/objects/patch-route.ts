import type { Api } from '../../cluster/api.ts';
import { GreenpathError } from '../../core/base/error.ts';
import { diffOf } from '../../core/kube/diff.ts';
import { nameOf } from '../../core/kube/objects.ts';
import type { PatchOperation } from '../../core/release/route.ts';
import type { Change } from '../../core/report/journal.ts';
import type { Route } from '../../routes/route-kind.ts';

/**
 * A guarded patch of a live route that moves nobody. Returns what changes, or nothing. Throws `route-changed` if somebody
 * else changed the route; `when` ends the sentence that says so.
 */
export async function patchRoute(
  api: Api,
  { adapter, object }: Pick<Route, 'adapter' | 'object'>,
  operations: readonly PatchOperation[],
  when = 'since this run read it',
): Promise<Change | undefined> {
  if (operations.length === 0) return undefined;
  const { name } = object.metadata;
  const answer = await api.patch({ kind: adapter.resource, name }, operations);
  if (answer === 'changed') {
    throw new GreenpathError(
      'route-changed',
      `${nameOf(object)} was changed by somebody else ${when}`,
      'Run the step again.',
    );
  }
  return { object: nameOf(object), action: 'change', diff: diffOf(object, answer) };
}
