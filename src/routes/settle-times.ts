/**
 * How long proxies take to apply a change, in milliseconds: the longest time that was seen or that their code allows, with
 * a margin, where several files need it. docs/routers.md has the figures. `proof.settle` in the config overrides
 * them.
 */
export const SETTLE_TIMES = {
  /** One change every 2 s, counted from the one before; on a busy machine, 3.3 s were seen. */
  traefik: 3_500,
  /**
   * Envoy, whose control plane sends changes at once (xDS): 0.1 to 0.4 s were seen, and 0.7 s while other routes changed
   * all the time.
   */
  xds: 1_500,
  /**
   * Istio while anything in the cluster that it watches changes all the time: it waits until nothing has changed for
   * 0.1 s, at most 10 s. 8.8 s were seen.
   */
  busyIstio: 11_000,
  /** ingress-nginx: one change every 3.3 s, and its workers take one list a second. One that is not known counts as it. */
  slowest: 4_500,
} as const;
