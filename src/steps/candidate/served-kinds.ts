import { atPlace, GreenpathError } from '../../core/base/error.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import { kindOf } from '../../core/kube/identity.ts';
import { isOptional } from '../../core/kube/kind-row.ts';
import type { Manifest } from '../../core/manifests/manifests.ts';
import type { Run } from '../../state/run.ts';

/**
 * Refuses objects of a kind that only some clusters have and this one has not. The Role may lack the right to such a
 * kind too, and the server's 403 would not tell the two apart. One request for each of these kinds.
 */
export async function refuseUnserved(run: Run, { own, shared }: Stack): Promise<void> {
  const first = new Map<string, Manifest>();
  for (const manifest of [...own, ...shared]) {
    const kind = kindOf(manifest.object);
    if (kind !== undefined && isOptional(kind) && !first.has(kind.kind)) first.set(kind.kind, manifest);
  }
  // One after the other, so that the message is always the same.
  for (const manifest of first.values()) await requireServed(run, manifest);
}

async function requireServed(run: Run, { object, place }: Manifest): Promise<void> {
  await run.api.served(object).catch((error: unknown) => {
    throw error instanceof GreenpathError && error.code === 'manifest' ? atPlace(error, place) : error;
  });
}
