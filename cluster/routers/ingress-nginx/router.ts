import type { Router } from '../router.ts';
import { INGRESS_NGINX_BUILD } from './build.ts';
import { INGRESS_NGINX_IMAGE } from './image.ts';
import { INGRESS_NGINX_ADDRESS, INGRESS_NGINX_CLASS, ingressNginxObjects } from './objects.ts';

/** The controller of Kubernetes' own project, as it was when it was still maintained. */
export const INGRESS_NGINX: Router = {
  title: INGRESS_NGINX_BUILD.title,
  http: `${INGRESS_NGINX_ADDRESS}:80`,
  https: `${INGRESS_NGINX_ADDRESS}:443`,
  ingressClass: INGRESS_NGINX_CLASS,
  images: [INGRESS_NGINX_IMAGE],
  definitions: [],
  objects: ingressNginxObjects,
  ready: [
    ['-n', 'ingress-nginx', 'rollout', 'status', 'deployment/controller', '--timeout=180s'],
    // Its admission webhook answers.
    ['create', 'ingress', 'any', `--class=${INGRESS_NGINX_CLASS}`, '--rule=any.invalid/*=any:80', '--dry-run=server'],
  ],
};
