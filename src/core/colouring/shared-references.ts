import type { Problem } from '../base/error.ts';
import { type Json, objectsAt } from '../base/json.ts';
import { keyAt, keyOf } from '../kube/identity.ts';
import { KINDS } from '../kube/kinds.ts';
import { ANNOTATION_SHARED, type KubeObject } from '../kube/objects.ts';
import { isScaler } from '../kube/scalers.ts';
import type { Manifest } from '../manifests/manifests.ts';
import { type Naming, namingsIn } from './naming.ts';

/**
 * Shared objects that name a coloured one: an HPA its Deployment, a Role a ConfigMap. The name refers to no
 * object, or to one of an earlier version. A Service is accepted, since the plain name follows the live version.
 * `sharedFaults` checks what pod templates read.
 */
export function namingFaults(shared: readonly Manifest[], coloured: readonly Manifest[]): Problem[] {
  return shared.flatMap(({ object, given, place }) =>
    colouredNames(object, coloured).map(({ kind: { kind }, name, at }) => ({
      text: `${given} is shared and names ${kind} ${name} (${at}), of which each revision has its own copy under another name: ${wayOut(object, kind)}`,
      place,
    })),
  );
}

/**
 * Why an object of a kind that cannot be released cannot be shared either, and what to do; undefined if it can be
 * shared.
 */
export function unshareable(manifest: Manifest, coloured: readonly Manifest[]): string | undefined {
  const naming = namingText(manifest, coloured);
  const [first] = colouredNames(manifest.object, coloured);
  if (naming === undefined || first === undefined) return undefined;
  return `${manifest.given} cannot be released: ${naming}. Solution: ${wayOut(manifest.object, first.kind.kind)}`;
}

/** Which coloured object an object names, as a clause; undefined if none. */
export function namingText({ object }: Manifest, coloured: readonly Manifest[]): string | undefined {
  const [first] = colouredNames(object, coloured);
  return (
    first &&
    `it names ${first.kind.kind} ${first.name} (${first.at}), of which each revision has its own copy under another name`
  );
}

function wayOut(object: KubeObject, kind: string): string {
  const isRole = object.kind === 'Role';
  if (kind === 'ConfigMap' || kind === 'Secret') {
    const share = `share that ${kind} too (annotate it ${ANNOTATION_SHARED}: "true")`;
    return isRole ? `${share}, or write the rule without resourceNames` : share;
  }
  if (isRole) return 'write the rule without resourceNames';
  if (isScaler(object)) return 'remove that annotation, and each revision has its own copy';
  const scaler =
    kind === 'Deployment' ? '; a HorizontalPodAutoscaler (autoscaling/v2) is released with each revision' : '';
  return `leave it out of \`manifests\`${scaler}`;
}

/** A name in an object, as far as messages show it. */
type Named = Omit<Naming, 'rename'>;

function colouredNames(object: KubeObject, coloured: readonly Manifest[]): Named[] {
  const own = new Set(coloured.flatMap((one) => (one.object.kind === 'Service' ? [] : [keyOf(one.object)])));
  const all = object.kind === 'Role' ? namesInRules(object) : namingsIn(object);
  return all.filter(({ kind, name }) => own.has(keyAt(kind, name)));
}

function namesInRules(role: KubeObject): Named[] {
  return objectsAt(role, 'rules').flatMap((rule, index) => {
    const kinds = textsIn(rule.resources).flatMap(
      (resource) => KINDS.find((one) => one.resource === resource.split('/')[0]) ?? [],
    );
    const names = textsIn(rule.resourceNames);
    return kinds.flatMap((kind) => names.map((name) => ({ kind, name, at: `rules[${index}].resourceNames` })));
  });
}

function textsIn(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
}
