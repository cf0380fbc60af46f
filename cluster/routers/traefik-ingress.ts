import type { Programs } from '../build.ts';
import type { Router } from './router.ts';
import { TRAEFIK_MODULE, TRAEFIK_VERSION, traefikFlags } from './traefik.ts';

const [HTTP, HTTPS] = [8_010, 8_453] as const;

/** Its class, which a Traefik serves by default. */
const CLASS = 'traefik';

const FLAGS = [
  ...traefikFlags(HTTP, HTTPS),
  '--providers.kubernetesingress=true',
  `--providers.kubernetesingress.ingressclass=${CLASS}`,
  '--providers.kubernetesingress.ingressendpoint.ip=127.0.0.1',
  '--providers.kubernetesingress.throttleduration=2s',
  '--providers.kubernetescrd=true',
  '--providers.kubernetescrd.throttleduration=2s',
];

/**
 * A further Traefik, which reads Ingresses by its own annotations. Its Middlewares are custom resources: without their
 * definitions it would wait for them all the time.
 */
export const TRAEFIK_INGRESS: Router = {
  title: `Traefik ${TRAEFIK_VERSION} with its own Ingress provider`,
  http: `127.0.0.1:${HTTP}`,
  https: `127.0.0.1:${HTTPS}`,
  ingressClass: CLASS,
  images: [],
  definitions: [
    {
      module: TRAEFIK_MODULE,
      folder: 'docs/content/reference/dynamic-configuration',
      only: ['kubernetes-crd-definition-v1.yml'],
    },
  ],
  objects: () => [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: CLASS },
      spec: { controller: 'traefik.io/ingress-controller' },
    },
  ],
  process: (programs: Programs) => [programs('traefik'), ...FLAGS],
  ready: [],
};
