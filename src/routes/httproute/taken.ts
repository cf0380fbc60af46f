import { GreenpathError } from '../../core/base/error.ts';
import type { Host } from '../../core/base/hosts.ts';
import { isBelow } from '../../core/base/preview-kind.ts';
import { LABEL_APP, label, nameFrom } from '../../core/kube/objects.ts';
import type { RoutePath } from '../../core/release/route.ts';
import { isOwnPreview } from '../own.ts';
import { allButOwnPreviews } from '../preview-hosts.ts';
import type { PreviewRequest } from '../requests.ts';
import type { HostPlace, PlannedFor, Route } from '../route-kind.ts';
import { refsMeet } from './gateways.ts';
import { gatewaysOf, type HttpRoute, hostnameCovers, type ParentRef, parentKey } from './object.ts';
import { isRefusedAt } from './reports.ts';

/**
 * Refuses a preview below a prefix at which another route of the same Gateway serves something. Another app's preview
 * may use the same prefix if it mirrors other paths.
 */
export function refuseTaken(
  request: PreviewRequest<HttpRoute>,
  prefix: string,
  route: PlannedFor<HttpRoute>,
  mirrored: readonly RoutePath[],
): void {
  const hosts = new Set(mirrored.map(({ host }) => host));
  const places = new Set(mirrored.map(placeOf));
  const isTaken = (other: Route<HttpRoute>, path: RoutePath) => {
    const meets = (host: Host) =>
      hostnameCovers(path.host, host) && meetsAtGateway(other.object, route, { namespace: request.namespace, host });
    if (![...hosts].some(meets)) return false;
    if (!isBelow(path.path, prefix)) return false;
    return !isOwnPreview(other.object, label(other.object, LABEL_APP) ?? '') || places.has(placeOf(path));
  };
  for (const other of allButOwnPreviews(request)) {
    const taken = other.paths.find((path) => isTaken(other, path));
    if (taken === undefined) continue;
    throw new GreenpathError(
      'preview-taken',
      `the preview path ${prefix} is taken: ${nameFrom(request.namespace, other.object)} already serves ${taken.text}`,
      'Choose another one in the config (preview: {path: /other}), a preview by host or by header (preview: {host: green.example.com} or {header: {}}), or remove that path.',
    );
  }
}

function placeOf({ host, path, match, condition }: RoutePath): string {
  return JSON.stringify([host ?? null, path, match, condition?.text ?? '', condition?.headers ?? {}]);
}

/**
 * Whether requests for `host` may meet both routes at a Gateway that they have in common; one that refuses `other` does
 * not count. A route that does not say its namespace is of `namespace`.
 */
export function meetsAtGateway(
  other: HttpRoute,
  { object: route, parents = [] }: Pick<Route<HttpRoute>, 'object' | 'parents'>,
  { namespace, host }: HostPlace,
): boolean {
  const keyIn = ({ metadata }: HttpRoute, { sectionName: _, port: __, ...gateway }: ParentRef) =>
    parentKey(gateway, metadata.namespace ?? namespace);
  return gatewaysOf(route).some((own) =>
    gatewaysOf(other).some(
      (ref) =>
        keyIn(other, ref) === keyIn(route, own) &&
        refsMeet({ route, ref: own }, { route: other, ref }, parents, host) &&
        !isRefusedAt(other, ref),
    ),
  );
}
