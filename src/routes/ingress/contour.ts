import { GreenpathError } from '../../core/base/error.ts';
import { nameOf } from '../../core/kube/objects.ts';
import type { OwnRoutes, ParkingRequest, PreviewRequest } from '../requests.ts';
import { SETTLE_TIMES } from '../settle-times.ts';
import { causeBy } from './causes.ts';
import type { IngressRouter } from './ingress-router.ts';
import type { Ingress } from './object.ts';
import { parkingBeside } from './parking.ts';
import { pathsOf } from './paths.ts';
import { previewsAtHosts } from './preview.ts';
import type { Annotations } from './protection.ts';

const PREFIX = 'projectcontour.io/';

const ANNOTATIONS: Annotations = {
  of: 'Contour',
  prefix: PREFIX,
  notInherited: /^$/,
  rewriting: /^$/,
};

/**
 * Contour's Ingresses. They have no annotation that strips a prefix, and none that refuses requests. Envoy forgets a
 * Service that no route names, and lost requests without parking (docs/routers.md).
 */
export const contour: IngressRouter = {
  name: 'contour',
  known: 'is Contour (the preview is at a host of its own, since Contour strips no prefix from an Ingress)',
  classes: ['contour'],
  controllers: /^projectcontour\.io\//,
  openParking: true,
  settleTime: SETTLE_TIMES.xds,
  isPreview: () => false,
  previews,
  parking: (request) => parkingBeside({ ...request, parked: reached(request) }, {}),
  joined: (all) => all.flatMap((preview) => pathsOf(preview).flatMap(({ service }) => service ?? [])),
  canaries: () => [],
  cause: causeBy('', { tls: { 'ingress.kubernetes.io/force-ssl-redirect': 'a rule that requires TLS' } }),
  advice: {
    open: 'Serve the application by an HTTPRoute: Contour implements Gateway API, where parking can be closed.',
    tls: 'add the host to spec.tls of the Ingress',
  },
};

function previews(request: PreviewRequest<Ingress>): OwnRoutes[] {
  const { kind } = request.settings;
  if (kind.by === 'host') return previewsAtHosts(request, kind.host, { annotations: ANNOTATIONS });
  throw new GreenpathError(
    'route',
    `${request.routes.map(({ object }) => nameOf(object)).join(', ')} can have no preview ${kind.by === 'path' ? `below ${kind.path}` : 'by header'}: Contour neither strips a prefix from an Ingress nor matches its headers`,
    'Give the preview a host of its own in the config, such as preview: {host: green.example.com}; or serve the application by an HTTPRoute, which Contour implements too.',
  );
}

/**
 * Anybody who knows the path of parking gets in, so that it names only what visitors reach, reached before, or reach
 * next. Green has its preview, which keeps it known to Envoy until it is live, unless somebody deleted that.
 */
function reached({ parked, routes, present, next = [] }: ParkingRequest<Ingress>) {
  const named = [...routes, ...present].flatMap(({ paths }) => paths.map(({ service }) => service));
  const known = new Set([...named, ...next]);
  return parked.filter(({ service }) => known.has(service));
}
