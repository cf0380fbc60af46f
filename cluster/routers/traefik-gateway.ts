import type { Programs } from '../build.ts';
import { GATEWAY_API, gateway, gatewayClass, httpListener } from './gateway-api.ts';
import type { Router } from './router.ts';

/** The port of the Gateway's listener, which must be that of Traefik's entry point. */
const PORT = 8_000;

/** The Gateway, in a namespace of its own. */
export const GATEWAY = { namespace: 'gateways', name: 'public' } as const;

const OBJECTS = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: GATEWAY.namespace } },
  gatewayClass('traefik', 'traefik.io/gateway-controller'),
  gateway(GATEWAY, 'traefik', [httpListener(PORT)]),
];

const FLAGS = [
  `--entrypoints.web.address=127.0.0.1:${PORT}`,
  '--entrypoints.websecure.address=127.0.0.1:8443',
  '--providers.kubernetesgateway=true',
  '--providers.kubernetesgateway.statusaddress.ip=127.0.0.1',
  '--providers.kubernetesgateway.throttleduration=2s',
  '--global.checknewversion=false',
  '--global.sendanonymoususage=false',
  '--log.level=INFO',
];

/** A second Traefik, as an implementation of Gateway API: without the CRDs it would wait for them all the time. */
export const TRAEFIK_GATEWAY: Router = {
  title: 'Traefik as an implementation of Gateway API',
  http: `127.0.0.1:${PORT}`,
  https: '127.0.0.1:8443',
  gateway: GATEWAY,
  images: [],
  definitions: [GATEWAY_API],
  objects: () => OBJECTS,
  process: (programs: Programs) => [programs('traefik'), ...FLAGS],
  ready: [['-n', GATEWAY.namespace, 'wait', `gateway/${GATEWAY.name}`, '--for=condition=Programmed', '--timeout=120s']],
};
