import { isClusterWide } from '../kube/cluster-kinds.ts';
import { type KubeObject, nameOf, type Service, selects } from '../kube/objects.ts';
import type { Identifiers } from './identifiers.ts';

/** Whether an object belongs to another namespace than the release. */
export function isElsewhere(object: KubeObject, { namespace }: Pick<Identifiers, 'namespace'>): boolean {
  const given = object.metadata.namespace;
  return given !== undefined && given !== namespace && !isClusterWide(object);
}

/**
 * The verdict on an object that is no part of the release although its kind may be: it belongs to another namespace, or
 * it is a Pod that none of `services` selects, such as one for debugging.
 */
export function verdictApart(
  object: KubeObject,
  ids: Identifiers,
  services: readonly Service[],
  others: 'leave' | 'refuse',
): { word: 'left' | 'refused'; why: string } | undefined {
  if (isElsewhere(object, ids)) {
    const { namespace } = object.metadata;
    if (others === 'leave') return { word: 'left', why: `it belongs to namespace ${namespace}` };
    const why = `${nameOf(object)} is for namespace ${namespace}, and this release is for namespace ${ids.namespace}`;
    return { word: 'refused', why };
  }
  const isPod = object.apiVersion === 'v1' && object.kind === 'Pod';
  const isCalled = services.some(({ spec }) => selects(spec.selector ?? {}, object.metadata.labels ?? {}));
  if (!isPod || isCalled || others === 'refuse') return undefined;
  return { word: 'left', why: 'it is a Pod of its own, which no Service selects' };
}
