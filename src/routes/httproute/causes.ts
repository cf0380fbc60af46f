import type { Refusal } from '../../core/checks/refusal.ts';
import { nameOf } from '../../core/kube/objects.ts';
import type { Filter, HttpRoute } from './object.ts';

/** What in an HTTPRoute most likely makes its Gateway refuse requests: the standard has no filter that asks for a login. */
export function causeIn(route: HttpRoute, refusal: Refusal): string | undefined {
  const filters = (route.spec.rules ?? []).flatMap(({ filters: own = [], backendRefs = [] }) => [
    ...own,
    ...backendRefs.flatMap((ref) => ref.filters ?? []),
  ]);
  const found = filters.find(({ type }) => type === (REDIRECTS.includes(refusal) ? 'RequestRedirect' : 'ExtensionRef'));
  return found && `${filterText(found)} of ${nameOf(route)}`;
}

const REDIRECTS: readonly Refusal[] = ['tls', 'redirect'];

function filterText({ type, extensionRef }: Filter): string {
  return extensionRef === undefined ? `the filter ${type}` : `the filter ${extensionRef.kind} ${extensionRef.name}`;
}
