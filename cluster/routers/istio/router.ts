import { ENVOY_IMAGE } from '../envoy/image.ts';
import { ENVOY_VERSION } from '../envoy/version.ts';
import { GATEWAY_API } from '../gateway-api.ts';
import { programImage } from '../program-image.ts';
import type { Router } from '../router.ts';
import { ISTIO_BUILD, ISTIO_MODULE, ISTIO_VERSION } from './build.ts';
import { ISTIO_ADDRESS, ISTIO_GATEWAY, istioObjects } from './objects.ts';

const { namespace, name } = ISTIO_GATEWAY;

/** Istio as a gateway, with Envoy as its project releases it: for HTTPRoutes over HTTP. */
export const ISTIO: Router = {
  title: `Istio ${ISTIO_VERSION} with Envoy ${ENVOY_VERSION}`,
  http: `${ISTIO_ADDRESS}:80`,
  // Nothing listens there: Istio is tried without TLS.
  https: `${ISTIO_ADDRESS}:443`,
  gateway: ISTIO_GATEWAY,
  images: [programImage('istio', ISTIO_VERSION, ISTIO_BUILD), ENVOY_IMAGE],
  definitions: [
    GATEWAY_API,
    { module: ISTIO_MODULE, folder: 'manifests/charts/base/files', only: ['crd-all.gen.yaml'] },
  ],
  objects: istioObjects,
  ready: [
    ['-n', namespace, 'rollout', 'status', 'deployment/istiod', '--timeout=180s'],
    ['-n', namespace, 'rollout', 'status', 'deployment/istio-gateway', '--timeout=180s'],
    ['-n', namespace, 'wait', `gateway/${name}`, '--for=condition=Programmed', '--timeout=120s'],
  ],
};
