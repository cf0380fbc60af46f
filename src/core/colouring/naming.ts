import { isObject, type Json, type JsonObject, textAt } from '../base/json.ts';
import { kindMeant } from '../kube/identity.ts';
import type { KindRow } from '../kube/kind-row.ts';
import type { KubeObject } from '../kube/objects.ts';

/** A place in an object that names another object of the namespace. */
export interface Naming {
  readonly kind: KindRow;
  readonly name: string;
  /** As a path of fields, for people. */
  readonly at: string;
  /** Makes the place name another object. */
  rename(name: string): void;
}

/** Fields in which custom resources name an object without its kind. */
const UNSAID: Readonly<Record<string, string>> = {
  authenticationRef: 'TriggerAuthentication',
  scaleTargetRef: 'Deployment',
  secretRef: 'Secret',
  secretKeyRef: 'Secret',
  secretTargetRef: 'Secret',
  configMapRef: 'ConfigMap',
  configMapKeyRef: 'ConfigMap',
  configMapTargetRef: 'ConfigMap',
};

/**
 * Every place outside of pod templates in which an object names another one, by kind and name, or by a field that
 * implies the kind. `rename` changes the object in place. References to other objects are in neither metadata nor
 * status.
 */
export function namingsIn({ metadata: _, status: __, ...rest }: KubeObject): Naming[] {
  return namingsBelow(rest as unknown as Json, '');
}

function namingsBelow(value: Json, at: string): Naming[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => namingsBelow(item, `${at}[${index}]`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const below = at === '' ? key : `${at}.${key}`;
    if (isPodTemplate(key, item)) return [];
    const unsaid = Object.hasOwn(UNSAID, key) ? UNSAID[key] : undefined;
    const holders = Array.isArray(item) ? item : [item];
    return [...holders.flatMap((holder) => named(holder, unsaid, below)), ...namingsBelow(item, below)];
  });
}

function named(holder: Json, unsaid: string | undefined, at: string): Naming[] {
  if (!isObject(holder) || holder.optional === true) return [];
  const name = textAt(holder, 'name');
  const group = textAt(holder, 'apiVersion') ?? textAt(holder, 'apiGroup') ?? textAt(holder, 'group') ?? '';
  const kind = kindMeant(textAt(holder, 'kind') ?? unsaid ?? '', group);
  if (kind === undefined || name === undefined) return [];
  const rename = (to: string) => {
    holder.name = to;
  };
  return [{ kind, name, at, rename }];
}

function isPodTemplate(key: string, value: Json): boolean {
  return (
    key === 'template' &&
    isObject(value) &&
    isObject(value.spec) &&
    Array.isArray((value.spec as JsonObject).containers)
  );
}
