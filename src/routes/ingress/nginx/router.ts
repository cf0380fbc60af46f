import { LABEL_APP, label } from '../../../core/kube/objects.ts';
import { hostsOf } from '../../../core/release/route.ts';
import type { OwnRoutes, PreviewRequest } from '../../adapter.ts';
import { isOwnPreview, isOwnRoute } from '../../own.ts';
import type { IngressRouter } from '../ingress-router.ts';
import { type Ingress, isServedApart } from '../object.ts';
import { parkingBeside } from '../parking.ts';
import { type LiveIngress, liveIngress, pathsOf, placed } from '../paths.ts';
import { type Mirror, mirrors, previewBeside, type Stripping } from '../preview.ts';
import { refuseTaken } from '../taken.ts';
import { CLOSED, NOT_INHERITED, PREFIX, REGEX, REWRITE, STRIP_TO } from './annotations.ts';
import { canariesOf, isCanary } from './canaries.ts';
import { causeIn } from './causes.ts';
import { classicPatch, refuseUnwritten } from './classic.ts';
import { isClassic, isMirror, mirrorOf } from './mirrors.ts';
import { refuseOutranked } from './overlaps.ts';
import { refuseOtherRewrite } from './rewriting.ts';
import { refuseSideEffects } from './side-effects.ts';

const STRIPPING: Stripping = {
  annotations: { of: 'ingress-nginx', prefix: PREFIX, notInherited: NOT_INHERITED },
  strip: () => ({ [REWRITE]: STRIP_TO, [REGEX]: 'true' }),
  pathType: () => 'ImplementationSpecific',
  mirror: mirrorOf,
};

/**
 * Routers that read the annotations of ingress-nginx: itself, and Traefik 3.7 and newer. `settleTime`: ingress-nginx
 * applies one change every 3.3 s and its workers one list a second, Traefik one change every 2 s.
 */
export const nginx: IngressRouter = {
  name: 'nginx',
  known: 'understands the annotations of ingress-nginx (ingress-nginx itself, Traefik 3.7 or newer)',
  settleTime: 4_500,
  isPreview: (route, prefix, path) => placed(route, [path]).some((one) => isMirror(route, prefix, one, pathsOf(route))),
  previews,
  parking: (request) => parkingBeside(request, CLOSED),
  canaries: canariesOf,
  cause: causeIn,
  advice: {
    open: "Let a router serve the live Ingress that reads the annotations of ingress-nginx (F5's, whose class is nginx by default too, does not); or close parking with annotations that it reads (parking: {annotations: {…}} in the config).",
    tls: 'add the host to spec.tls of the Ingress',
  },
};

/** Previews of all live routes exist at the same time, so their effects on other hosts are checked together. */
function previews(request: PreviewRequest<Ingress>): OwnRoutes[] {
  const planned = request.routes.map((route) => previewOf(request, liveIngress(route)));
  if (request.settings.overlap === 'refuse') {
    const isApart = (one: Ingress) => request.routes.every(({ object }) => isServedApart(object, one));
    const others = request.all.flatMap(({ object }) =>
      isOwnRoute(object, request.app) || isCanary(object) || isApart(object) ? [] : object,
    );
    refuseOutranked(
      planned.flatMap(({ wanted }) => wanted),
      others,
    );
  }
  return planned.map(({ own }) => own);
}

function previewOf(
  request: PreviewRequest<Ingress>,
  route: LiveIngress,
): { readonly wanted: readonly Mirror[]; readonly own: OwnRoutes } {
  refuseOtherRewrite(route);
  const present = request.all.flatMap(({ object }) => (isCanary(object) ? [] : object));
  const wanted = mirrors(request, route, STRIPPING);
  const isInside = isClassic(route.ingress);
  refuseTaken(
    request,
    isInside ? route : { ...route, preview: [] },
    wanted,
    present.filter((other) => !isOwnPreview(other, request.app)),
  );
  if (isInside) {
    refuseUnwritten(route);
    return { wanted, own: { objects: [], patch: classicPatch(route, wanted) } };
  }
  const object = previewBeside(request, route, wanted, STRIPPING);
  if (request.settings.matching === 'keep') {
    // Previews of any app come and go, so their temporary effect on a host makes nothing acceptable.
    const lasting = present.filter((other) => !isOwnRoute(other, label(other, LABEL_APP) ?? ''));
    refuseSideEffects(route.ingress, hostsOf(route.live), lasting);
  }
  return { wanted, own: { objects: [object], patch: [] } };
}
