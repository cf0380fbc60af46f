import { type Cluster, kubectl } from '../../cluster/cluster.ts';
import { ROUTERS, type RouterName } from '../../cluster/routers/registry.ts';
import { TRAEFIK_VERSION } from '../../cluster/routers/traefik.ts';

/** A kind of route, and for an HTTPRoute whether its rule has one reference or two that stay. */
export type RouteName = 'Ingress' | 'HTTPRoute' | 'HTTPRoute with two references';

/** How a candidate is reached before it is live. */
export type PreviewName = 'path' | 'host' | 'header';

/** A router and a kind of route that it serves: everything that the matrix knows about it. */
export interface Row {
  /** A router that is opened by this name, or the proxy that every cluster has. */
  readonly router: RouterName | 'traefik';
  readonly route: RouteName;
  /** The kinds of previews that it can serve. */
  readonly previews: readonly PreviewName[];
  /** Settings that Greenpath needs there. */
  readonly config?: string;
  /**
   * Whether switches without parking are measured. Where they are known to lose requests, they must lose some: else the
   * load would prove nothing.
   */
  readonly unparked: 'must lose' | 'measured' | 'not measured';
  /** How often it has reloaded so far, if that is a thing that it does. */
  readonly reloads?: (cluster: Cluster) => Promise<number>;
}

/** All of them, for routers that can match a header. */
const EVERY: readonly PreviewName[] = ['path', 'host', 'header'];

export const ROWS: readonly Row[] = [
  {
    router: 'ingress-nginx',
    route: 'Ingress',
    previews: EVERY,
    config: 'router: nginx',
    unparked: 'must lose',
    reloads: reloadsOfNginx,
  },
  { router: 'traefik', route: 'Ingress', previews: EVERY, unparked: 'measured' },
  { router: 'traefik-ingress', route: 'Ingress', previews: EVERY, unparked: 'measured' },
  { router: 'traefik-gateway', route: 'HTTPRoute', previews: EVERY, unparked: 'measured' },
  { router: 'traefik-gateway', route: 'HTTPRoute with two references', previews: EVERY, unparked: 'not measured' },
  { router: 'contour', route: 'HTTPRoute', previews: EVERY, unparked: 'must lose' },
  { router: 'contour', route: 'HTTPRoute with two references', previews: EVERY, unparked: 'not measured' },
  // It neither strips a prefix from an Ingress nor matches its headers.
  { router: 'contour', route: 'Ingress', previews: ['host'], unparked: 'must lose' },
  { router: 'envoy-gateway', route: 'HTTPRoute', previews: EVERY, unparked: 'measured' },
  { router: 'envoy-gateway', route: 'HTTPRoute with two references', previews: EVERY, unparked: 'not measured' },
  { router: 'istio', route: 'HTTPRoute', previews: EVERY, unparked: 'measured' },
  { router: 'istio', route: 'HTTPRoute with two references', previews: EVERY, unparked: 'not measured' },
];

/** The routers, each once. */
export const ROUTER_ORDER: readonly string[] = [...new Set(ROWS.map(({ router }) => router))];

/**
 * Names of routers, the one first whose part takes longest: else it would begin last, and the others would be done long
 * before. The previews of a row run side by side, but for a router whose reloads are counted.
 */
export function longestFirst(names: readonly string[]): string[] {
  const turnsOf = ({ reloads, previews }: Row) => (reloads === undefined ? 1 : previews.length);
  const lengthOf = (name: string) =>
    ROWS.filter(({ router }) => router === name).reduce((sum, row) => sum + turnsOf(row), 0);
  return names.toSorted((one, other) => lengthOf(other) - lengthOf(one));
}

/** As its controllers say in their logs. */
async function reloadsOfNginx(cluster: Cluster): Promise<number> {
  const logs = await kubectl(cluster, '-n', 'ingress-nginx', 'logs', '--selector=app=controller', '--tail=-1');
  return logs.split('Backend successfully reloaded').length - 1;
}

/** What the router of a row is, with its version. */
export function titleOf({ router }: Row): string {
  return router === 'traefik'
    ? `Traefik ${TRAEFIK_VERSION} with its provider for ingress-nginx`
    : ROUTERS[router].title;
}
