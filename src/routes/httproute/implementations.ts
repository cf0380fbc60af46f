import type { HttpRoute } from './object.ts';
import { acceptedBy } from './reports.ts';

/** An implementation of Gateway API whose delay was measured. */
interface Implementation {
  /** How `controllerName` begins. */
  readonly controller: string;
  /** How long it takes to apply a change of a route, in milliseconds, with a margin; docs/routers.md has the figures. */
  readonly settleTime: number;
  /** The port of a listener is one inside the proxy's pods, so it says nothing of the port that visitors use. */
  readonly listensInside?: true;
}

/** Those with Envoy send changes to it at once (xDS): 0.2 to 0.4 s were seen. */
const BY_XDS = 1_500;
const IMPLEMENTATIONS: readonly Implementation[] = [
  // One change every 2 s, counted from the one before, and a second.
  { controller: 'traefik.io/', settleTime: 3_000, listensInside: true },
  { controller: 'projectcontour.io/', settleTime: BY_XDS },
  { controller: 'gateway.envoyproxy.io/', settleTime: BY_XDS },
  { controller: 'istio.io/', settleTime: BY_XDS },
];

/** That of the slowest one that was measured, Traefik on a busy machine (3.3 s), and a second. */
export const SLOWEST = 4_500;

/**
 * How long the implementations that serve a route take to apply a change: the slowest of those that accept it by its
 * status. One that is not known, or has not said anything yet, counts as the slowest that was measured.
 */
export function settleTimeOf(route: HttpRoute): number {
  const times = [...acceptedBy(route)].map((name) => implementationOf(name)?.settleTime ?? SLOWEST);
  return times.length === 0 ? SLOWEST : Math.max(...times);
}

/** Whether the ports of listeners are those that visitors use, behind these controllers. */
export function hasListenerPorts(controllers: ReadonlySet<string>): boolean {
  return ![...controllers].some((name) => implementationOf(name)?.listensInside);
}

function implementationOf(name: string): Implementation | undefined {
  return IMPLEMENTATIONS.find(({ controller }) => name.startsWith(controller));
}
