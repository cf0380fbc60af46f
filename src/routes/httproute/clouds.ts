import type { GreenpathError } from '../../core/base/error.ts';
import { nameOf } from '../../core/kube/objects.ts';
import { type Cloud, cloudRefusal, type ServedBy } from '../clouds.ts';
import type { RouterHints } from '../router-hints.ts';
import { gatewayClassesOf } from './gateways.ts';
import type { HttpRoute } from './object.ts';
import { acceptedBy } from './reports.ts';

/** The clouds' implementations of Gateway API. Sources: the documentation of each, on GatewayClasses and features. */
const CLOUDS: readonly Cloud[] = [
  {
    name: 'the Gateway controller of GKE',
    controllers: /^networking\.gke\.io\/gateway/,
    classes: /^gke-l7-/,
    lacks:
      'configures a load balancer of Google Cloud: its parts apply a change one after another, which may take minutes, and a proof sees only those that answer the runner',
  },
  {
    name: 'the AWS Load Balancer Controller',
    controllers: /^gateway\.k8s\.aws\//,
    lacks:
      'configures a load balancer with neither URLRewrite, by which a preview below a path is served, nor ResponseHeaderModifier, by which parking shows who answered',
  },
  {
    name: 'the AWS Gateway API Controller for VPC Lattice',
    controllers: /^application-networking\.k8s\.aws\//,
    classes: /^amazon-vpc-lattice$/,
    lacks: 'makes a service with an address of its own for each HTTPRoute, so that a preview is never at the live one',
  },
  {
    name: 'Application Gateway for Containers of Azure',
    controllers: /^alb\.networking\.azure\.io\//,
    classes: /^azure-alb-/,
    lacks:
      'configures a load balancer outside of the cluster: nobody has measured when all of its parts have applied a change',
  },
];

/**
 * The refusal of routes that the load balancer of a cloud serves: by the controllers in their status, or, where none
 * says anything yet, by the classes of their Gateways as far as these were read.
 */
export function cloudsRefusal(routes: readonly HttpRoute[], { parents = [] }: RouterHints): GreenpathError | undefined {
  const refusals = routes
    .flatMap((route) => servedBy(route, parents))
    // The setting `router` names routers of Ingresses, and says nothing of a Gateway.
    .map((by) => cloudRefusal(CLOUDS, by, { isConfigured: false }));
  return refusals.find((refusal) => refusal !== undefined);
}

function servedBy(route: HttpRoute, parents: NonNullable<RouterHints['parents']>): ServedBy[] {
  const controllers = [...acceptedBy(route)];
  if (controllers.length > 0)
    return controllers.map((controller) => ({
      controller,
      text: `${nameOf(route)} is served by the controller ${controller}`,
    }));
  return gatewayClassesOf(route, parents).map(({ gateway, name }) => ({
    name,
    text: `${nameOf(route)} names ${gateway}, which has the class ${name}`,
  }));
}
