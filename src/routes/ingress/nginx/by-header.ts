import { GreenpathError } from '../../../core/base/error.ts';
import type { PreviewKind } from '../../../core/base/preview-kind.ts';
import { nameFrom, nameOf } from '../../../core/kube/objects.ts';
import { isSameRoute } from '../../../core/release/route.ts';
import { isOwnOfAny, isOwnPreview, NO_RECORDS } from '../../own.ts';
import type { OwnRoutes, PreviewRequest } from '../../requests.ts';
import type { PlannedFor, Route } from '../../route-kind.ts';
import { ingressesElsewhere } from '../elsewhere.ts';
import { mirrorsInPlace } from '../mirror.ts';
import { type Ingress, isServedApart } from '../object.ts';
import { type LiveIngress, liveIngress, pathsOf } from '../paths.ts';
import { previewObject } from '../preview.ts';
import { PREFIX } from './annotations.ts';
import { isCanary, isSamePath } from './canaries.ts';
import { comesBefore } from './order.ts';
import { upstreamSettings } from './upstreams.ts';

/**
 * Previews at the live URLs, for requests with a header: a canary Ingress for each live one. To both routers of the
 * family it has no location of its own: what protects, rewrites and limits the live path holds for the preview too, and
 * so only its own annotations are written, and those of the live Ingress that belong to a Service. They end in nothing
 * that sends anybody else there.
 * Source: https://github.com/kubernetes/ingress-nginx/blob/controller-v1.11.0/internal/ingress/controller/controller.go
 * (mergeAlternativeBackends), https://github.com/traefik/traefik/blob/v3.7.9/pkg/provider/kubernetes/ingress-nginx/build.go
 */
export function previewsByHeader(
  request: PreviewRequest<Ingress>,
  kind: Extract<PreviewKind, { by: 'header' }>,
): OwnRoutes[] {
  if (!request.isProven) throw unproven(request);
  const present = request.all.filter(({ object }) => isOwnPreview(object, request.app));
  refuseOlder(request.routes, present);
  return request.routes.map((route) => {
    const live = liveIngress(route);
    refuseUnmerged(route, live);
    refuseOthersCanary(request, live);
    const wanted = mirrorsInPlace(request, live);
    refuseNamed(
      request,
      wanted.map(({ target }) => target.service?.name ?? ''),
    );
    const annotations = {
      ...NO_RECORDS,
      ...upstreamSettings(live.ingress),
      ...withoutCanary(request.settings.annotations),
      [`${PREFIX}canary`]: 'true',
      [`${PREFIX}canary-by-header`]: kind.name,
      [`${PREFIX}canary-by-header-value`]: kind.value,
      [`${PREFIX}canary-weight`]: '0',
    };
    return { objects: [previewObject(request, live, wanted, annotations)], patch: [] };
  });
}

/** A router that does not know canaries would take such an Ingress for one of the live paths. */
function unproven({ routes }: PreviewRequest<Ingress>): GreenpathError {
  const names = routes.map(({ object }) => nameOf(object)).join(', ');
  return new GreenpathError(
    'route',
    `${names} can have no preview by header with proof: off: nothing would show that the router knows canaries, and one that does not would send visitors to the candidate`,
    'Choose another kind of preview in the config: {path: /green}, or {host: green.example.com}.',
  );
}

/** Annotations of the config must not send visitors without the header to the candidate. */
function withoutCanary(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.startsWith(`${PREFIX}canary`)));
}

/** What of a live route no canary can share: routers join the two by host, path and type, as they are written. */
function refuseUnmerged(route: PlannedFor<Ingress>, { ingress, live }: LiveIngress): void {
  if (!route.exists || route.revision === undefined)
    throw noPreview(
      ingress,
      'nothing is live behind it yet, and a canary needs a live path to share',
      'Make the first release with another kind of preview: {path: /green}, or {host: green.example.com}.',
    );
  const fallback = live.find(({ isFallback }) => isFallback);
  if (fallback !== undefined)
    throw noPreview(
      ingress,
      `${fallback.text} is one of the app's paths, and not every router joins a canary to it`,
      'Write it as the path / of type Prefix, on each host.',
    );
  const omitted = live.find(({ given }) => given === undefined);
  if (omitted !== undefined)
    throw noPreview(ingress, `it leaves out the path of ${omitted.text}`, 'Write path: / there.');
}

/**
 * Of several canaries of one Service, ingress-nginx uses one, and Traefik the last. ingress-nginx adds those of other
 * namespaces too, whose apps may have the name of this one.
 */
function refuseOthersCanary(request: PreviewRequest<Ingress>, { ingress, live }: LiveIngress): void {
  const services = new Set(live.map(({ service }) => service));
  const near = request.all.flatMap(({ object }) => (isServedApart(ingress, object) ? [] : object));
  const primary = near.filter((one) => !isCanary(one)).flatMap(pathsOf);
  const shared = primary.filter(({ service }) => services.has(service ?? ''));
  const others = [...near.filter((one) => !isOwnPreview(one, request.app)), ...ingressesElsewhere(request)];
  const other = others.find(
    (one) => isCanary(one) && pathsOf(one).some((path) => shared.some((two) => isSamePath(two, path))),
  );
  if (other !== undefined)
    throw noPreview(
      ingress,
      `${nameFrom(request.namespace, other)} is a canary of it already, and routers use only one`,
      'Delete that canary, or choose another kind of preview: {path: /green}, or {host: green.example.com}.',
    );
}

/**
 * To ingress-nginx a Service is either an ordinary upstream or one of a canary, as the oldest Ingress says that names it,
 * and says nothing if another one says otherwise: the canary has no effect then.
 */
function refuseNamed({ all, routes }: PreviewRequest<Ingress>, services: readonly string[]): void {
  const other = all.find(
    (route) =>
      !isCanary(route.object) &&
      !isOwnOfAny(route.object) &&
      !routes.some(({ ref }) => isSameRoute(ref, route.ref)) &&
      route.paths.some(({ service }) => services.includes(service ?? '')),
  );
  if (other !== undefined)
    throw noPreview(
      other.object,
      'it names a Service of the candidate, and ingress-nginx then ignores a canary of that Service',
      'Remove it, or choose another kind of preview: {path: /green}, or {host: green.example.com}.',
    );
}

/**
 * Refuses previews by header that come before the live Ingress they share. To ingress-nginx the first Ingress that names a Service
 * decides what it is: after a switch to a Service that is a canary's, the live path would lead nowhere.
 */
function refuseOlder(routes: readonly PlannedFor<Ingress>[], previews: readonly Route<Ingress>[]): void {
  for (const { object: live, exists } of routes) {
    const older = previews.find(({ object }) => exists && comesBefore(object, live));
    if (older === undefined) continue;
    const { name, namespace } = older.object.metadata;
    throw new GreenpathError(
      'preview-side-effect',
      `${nameOf(older.object)}, the preview by header, is older than ${nameOf(live)}, which somebody created again: ingress-nginx would give the live paths no Service after a switch`,
      `Delete it (kubectl -n ${namespace} delete ingress ${name}), then run deploy-green for this revision again.`,
    );
  }
}

/** The same of those of `previews` that are by header, before a switch to their Services. */
export function refuseOlderCanaries(routes: readonly PlannedFor<Ingress>[], previews: readonly Route<Ingress>[]): void {
  refuseOlder(
    routes,
    previews.filter(({ object }) => isCanary(object)),
  );
}

/** The Services that are a canary's: to name them in parking as well would switch the canary off. */
export function servicesOfCanaries(previews: readonly Ingress[]): string[] {
  return previews.flatMap((one) => (isCanary(one) ? pathsOf(one).flatMap(({ service }) => service ?? []) : []));
}

function noPreview(route: Ingress, why: string, next: string): GreenpathError {
  return new GreenpathError('route', `${nameOf(route)} can have no preview by header: ${why}`, next);
}
