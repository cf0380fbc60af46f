import { isForbidden, isForbiddenOrAbsent } from '../cluster/unreadable.ts';
import { isOptional, type Kind } from '../core/kube/kind-row.ts';
import { type KubeObject, LABEL_APP, LABEL_REVISION } from '../core/kube/objects.ts';
import { optionalKinds } from '../core/kube/optional-kinds.ts';
import { STACK_KINDS } from '../core/kube/turns.ts';
import type { Run } from './run.ts';

/**
 * The metadata of all objects with the app's labels, of one revision or of all: one request for each kind that every
 * cluster has, then one for each other kind that the stacks say they have. A kind that the Role may not list counts as
 * one that the app does not use.
 */
export async function listOwned(run: Run, revision?: string): Promise<KubeObject[]> {
  const { app } = run.inputs;
  const labels = `${LABEL_APP}=${app}${revision === undefined ? '' : `,${LABEL_REVISION}=${revision}`}`;
  const listAll = async (kinds: readonly Kind[]) =>
    (await Promise.all(kinds.map((kind) => ifAllowed(run, kind, run.api.listMetadata(kind, labels))))).flat();
  const found = await listAll(STACK_KINDS.filter((kind) => !isOptional(kind)));
  return [...found, ...(await listAll(optionalKinds(found, app)))];
}

/**
 * The result of a list, or an empty one (and a line) if the Role may not list the kind or the cluster does not have it,
 * which is fine if the manifests hold none.
 */
export async function ifAllowed(run: Run, kind: Kind, list: Promise<KubeObject[]>): Promise<KubeObject[]> {
  try {
    return await list;
  } catch (error) {
    const isFine = isOptional(kind) ? isForbiddenOrAbsent : isForbidden;
    if (!isFine(error)) throw error;
    run.report.line(`${kind.kind}s were not read: ${error.message}`);
    return [];
  }
}
