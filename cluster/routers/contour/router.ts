import { ENVOY_IMAGE } from '../envoy/image.ts';
import { ENVOY_VERSION } from '../envoy/version.ts';
import { GATEWAY_API } from '../gateway-api.ts';
import { programImage } from '../program-image.ts';
import type { Router } from '../router.ts';
import { CONTOUR_BUILD, CONTOUR_MODULE, CONTOUR_VERSION } from './build.ts';
import { CONTOUR_ADDRESS, CONTOUR_CLASS, CONTOUR_GATEWAY, contourObjects } from './objects.ts';

const { namespace, name } = CONTOUR_GATEWAY;

/** Contour with Envoy: for HTTPRoutes, Ingresses and its own HTTPProxies. */
export const CONTOUR: Router = {
  title: `Contour ${CONTOUR_VERSION} with Envoy ${ENVOY_VERSION}`,
  http: `${CONTOUR_ADDRESS}:80`,
  https: `${CONTOUR_ADDRESS}:443`,
  ingressClass: CONTOUR_CLASS,
  gateway: CONTOUR_GATEWAY,
  images: [programImage('contour', CONTOUR_VERSION, CONTOUR_BUILD), ENVOY_IMAGE],
  definitions: [GATEWAY_API, { module: CONTOUR_MODULE, folder: 'examples/contour', only: ['01-crds.yaml'] }],
  objects: contourObjects,
  ready: [
    ['-n', namespace, 'rollout', 'status', 'deployment/contour', '--timeout=180s'],
    ['-n', namespace, 'rollout', 'status', 'deployment/envoy', '--timeout=180s'],
    ['-n', namespace, 'wait', `gateway/${name}`, '--for=condition=Programmed', '--timeout=120s'],
  ],
};
