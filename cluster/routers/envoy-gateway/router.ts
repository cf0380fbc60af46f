import { ENVOY_IMAGE } from '../envoy/image.ts';
import { ENVOY_VERSION } from '../envoy/version.ts';
import { GATEWAY_API } from '../gateway-api.ts';
import { programImage } from '../program-image.ts';
import type { Router } from '../router.ts';
import { ENVOY_GATEWAY_BUILD, ENVOY_GATEWAY_MODULE, ENVOY_GATEWAY_VERSION } from './build.ts';
import { ENVOY_GATEWAY_ADDRESS, ENVOY_GATEWAY_GATEWAY, envoyGatewayObjects } from './objects.ts';

const { namespace, name } = ENVOY_GATEWAY_GATEWAY;

/** Envoy Gateway with Envoy, for HTTPRoutes. */
export const ENVOY_GATEWAY: Router = {
  title: `Envoy Gateway ${ENVOY_GATEWAY_VERSION} with Envoy ${ENVOY_VERSION}`,
  http: `${ENVOY_GATEWAY_ADDRESS}:80`,
  https: `${ENVOY_GATEWAY_ADDRESS}:443`,
  gateway: ENVOY_GATEWAY_GATEWAY,
  images: [programImage('envoy-gateway', ENVOY_GATEWAY_VERSION, ENVOY_GATEWAY_BUILD), ENVOY_IMAGE],
  definitions: [
    GATEWAY_API,
    { module: ENVOY_GATEWAY_MODULE, folder: 'charts/gateway-helm/charts/crds/crds/generated' },
  ],
  objects: envoyGatewayObjects,
  ready: [
    ['-n', namespace, 'rollout', 'status', 'deployment/envoy-gateway', '--timeout=180s'],
    ['-n', namespace, 'wait', `gateway/${name}`, '--for=condition=Programmed', '--timeout=180s'],
  ],
};
