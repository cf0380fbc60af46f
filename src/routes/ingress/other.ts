import { GreenpathError } from '../../core/base/error.ts';
import { nameOf } from '../../core/kube/objects.ts';
import type { PreviewRequest } from '../requests.ts';
import { haproxy } from './haproxy.ts';
import type { IngressRouter } from './ingress-router.ts';
import type { Ingress } from './object.ts';
import { parkingBeside } from './parking.ts';
import { previewsBeside, type Stripping } from './preview.ts';

/**
 * Any router that strips a prefix by annotations which the config gives for the preview, and closes parking by those
 * that it gives for parking. `settleTime`: that of the slowest known one.
 */
export const other: IngressRouter = {
  name: 'other',
  known: 'is another one that strips a prefix by annotations (give them in preview: {annotations: {…}})',
  classes: [],
  controllers: undefined,
  alsoControllers: /./,
  untried: 'a router of which only the config knows the annotations',
  settleTime: haproxy.settleTime,
  isPreview: () => false,
  previews: (request) => previewsBeside(request, strippingBy(request)),
  parking: (request) => {
    if (request.parked.length > 0 && Object.keys(request.annotations).length === 0)
      throw new GreenpathError(
        'route',
        'the router is `other`, and the config does not say which annotations make it answer everybody with 403, so parking cannot be closed',
        'Set them in the config: parking: {annotations: {…}}.',
      );
    return parkingBeside(request, {});
  },
  canaries: () => [],
  cause: () => undefined,
  advice: {
    open: 'Close parking with annotations that the router reads (parking: {annotations: {…}} in the config).',
    tls: 'add the host to spec.tls of the Ingress',
  },
};

/** No annotation begins so. */
const NO_PREFIX = ' ';

/** The live Ingress's annotations of the same tool as those of the config are copied; those of the config replace them. */
function strippingBy({ routes, settings }: PreviewRequest<Ingress>): Stripping {
  const [key] = Object.keys(settings.annotations);
  if (key === undefined && settings.kind.by === 'path')
    throw new GreenpathError(
      'route',
      `${routes.map(({ object }) => nameOf(object)).join(', ')}: the router is \`other\`, and the config does not say which annotations strip the preview path`,
      'Set them in the config: preview: {annotations: {…}}; or choose a preview that strips nothing: preview: {host: green.example.com}.',
    );
  return {
    annotations: { of: 'the router', prefix: key?.replace(/\/.*$/, '/') ?? NO_PREFIX, notInherited: /^$/ },
    strip: () => ({}),
    pathType: ({ pathType }) => pathType,
    mirror: (_, prefix, { path }) => prefix + path,
  };
}
