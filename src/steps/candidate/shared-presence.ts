import { isForbidden } from '../../cluster/unreadable.ts';
import { GreenpathError } from '../../core/base/error.ts';
import type { SharedManifest } from '../../core/colouring/stack.ts';
import { kindOf } from '../../core/kube/identity.ts';
import type { Kind } from '../../core/kube/kind-row.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { type KubeObject, LABEL_APP, LABEL_NAME, label, nameOf } from '../../core/kube/objects.ts';
import { replicasOf } from '../../core/kube/strength.ts';
import type { Run } from '../../state/run.ts';

/** The object that exists once, if it is there; `unseen` (and a notice) if the account may not read it. */
export async function findShared(
  run: Run,
  kind: Kind,
  { object }: SharedManifest,
): Promise<KubeObject | 'unseen' | undefined> {
  try {
    return await run.api.get<KubeObject>({ kind, name: object.metadata.name });
  } catch (error) {
    if (!isForbidden(error)) throw error;
    run.report.notice(`${nameOf(object)} is left alone and was not looked at: ${error.message}`);
    return 'unseen';
  }
}

/** Whether a missing object that exists once is to be created; if not, the log says why. */
export async function mayCreate(run: Run, { object }: SharedManifest): Promise<boolean> {
  const kind = kindOf(object);
  if (kind === KIND.Role || kind === KIND.RoleBinding) return mayGrant(run, object);
  if (kind !== KIND.Deployment) return true;
  const own = await run.api.list<KubeObject>(KIND.Deployment, `${LABEL_APP}=${run.inputs.app}`);
  const earlier = own.find((one) => label(one, LABEL_NAME) === object.metadata.name && replicasOf(one) > 0);
  if (earlier === undefined) return true;
  run.report.notice(
    `${nameOf(object)} is not created: ${nameOf(earlier)}, of an earlier release, may hold its data. To move, copy the data, or delete that Deployment if there is none, and run the step again`,
  );
  return false;
}

/** Kubernetes lets nobody grant rights that they lack, and the Role need not allow it. */
async function mayGrant(run: Run, object: KubeObject): Promise<boolean> {
  try {
    await run.api.dry().create(object);
    return true;
  } catch (error) {
    const isRefused = error instanceof GreenpathError && error.code === 'refused-by-server';
    if (!isRefused && !isForbidden(error)) throw error;
    run.report.notice(
      `${nameOf(object)} is left alone: the account may not create it. Apply it with kubectl if it is missing`,
    );
    return false;
  }
}
