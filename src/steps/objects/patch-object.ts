import { changedError } from '../../core/base/error.ts';
import { diffOf } from '../../core/kube/diff.ts';
import type { Kind } from '../../core/kube/kind-row.ts';
import { type KubeObject, nameOf } from '../../core/kube/objects.ts';
import { noteWrite, type Run } from '../../state/run.ts';

/** A change guarded by the version that was read; controllers write too, so after a conflict it reads again. */
export async function patchUnlessRecreated(
  run: Run,
  kind: Kind,
  object: KubeObject,
  change: { metadata?: object; spec: object },
): Promise<KubeObject> {
  const target = { kind, name: object.metadata.name };
  const answer = await run.api.mergeUnlessRecreated(target, change, object);
  if (answer === 'changed') {
    throw changedError(nameOf(object));
  }
  noteWrite(run, { object: nameOf(object), action: 'change', diff: diffOf(object, answer) });
  return answer;
}
