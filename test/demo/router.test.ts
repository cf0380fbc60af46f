import { expect, test } from 'vitest';
import { officialImage, routerOf } from '../../demo/router.ts';

const NGINX = '--providers.kubernetesingressnginx';

test.each([
  ['registry.k8s.io/ingress-nginx/controller:v1.13.2@sha256:abc', [], 'ingress-nginx'],
  ['registry.k8s.io/ingress-nginx/controller-chroot:v1.13.2', [], 'ingress-nginx'],
  ['rancher/nginx-ingress-controller:v1.12.1', ['--controller-class=k8s.io/ingress-nginx'], 'ingress-nginx'],
  ['registry.k8s.io/ingress-nginx/controller:v1.13.2', ['--watch-namespace=team'], undefined],
  ['registry.k8s.io/ingress-nginx/controller:v1.13.2', ['--controller-class=example.com/inner'], undefined],
  ['registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.6.0', [], undefined],
  ['traefik:v3.7.9', [NGINX], 'Traefik'],
  ['rancher/mirrored-library-traefik:3.7.2', [`${NGINX}=true`], 'Traefik'],
  ['traefik:v3.7.9', ['--providers.kubernetesIngressNGINX'], 'Traefik'],
  ['traefik:v3.7.9', [`${NGINX}=false`], undefined],
  ['traefik:v3.7.9', [NGINX, `${NGINX}.watchnamespace=team`], undefined],
  ['traefik:v3.7.9', [NGINX, `${NGINX}.controllerclass=greenpath.dev/demo`], undefined],
  ['traefik:v3.7.9', ['--providers.kubernetesingress'], undefined],
  ['nginx/nginx-ingress:5.0', [], undefined],
  ['nginx:1.26.3', [], undefined],
])('%s %j is %s', (image, args, router) => {
  expect(routerOf({ image, args })).toBe(router);
});

test('the official image is the version that the tests build', () => {
  expect(officialImage()).toMatch(/^docker\.io\/library\/traefik:v3\.\d+\.\d+$/);
});
