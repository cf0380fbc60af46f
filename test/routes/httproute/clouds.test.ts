import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { httpRoute } from '../../../src/routes/httproute/adapter.ts';
import { gateway } from '../../../src/routes/httproute/router.ts';
import { httpRouteOf } from './routes.ts';

/** Who serves a route: load balancers of clouds are refused, and what nobody measured is named. */

const GATEWAY = { namespace: 'infra', name: 'public' };

/** A route that these controllers accept, or refuse. */
function servedBy(controllers: readonly string[], status = 'True') {
  const parents = controllers.map((controllerName) => ({
    parentRef: GATEWAY,
    controllerName,
    conditions: [{ type: 'Accepted', status, observedGeneration: 2 }],
  }));
  return httpRouteOf('{parentRefs: [{name: public, namespace: infra}]}', { status: { parents } });
}

const ofClass = (gatewayClassName: string): KubeObject[] => [
  {
    ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: GATEWAY },
    ...{ spec: { gatewayClassName, listeners: [] } },
  },
];

describe('a load balancer of a cloud is refused', () => {
  test.each([
    ['networking.gke.io/gateway', 'the Gateway controller of GKE, which configures a load balancer of Google Cloud'],
    ['gateway.k8s.aws/alb', 'the AWS Load Balancer Controller, which configures a load balancer with neither'],
    ['application-networking.k8s.aws/gateway-api-controller', 'the AWS Gateway API Controller for VPC Lattice, which'],
    ['alb.networking.azure.io/alb-controller', 'Application Gateway for Containers of Azure, which configures'],
  ])('that the status names as %s, whatever the config says', (controller, text) => {
    const refused = {
      code: 'route',
      message: expect.stringContaining(`HTTPRoute web is served by the controller ${controller}. That is ${text}`),
      next: expect.stringContaining('Put a router inside the cluster behind that load balancer'),
    };
    const routes = [servedBy(['traefik.io/gateway-controller', controller])];
    for (const configured of [undefined, 'nginx'])
      expect(httpRoute.routerOf(routes, { configured }).refusal).toMatchObject(refused);
  });

  test.each([
    ['gke-l7-global-external-managed', 'the Gateway controller of GKE'],
    ['amazon-vpc-lattice', 'the AWS Gateway API Controller for VPC Lattice'],
    ['azure-alb-external', 'Application Gateway for Containers of Azure'],
  ])(
    'that the class %s of its Gateway suggests, whatever the config says, unless the status knows better',
    (name, text) => {
      const hints = { parents: ofClass(name) };
      for (const configured of [undefined, 'nginx'])
        expect(httpRoute.routerOf([servedBy([])], { ...hints, configured }).refusal?.message).toContain(
          `HTTPRoute web names Gateway infra/public, which has the class ${name}. That is ${text}, which `,
        );
      expect(httpRoute.routerOf([servedBy(['istio.io/gateway-controller'])], hints).refusal).toBeUndefined();
    },
  );

  test('and nothing else is: no other class or controller, and none that does not serve the route', () => {
    const others = [servedBy(['io.cilium/gateway-controller']), servedBy(['networking.gke.io/gateway'], 'False')];
    expect(httpRoute.routerOf(others, { parents: ofClass('gke') }).refusal).toBeUndefined();
  });
});

test.each([
  [['io.cilium/gateway-controller'], 'the Gateway controller io.cilium/gateway-controller'],
  [['traefik.io/gateway-controller', 'gateway.nginx.org/a', 'kgateway.dev/kgateway'], 'gateway.nginx.org/a or kgatewa'],
])('of %s it is said that nobody tried them', (controllers, text) => {
  expect(gateway.untriedOf?.(servedBy(controllers))).toContain(text);
});

test.each([
  ['traefik.io/gateway-controller'],
  ['projectcontour.io/gateway-controller'],
  ['gateway.envoyproxy.io/gatewayclass-controller'],
  ['istio.io/gateway-controller'],
])('of %s it is not, nor of a route of which nobody has said anything', (controller) => {
  expect(gateway.untriedOf?.(servedBy([controller]))).toBeUndefined();
  expect(gateway.untriedOf?.(servedBy([]))).toBeUndefined();
});
