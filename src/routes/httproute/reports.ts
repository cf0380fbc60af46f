import { nameOf } from '../../core/kube/objects.ts';
import type { Reports } from '../reports.ts';
import { gatewaysOf, type HttpRoute, type ParentRef, type ParentStatus, parentKey, parentText } from './object.ts';

/** What a controller says about its generation of a route, of the conditions that decide whether it is served. */
const CONDITIONS = ['Accepted', 'ResolvedRefs'];

/**
 * What the controllers that serve `live` say about `route`, a route on the same Gateways. Others may write to the same
 * list: only those that accept the live route count. What is said of another generation counts for nothing.
 */
export function reportsOf(route: HttpRoute, live: HttpRoute): Reports {
  const ours = controllersOf(live);
  const said = gatewaysOf(route).flatMap((ref) => {
    const key = parentKey(ref, route.metadata.namespace);
    const entries = (route.status?.parents ?? []).filter(
      (entry) =>
        parentKey(entry.parentRef, route.metadata.namespace) === key &&
        (ours.size === 0 || ours.has(idOf(entry, route))),
    );
    return entries.map((entry) => saidBy(route, entry));
  });
  return {
    accepted: said.flatMap(({ accepted }) => accepted),
    troubles: said.flatMap(({ troubles }) => troubles),
    pending: said.flatMap(({ pending }) => pending),
  };
}

function controllersOf(live: HttpRoute): ReadonlySet<string> {
  return new Set(accepting(live).map((entry) => idOf(entry, live)));
}

/** The names of the controllers that accept a route at one of its Gateways, or at this one. */
export function acceptedBy(route: HttpRoute, at?: ParentRef): ReadonlySet<string> {
  const { namespace } = route.metadata;
  const gateways = new Set((at === undefined ? gatewaysOf(route) : [at]).map((ref) => parentKey(ref, namespace)));
  const here = accepting(route).filter(({ parentRef }) => gateways.has(parentKey(parentRef, namespace)));
  return new Set(here.map(({ controllerName }) => controllerName));
}

/** Whether a controller refuses this generation of a route at a Gateway, and none accepts it there. */
export function isRefusedAt(route: HttpRoute, at: ParentRef): boolean {
  const { namespace, generation = 0 } = route.metadata;
  const here = (route.status?.parents ?? []).filter(
    ({ parentRef }) => parentKey(parentRef, namespace) === parentKey(at, namespace),
  );
  const now = here
    .flatMap(({ conditions = [] }) => conditions)
    .filter(({ type, observedGeneration = 0 }) => type === 'Accepted' && observedGeneration >= generation);
  return now.length > 0 && now.every(({ status }) => status === 'False');
}

function accepting(route: HttpRoute): readonly ParentStatus[] {
  return (route.status?.parents ?? []).filter(({ conditions = [] }) =>
    conditions.some(({ type, status }) => type === 'Accepted' && status === 'True'),
  );
}

function idOf({ parentRef, controllerName }: ParentStatus, route: HttpRoute): string {
  return `${parentKey(parentRef, route.metadata.namespace)} ${controllerName}`;
}

function saidBy(route: HttpRoute, entry: ParentStatus): Reports {
  const { generation = 0 } = route.metadata;
  const by = `${parentText(entry.parentRef)} (${entry.controllerName})`;
  const now = (entry.conditions ?? []).filter(({ observedGeneration = 0 }) => observedGeneration >= generation);
  const found = CONDITIONS.map((type) => ({ type, condition: now.find((one) => one.type === type) }));
  const isAccepted = found.every(({ condition }) => condition?.status === 'True');
  return {
    accepted: isAccepted ? [`${nameOf(route)} by ${by}`] : [],
    troubles: found.flatMap(({ type, condition }) => {
      if (condition === undefined || condition.status === 'True') return [];
      const { status, reason = '', message = '' } = condition;
      return [`${by} says ${type}: ${status} of ${nameOf(route)} (${[reason, message].filter(Boolean).join(': ')})`];
    }),
    pending: found.flatMap(({ type, condition }) =>
      condition === undefined ? [`${by} has said nothing yet of ${type} of ${nameOf(route)} as it is now`] : [],
    ),
  };
}
