import { SETTLE_TIMES } from '../settle-times.ts';
import type { HttpRoute } from './object.ts';
import { acceptedBy } from './reports.ts';

/** An implementation of Gateway API whose delay was measured. */
interface Implementation {
  /** How `controllerName` begins. */
  readonly controller: string;
  readonly settleTime: number;
  /** The longest that its code allows, if that is more. */
  readonly longest?: number;
  /** Whether it chooses by the host first, and only then by the path, as the standard says and Envoy does. */
  readonly hostFirst: boolean;
  /**
   * The name that its class usually has, if the port of a listener is one inside the proxy's pods there: then it says
   * nothing of the port that visitors use.
   */
  readonly listensInside?: string;
}

const IMPLEMENTATIONS: readonly Implementation[] = [
  { controller: 'traefik.io/', settleTime: SETTLE_TIMES.traefik, hostFirst: false, listensInside: 'traefik' },
  { controller: 'projectcontour.io/', settleTime: SETTLE_TIMES.xds, hostFirst: true },
  { controller: 'gateway.envoyproxy.io/', settleTime: SETTLE_TIMES.xds, hostFirst: true },
  { controller: 'istio.io/', settleTime: SETTLE_TIMES.xds, longest: SETTLE_TIMES.busyIstio, hostFirst: true },
];

/**
 * How long the implementations that serve a route take to apply a change: the slowest of those that accept it by its
 * status. One that is not known, or has not said anything yet, counts as the slowest that was measured.
 */
export function settleTimeOf(route: HttpRoute): number {
  return slowestOf(route, ({ settleTime }) => settleTime);
}

/** The same while the cluster is as busy as it can be. */
export function longestSettleTimeOf(route: HttpRoute): number {
  return slowestOf(route, ({ settleTime, longest = settleTime }) => longest);
}

function slowestOf(route: HttpRoute, timeOf: (implementation: Implementation) => number): number {
  const known = [...acceptedBy(route)].map(implementationOf);
  const times = known.map((one) => (one === undefined ? SETTLE_TIMES.slowest : timeOf(one)));
  return times.length === 0 ? SETTLE_TIMES.slowest : Math.max(...times);
}

/** The controllers that serve a route by its status and of which nobody measured anything; undefined if there are none. */
export function untriedOf(route: HttpRoute): string | undefined {
  const names = [...acceptedBy(route)].filter((name) => implementationOf(name) === undefined);
  return names.length === 0 ? undefined : `the Gateway controller ${names.join(' or ')}`;
}

/**
 * Whether all that serve a route are known to choose by the host first. While no controller has accepted it, as before its
 * first release, those count that have accepted `other`, a route of the same Gateway.
 */
export function choosesHostFirst(route: HttpRoute, other: HttpRoute): boolean {
  const own = acceptedBy(route);
  const serving = [...(own.size > 0 ? own : acceptedBy(other))].map(implementationOf);
  return serving.length > 0 && serving.every((one) => one?.hostFirst === true);
}

/**
 * Whether the ports of a Gateway's listeners are those that visitors use. While no controller has accepted a route there,
 * as before its first release, the name of the class says who will.
 */
export function hasListenerPorts(controllers: ReadonlySet<string>, className: string | undefined): boolean {
  const accepting = [...controllers].map(implementationOf);
  const likely = IMPLEMENTATIONS.filter(({ listensInside }) => listensInside === className);
  return !(accepting.length > 0 ? accepting : likely).some((one) => one?.listensInside !== undefined);
}

function implementationOf(name: string): Implementation | undefined {
  return IMPLEMENTATIONS.find(({ controller }) => name.startsWith(controller));
}
