import type { Place } from '../../core/base/error.ts';
import { listed } from '../../core/base/plural.ts';
import { isElsewhere } from '../../core/colouring/apart.ts';
import type { Identifiers } from '../../core/colouring/identifiers.ts';
import { kindOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { nameOf } from '../../core/kube/objects.ts';
import type { Manifest } from '../../core/manifests/manifests.ts';
import { type RouteRef, refOf } from '../../core/release/route.ts';
import { adapterOf } from '../../routes/registry.ts';
import { routeOf } from '../../routes/route-kind.ts';

/** The routes that the manifests hold for the namespace of the release. */
export function routesHeld(manifests: readonly Manifest[], ids: Identifiers): Manifest[] {
  return manifests.filter(({ object }) => adapterOf(object) !== undefined && !isElsewhere(object, ids));
}

/** Routes of the manifests that the input `route` may mean, where it names one that the manifests lack. */
export function meantRoutes(
  manifests: readonly Manifest[],
  missing: readonly RouteRef[],
  ids: Identifiers,
): { text: string; place: Place }[] {
  if (missing.length === 0) return [];
  const services = manifests.filter(({ object }) => kindOf(object) === KIND.Service && !isElsewhere(object, ids));
  const lacking = listed(missing.map(inputText), 'and');
  return routesHeld(manifests, ids).flatMap(({ object, given, place }) => {
    const adapter = adapterOf(object);
    const paths = adapter === undefined ? [] : routeOf(adapter, object).paths;
    const led = services.filter((service) => paths.some((path) => path.service === service.object.metadata.name));
    if (led.length === 0) return [];
    const text = `input route names ${lacking}, which the manifests lack; they hold ${given}, which leads to ${listed(
      led.map(({ object: service }) => nameOf(service)),
      'and',
    )}: did you mean ${inputText(refOf(object))}?`;
    return [{ text, place }];
  });
}

/** As the input `route` has it. */
function inputText({ kind, name }: RouteRef): string {
  return `${kind}/${name}`;
}
