import { LABEL_APP } from '../../core/kube/objects.ts';
import type { Parked } from '../../core/release/parked-services.ts';
import { NO_RECORDS, parkingName, parkingPath, parkingToken } from '../own.ts';
import type { ParkingRequest } from '../requests.ts';
import type { Route } from '../route-kind.ts';
import { gatewaysKey, type HttpRoute, type HttpRule } from './object.ts';
import { MOST_RULES, routeLike } from './preview.ts';

/**
 * The header of parking. Its value is a secret, and texts hide it, since its name ends as those of secrets do
 * (core/kube/named-values.ts).
 */
const HEADER = 'X-Greenpath-Parking-Token';

/** A route of parking: what it is like, and its rules. */
interface Part {
  readonly like: HttpRoute;
  /** The name of the object that it is now; undefined for a new one. */
  readonly name: string | undefined;
  readonly rules: HttpRule[];
}

/**
 * Routes that name every Service of `parked` at each set of Gateways. They are on the live hosts, since a listener may
 * accept no other host, and are reached only by an unguessable path together with an unguessable header. The answer
 * carries that header too: this shows who answered. A Service stays in the rule that it has, since a proxy may forget
 * one that moves between two objects.
 */
export function parkingBeside(request: ParkingRequest<HttpRoute>): HttpRoute[] {
  const { app, namespace, parked, annotations, routes } = request;
  if (parked.length === 0) return [];
  const places = Map.groupBy(routes, ({ object }) => gatewaysKey(object, namespace));
  const parts = [...places].flatMap(([key, [first]]) =>
    first === undefined ? [] : partsAt(request, key, first.object),
  );
  const taken = new Set(parts.flatMap(({ name }) => name ?? []));
  return parts.map(({ like, name = freeName(app, taken), rules }) =>
    routeLike(like, {
      name,
      namespace,
      labels: { [LABEL_APP]: app },
      annotations: { ...annotations, ...NO_RECORDS },
      rules,
    }),
  );
}

function partsAt({ namespace, parked, present }: ParkingRequest<HttpRoute>, key: string, like: HttpRoute): Part[] {
  const here = present.filter(({ object }) => gatewaysKey(object, namespace) === key);
  const parts: Part[] = here.flatMap((route) => {
    const rules = keptRules(route, parked);
    return rules.length === 0 ? [] : [{ like, name: route.ref.name, rules }];
  });
  const known = new Set(parts.flatMap(({ rules }) => rules.map(serviceOf)));
  for (const one of parked.filter(({ service, port }) => !known.has(`${service}:${port}`))) {
    const rule = parkingRule(one);
    const room = parts.find(({ rules }) => rules.length < MOST_RULES);
    if (room === undefined) parts.push({ like, name: undefined, rules: [rule] });
    else room.rules.push(rule);
  }
  return parts;
}

/** The rules of a present route for Services that are still parked, each with the path and the token that it has. */
function keptRules({ object }: Route<HttpRoute>, parked: readonly Parked[]): HttpRule[] {
  return (object.spec.rules ?? []).flatMap((rule) => {
    const one = parked.find(({ service, port }) => serviceOf(rule) === `${service}:${port}`);
    const [match] = rule.matches ?? [];
    const header = match?.headers?.find(({ name }) => name === HEADER);
    return one === undefined ? [] : parkingRule(one, match?.path?.value, header?.value);
  });
}

function serviceOf({ backendRefs: [ref] = [] }: HttpRule): string {
  return `${ref?.name}:${ref?.port}`;
}

/** Keeps the path and the token that it has now. */
function parkingRule({ service, port }: Parked, path?: string, token?: string): HttpRule {
  const value = parkingToken(token);
  const headers = [{ name: HEADER, value }];
  return {
    matches: [{ path: { type: 'Exact', value: parkingPath(path) }, headers: [{ type: 'Exact', name: HEADER, value }] }],
    filters: [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { set: headers } }],
    backendRefs: [{ name: service, port: Number(port) }],
  };
}

/** The first free name of a route of parking, which is free no longer. */
function freeName(app: string, taken: Set<string>): string {
  const base = parkingName(app);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}.part-${number}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}
