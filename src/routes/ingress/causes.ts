import type { Refusal } from '../../core/checks/refusal.ts';
import { nameOf } from '../../core/kube/objects.ts';
import type { Ingress } from './object.ts';

/** What makes a router refuse, by the end of the annotation's key; in the order in which it applies. */
export type Causes = Readonly<Partial<Record<Refusal, Readonly<Record<string, string>>>>>;

/** The `cause` of a router whose annotations begin with `prefix`. One that is empty or `false` is switched off. */
export function causeBy(
  prefix: string,
  causes: Causes,
): (route: Ingress, refusal: Refusal, more: Readonly<Record<string, string>>) => string | undefined {
  return (route, refusal, more) => {
    const annotations = { ...route.metadata.annotations, ...more };
    const isOn = (value: string | undefined) => value !== undefined && value !== '' && value !== 'false';
    const found = Object.entries(causes[refusal] ?? {}).find(([end]) => isOn(annotations[prefix + end]));
    return found && `${found[1]} (${prefix}${found[0]} of ${nameOf(route)})`;
  };
}
