import { objectAt } from '../base/json.ts';
import { kindOf } from '../kube/identity.ts';
import { KIND } from '../kube/kinds.ts';
import { ANNOTATION_SHARED, type KubeObject, label } from '../kube/objects.ts';
import type { LeftAlone } from '../kube/treatment.ts';
import type { Manifest } from '../manifests/manifests.ts';
import { namingText, unshareable } from './shared-references.ts';

/** The objects of the manifests that are written, as far as others need them. */
interface Written {
  readonly coloured: readonly Manifest[];
  readonly shared: readonly Manifest[];
}

/** The verdict on an object that is not written. */
export function unwrittenVerdict(
  manifest: Manifest,
  how: LeftAlone | { readonly refusal: string },
  { coloured, shared }: Written,
  others: 'leave' | 'refuse',
): { readonly word: 'left' | 'refused'; readonly why: string } {
  if ('refusal' in how) return { word: 'refused', why: how.refusal };
  if (others === 'leave') {
    const missed = namingText(manifest, coloured) ?? endpointsText(manifest.object, shared);
    return { word: 'left', why: missed ?? how.left };
  }
  const isShareable = how.strict.includes(ANNOTATION_SHARED);
  return { word: 'refused', why: (isShareable ? unshareable(manifest, coloured) : undefined) ?? how.strict };
}

/**
 * Why what is left alone is missed: it holds the addresses of a Service that is created. `shared`: what exists once. A
 * clause; undefined if it holds none.
 */
function endpointsText(object: KubeObject, shared: readonly Manifest[]): string | undefined {
  const name = serviceOf(object);
  const service = shared.find(({ object: one }) => kindOf(one) === KIND.Service && one.metadata.name === name);
  if (name === undefined || service === undefined || 'selector' in objectAt(service.object, 'spec')) return undefined;
  return `it holds the addresses of ${service.given}, which is created if it is missing and leads nowhere without them: annotate it ${ANNOTATION_SHARED}: "true" too, or apply it with kubectl`;
}

/** The name of the Service whose addresses an object holds. */
function serviceOf({ apiVersion, kind, metadata, ...object }: KubeObject): string | undefined {
  if (apiVersion === 'v1' && kind === 'Endpoints') return metadata.name;
  if (!apiVersion.startsWith('discovery.k8s.io/') || kind !== 'EndpointSlice') return undefined;
  return label({ apiVersion, kind, metadata, ...object }, 'kubernetes.io/service-name');
}
