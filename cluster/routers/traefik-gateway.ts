import type { Programs } from '../build.ts';
import { requiredVersion } from '../go-module.ts';
import { GATEWAY_API, gateway, gatewayClass, httpListener } from './gateway-api.ts';
import type { Router } from './router.ts';
import { TRAEFIK_VERSION, traefikFlags } from './traefik.ts';

/** The port of the Gateway's listener, which must be that of Traefik's entry point. */
const PORT = 8_000;
const PORT_TLS = 8_443;

/** The Gateway, in a namespace of its own. */
export const GATEWAY = { namespace: 'gateways', name: 'public' } as const;

const OBJECTS = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: GATEWAY.namespace } },
  gatewayClass('traefik', 'traefik.io/gateway-controller'),
  gateway(GATEWAY, 'traefik', [httpListener(PORT)]),
];

const FLAGS = [
  ...traefikFlags(PORT, PORT_TLS),
  '--providers.kubernetesgateway=true',
  '--providers.kubernetesgateway.statusaddress.ip=127.0.0.1',
  '--providers.kubernetesgateway.throttleduration=2s',
];

/** A second Traefik, as an implementation of Gateway API: without the CRDs it would wait for them all the time. */
export const TRAEFIK_GATEWAY: Router = {
  title: `Traefik ${TRAEFIK_VERSION} with Gateway API ${requiredVersion(GATEWAY_API.module)}`,
  http: `127.0.0.1:${PORT}`,
  https: `127.0.0.1:${PORT_TLS}`,
  gateway: GATEWAY,
  images: [],
  definitions: [GATEWAY_API],
  objects: () => OBJECTS,
  process: (programs: Programs) => [programs('traefik'), ...FLAGS],
  ready: [['-n', GATEWAY.namespace, 'wait', `gateway/${GATEWAY.name}`, '--for=condition=Programmed', '--timeout=120s']],
};
