import { GreenpathError } from '../core/base/error.ts';
import type { Kind } from '../core/kube/kind-row.ts';
import { type KubeObject, LABEL_APP, LABEL_REVISION } from '../core/kube/objects.ts';
import { STACK_KINDS } from '../core/kube/turns.ts';
import type { Run } from './run.ts';

/**
 * The metadata of all objects with the app's labels, of one revision or of all: one request for each kind. A kind that
 * the Role may not list counts as one that the app does not use.
 */
export async function listOwned(run: Run, revision?: string): Promise<KubeObject[]> {
  const { app } = run.inputs;
  const labels = `${LABEL_APP}=${app}${revision === undefined ? '' : `,${LABEL_REVISION}=${revision}`}`;
  const lists = await Promise.all(STACK_KINDS.map((kind) => ifAllowed(run, kind, run.api.listMetadata(kind, labels))));
  return lists.flat();
}

/**
 * The result of a list, or an empty one (and a line) if the Role may not list the kind, which is fine if the manifests
 * hold none.
 */
export async function ifAllowed(run: Run, kind: Kind, list: Promise<KubeObject[]>): Promise<KubeObject[]> {
  try {
    return await list;
  } catch (error) {
    if (!(error instanceof GreenpathError) || error.code !== 'forbidden') throw error;
    run.report.line(`${kind.kind}s were not read: ${error.message}`);
    return [];
  }
}
