import type { Programs } from '../build.ts';
import type { Router } from './router.ts';

/** The port of the Gateway's listener, which must be that of Traefik's entry point. */
const PORT = 8_000;

/** The Gateway, in a namespace of its own. */
export const GATEWAY = { namespace: 'gateways', name: 'public' } as const;

/** What Traefik waits for; the other CRDs of the standard channel are not used here. */
const WATCHED = [
  'backendtlspolicies',
  'gatewayclasses',
  'gateways',
  'grpcroutes',
  'httproutes',
  'referencegrants',
  'tlsroutes',
];

const OBJECTS = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: GATEWAY.namespace } },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'traefik' },
    spec: { controllerName: 'traefik.io/gateway-controller' },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: GATEWAY,
    spec: {
      gatewayClassName: 'traefik',
      listeners: [{ name: 'web', protocol: 'HTTP', port: PORT, allowedRoutes: { namespaces: { from: 'All' } } }],
    },
  },
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
  definitions: [
    // Traefik needs this module too, in this version.
    {
      module: { path: 'sigs.k8s.io/gateway-api', requiredBy: 'modules/cluster' },
      folder: 'config/crd/standard',
      only: WATCHED.map((name) => `_${name}.yaml`),
    },
  ],
  objects: () => OBJECTS,
  process: (programs: Programs) => [programs('traefik'), ...FLAGS],
  ready: [['-n', GATEWAY.namespace, 'wait', `gateway/${GATEWAY.name}`, '--for=condition=Programmed', '--timeout=120s']],
};
