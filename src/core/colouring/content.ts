import { digest } from '../base/digest.ts';
import { canonical } from '../base/json.ts';
import { isForSome, withoutPoint } from '../kube/foreign-hooks.ts';
import type { KubeObject, Service } from '../kube/objects.ts';
import type { Manifest } from '../manifests/manifests.ts';

/** The objects of a stack. */
interface Content {
  readonly own: readonly Manifest[];
  readonly shared: readonly Manifest[];
  readonly routes: readonly Manifest[];
  readonly services: readonly Service[];
  readonly digest: string;
}

/** The stack with each object as `change` returns it, under the same names and in the same order. */
export function withContent<S extends Content>(stack: S, change: (manifest: Manifest) => KubeObject): S {
  const changed = <T extends Manifest>(manifests: readonly T[]): T[] =>
    manifests.map((manifest) => ({ ...manifest, object: change(manifest) }));
  const own = changed(stack.own);
  return {
    ...stack,
    own,
    shared: changed(stack.shared),
    routes: changed(stack.routes),
    services: own.flatMap(({ object }) => (object.kind === 'Service' ? [object as Service] : [])),
    digest: digestOf(own),
  };
}

/** Neither the points of hooks count, nor hooks of some releases only: the same manifests are the same content. */
export function digestOf(own: readonly Manifest[]): string {
  const always = own.map(({ object }) => withoutPoint(object)).filter((object) => !isForSome(object));
  const plain = always.map((object) =>
    object.kind === 'Secret' ? { kind: object.kind, name: object.metadata.name } : object,
  );
  return digest(canonical(plain));
}
