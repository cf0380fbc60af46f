import type { Problem } from '../base/error.ts';
import { isObject, type Json, type JsonObject, objectsAt, textAt } from '../base/json.ts';
import { keyAt, keyOf, kindMeant } from '../kube/identity.ts';
import type { KindRow } from '../kube/kind-row.ts';
import { KINDS } from '../kube/kinds.ts';
import { ANNOTATION_SHARED, type KubeObject } from '../kube/objects.ts';
import type { Manifest } from '../manifests/manifests.ts';

/** A place in an object that names another object of the namespace. */
interface Naming {
  readonly kind: KindRow;
  readonly name: string;
  /** As a path of fields, for people. */
  readonly at: string;
}

/** Fields in which custom resources name an object without its kind. */
const UNSAID: Readonly<Record<string, string>> = {
  scaleTargetRef: 'Deployment',
  secretRef: 'Secret',
  secretKeyRef: 'Secret',
  secretTargetRef: 'Secret',
  configMapRef: 'ConfigMap',
  configMapKeyRef: 'ConfigMap',
  configMapTargetRef: 'ConfigMap',
};

/**
 * Shared objects that name a coloured one: a ScaledObject its Deployment, a Role a ConfigMap. The name refers to no
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
  if (object.kind === 'HorizontalPodAutoscaler') return 'remove that annotation, and each revision has its own copy';
  const scaler =
    kind === 'Deployment' ? '; a HorizontalPodAutoscaler (autoscaling/v2) is released with each revision' : '';
  return `leave it out of \`manifests\`${scaler}`;
}

function colouredNames(object: KubeObject, coloured: readonly Manifest[]): Naming[] {
  const own = new Set(coloured.flatMap((one) => (one.object.kind === 'Service' ? [] : [keyOf(one.object)])));
  const all = object.kind === 'Role' ? namesInRules(object) : namesIn(withoutHead(object), '');
  return all.filter(({ kind, name }) => own.has(keyAt(kind, name)));
}

function namesInRules(role: KubeObject): Naming[] {
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

/** Everything below `value` that names an object by kind and name, or by a field that implies the kind. */
function namesIn(value: Json, at: string): Naming[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => namesIn(item, `${at}[${index}]`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const below = at === '' ? key : `${at}.${key}`;
    if (isPodTemplate(key, item)) return [];
    const holders = Array.isArray(item) ? item : [item];
    return [...holders.flatMap((holder) => named(holder, UNSAID[key], below)), ...namesIn(item, below)];
  });
}

/** References to other objects are in neither. */
function withoutHead({ metadata: _, status: __, ...rest }: KubeObject): Json {
  return rest as unknown as Json;
}

function named(holder: Json, unsaid: string | undefined, at: string): Naming[] {
  if (!isObject(holder) || holder.optional === true) return [];
  const name = textAt(holder, 'name');
  const group = textAt(holder, 'apiVersion') ?? textAt(holder, 'apiGroup') ?? textAt(holder, 'group') ?? '';
  const kind = kindMeant(textAt(holder, 'kind') ?? unsaid ?? '', group);
  return kind === undefined || name === undefined ? [] : [{ kind, name, at }];
}

function isPodTemplate(key: string, value: Json): boolean {
  return (
    key === 'template' &&
    isObject(value) &&
    isObject(value.spec) &&
    Array.isArray((value.spec as JsonObject).containers)
  );
}
