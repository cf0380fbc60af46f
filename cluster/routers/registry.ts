import { CONTOUR } from './contour/router.ts';
import { ENVOY_GATEWAY } from './envoy-gateway/router.ts';
import { INGRESS_NGINX } from './ingress-nginx/router.ts';
import { ISTIO } from './istio/router.ts';
import type { Router } from './router.ts';
import { TRAEFIK_GATEWAY } from './traefik-gateway.ts';
import { TRAEFIK_INGRESS } from './traefik-ingress.ts';

/** The routers that a cluster can have besides its own proxy, by name: one line each. */
export const ROUTERS = {
  contour: CONTOUR,
  'ingress-nginx': INGRESS_NGINX,
  'envoy-gateway': ENVOY_GATEWAY,
  istio: ISTIO,
  'traefik-gateway': TRAEFIK_GATEWAY,
  'traefik-ingress': TRAEFIK_INGRESS,
} as const satisfies Readonly<Record<string, Router>>;

export type RouterName = keyof typeof ROUTERS;

/** All of them, in the order in which `forward` leads to them. */
export const ROUTER_LIST: readonly (readonly [RouterName, Router])[] = Object.entries(ROUTERS) as [
  RouterName,
  Router,
][];

/** Whether a text names one of them. */
export function isRouterName(text: string): text is RouterName {
  return Object.hasOwn(ROUTERS, text);
}
