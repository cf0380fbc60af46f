import { hostsOf } from '../../../core/release/route.ts';
import { isOwnOfAny } from '../../own.ts';
import type { OwnRoutes, PreviewRequest } from '../../requests.ts';
import { SETTLE_TIMES } from '../../settle-times.ts';
import { ingressesBeside, ingressesElsewhere } from '../elsewhere.ts';
import type { IngressRouter } from '../ingress-router.ts';
import { type Mirror, mirrors } from '../mirror.ts';
import type { Ingress } from '../object.ts';
import { otherIngresses, refuseRegexes } from '../overlap.ts';
import { parkingBeside } from '../parking.ts';
import { type LiveIngress, liveIngress, pathsOf, placed } from '../paths.ts';
import { previewBeside, previewsAtHosts, type Stripping } from '../preview.ts';
import { refuseTaken } from '../taken.ts';
import { ALIASES, CLOSED, NOT_INHERITED, PREFIX, REGEX, REWRITE, REWRITING } from './annotations.ts';
import { previewsByHeader, refuseOlderCanaries, servicesOfCanaries } from './by-header.ts';
import { canariesOf, isCanary, isCanaryFor } from './canaries.ts';
import { causeIn } from './causes.ts';
import { classicPatch } from './classic.ts';
import { isClassic, isMirror, mirrorOf } from './mirrors.ts';
import { refuseOutranked } from './overlaps.ts';
import { previewTarget, refuseUnmirrored } from './rewriting.ts';
import { isRegexToTraefik, refuseSideEffects } from './side-effects.ts';
import { snippetUse } from './snippets.ts';
import { commonSettings, differingSettings } from './upstreams.ts';

const STRIPPING: Stripping = {
  annotations: {
    of: 'ingress-nginx',
    prefix: PREFIX,
    notInherited: NOT_INHERITED,
    rewriting: REWRITING,
    aliases: ALIASES,
    snippetUse,
  },
  strip: (_, route) => ({ [REWRITE]: previewTarget(route), [REGEX]: 'true' }),
  pathType: () => 'ImplementationSpecific',
  mirror: mirrorOf,
};

/** Routers that read the annotations of ingress-nginx: itself, and Traefik 3.7 and newer, which is not slower. */
export const nginx: IngressRouter = {
  name: 'nginx',
  known: 'understands the annotations of ingress-nginx (ingress-nginx itself, Traefik 3.7 or newer)',
  classes: ['nginx'],
  // With several of them, people choose names of their own in that group; AKS has one that it manages.
  controllers: /^(k8s\.io\/[\w.-]*ingress-nginx[\w.-]*|webapprouting\.kubernetes\.azure\.com\/nginx.*)$/,
  alsoControllers: /^traefik\.io\/ingress-controller$/,
  settleTime: SETTLE_TIMES.slowest,
  isPreview: (route, prefix, path) => placed(route, [path]).some((one) => isMirror(route, prefix, one, pathsOf(route))),
  previews,
  parking: (request) =>
    parkingBeside({ ...request, annotations: { ...commonSettings(request.routes), ...request.annotations } }, CLOSED),
  differing: differingSettings,
  joined: servicesOfCanaries,
  asksFor: isCanaryFor,
  refuseSwitch: refuseOlderCanaries,
  canaries: canariesOf,
  cause: causeIn,
  advice: {
    open: "Let a router serve the live Ingress that reads the annotations of ingress-nginx (F5's, whose class is nginx by default too, does not); or close parking with annotations that it reads (parking: {annotations: {…}} in the config).",
    tls: 'add the host to spec.tls of the Ingress',
  },
};

function previews(request: PreviewRequest<Ingress>): OwnRoutes[] {
  const { kind } = request.settings;
  if (kind.by === 'host') return previewsAtHosts(request, kind.host, STRIPPING);
  return kind.by === 'header' ? previewsByHeader(request, kind) : previewsByPath(request, kind.path);
}

/** Previews of all live routes exist at the same time, so their effects on other hosts are checked together. */
function previewsByPath(request: PreviewRequest<Ingress>, prefix: string): OwnRoutes[] {
  const planned = request.routes.map((route) => previewOf(request, prefix, liveIngress(route)));
  if (request.settings.overlap === 'refuse') {
    const added = planned.flatMap(({ wanted }) => wanted);
    const others = otherIngresses(request).filter((other) => !isCanary(other));
    refuseOutranked(added, others, request.namespace);
    // On a host with one regex, all paths are regexes, and the longest that matches comes first.
    refuseRegexes(request, added, {
      isRegex: ({ pathType }) => pathType !== 'Exact',
      takes: (preview, { path }) => preview.path.length >= path.length,
    });
  }
  return planned.map(({ own }) => own);
}

function previewOf(
  request: PreviewRequest<Ingress>,
  prefix: string,
  route: LiveIngress,
): { readonly wanted: readonly Mirror[]; readonly own: OwnRoutes } {
  refuseUnmirrored(route);
  const elsewhere = ingressesElsewhere(request).filter((other) => !isCanary(other));
  const present = request.all.flatMap(({ object }) => (isCanary(object) ? [] : object));
  const wanted = mirrors(request, route, prefix, STRIPPING);
  // A live route that does not exist yet cannot contain its preview.
  const isInside = isClassic(route.ingress) && route.exists;
  const others = ingressesBeside(request).filter((other) => !isCanary(other));
  refuseTaken(prefix, isInside ? route : { ...route, preview: [] }, wanted, others);
  if (isInside) return { wanted, own: { objects: [], patch: classicPatch(route, wanted) } };
  const object = previewBeside(request, route, wanted, STRIPPING.annotations, STRIPPING.strip(prefix, route.ingress));
  if (request.settings.matching === 'keep') {
    refuseSideEffects(route.ingress, hostsOf(route.live), [
      ...lastingOf(request, present),
      ...elsewhere.filter((other) => !isOwnOfAny(other)),
    ]);
  }
  return { wanted, own: { objects: [object], patch: [] } };
}

/**
 * Those whose paths count on a host. Previews of any app come and go, so their temporary effect makes nothing
 * acceptable. A live route with regex paths that does not exist yet has made nothing a regex, and loses nothing by it.
 * Nor does any that does not exist yet, unless the next release must have the same answer.
 */
function lastingOf({ routes, isKindOpen }: PreviewRequest<Ingress>, present: readonly Ingress[]): Ingress[] {
  const planned = new Set(routes.flatMap(({ object, exists }) => (exists ? [] : object)));
  return present.filter(
    (other) => !isOwnOfAny(other) && !(planned.has(other) && (isKindOpen || isRegexToTraefik(other))),
  );
}
