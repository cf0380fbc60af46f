import {
  DEFAULT_HEADER,
  DEFAULT_KIND,
  isBelow,
  type PreviewKind,
  previewHost,
  readKind,
} from '../core/base/preview-kind.ts';
import { ANNOTATION_PREVIEW, annotation } from '../core/kube/objects.ts';
import { hostsOf, type RoutePath } from '../core/release/route.ts';
import { isNamed, isOwnPreview, previewName } from './own.ts';
import type { PlannedFor, Route } from './route-kind.ts';
import type { Router } from './router.ts';

/** The live routes of an app with their routers, and what was read beside them. */
interface Read {
  readonly app: string;
  readonly routes: readonly (PlannedFor & { readonly router: Router })[];
  readonly allRoutes: readonly Route[];
}

/**
 * How the present preview of an app is reached, as its objects are: a note on them counts only if they have that form.
 * Preferred is `configured`. Undefined if there is no preview; `unknown` if the objects are of no one kind, or lack a live
 * host.
 */
export function deployedKind(read: Read, configured: PreviewKind | undefined): PreviewKind | 'unknown' | undefined {
  const own = read.allRoutes.filter(({ object }) => isOwnPreview(object, read.app));
  if (own.length === 0 && read.routes.every(({ preview }) => preview.length === 0)) return undefined;
  const kinds = [...(configured ? [configured] : []), ...own.flatMap(notedOn), ...kindsLike(own), DEFAULT_KIND];
  return kinds.find((kind) => isOfKind(read, own, kind, configured)) ?? 'unknown';
}

function notedOn({ object }: Route): PreviewKind[] {
  const kind = readKind(annotation(object, ANNOTATION_PREVIEW) ?? '');
  return kind === undefined ? [] : [kind];
}

/** What objects without a note may be: those of earlier versions had none if they were below a path. */
function kindsLike(own: readonly Route[]): PreviewKind[] {
  const paths = own.flatMap((one) => one.paths);
  const [path] = /^\/[A-Za-z0-9_-]+/.exec(paths[0]?.path ?? '') ?? [];
  const [host, ...others] = new Set(paths.map((one) => one.host));
  return [
    ...(path === undefined ? [] : [{ by: 'path', path } as const]),
    ...(host === undefined || others.length > 0 ? [] : [{ by: 'host', host } as const]),
    { by: 'header', ...DEFAULT_HEADER },
  ];
}

/** Whether each live host of each route has a preview of that kind. */
function isOfKind(
  { app, routes }: Read,
  own: readonly Route[],
  kind: PreviewKind,
  configured: PreviewKind | undefined,
): boolean {
  return routes.every((route) => {
    // Those inside of a live route were found by this path.
    if (route.preview.length > 0) return isSamePath(kind, configured ?? DEFAULT_KIND);
    const name = previewName(app, route.ref.name, routes);
    const here = own.filter(({ adapter, object }) => adapter === route.adapter && isNamed(object, name));
    return hostsOf(route.rules).every((host) => here.some((preview) => leadsTo(preview, route, kind, host)));
  });
}

function isSamePath(one: PreviewKind, other: PreviewKind): boolean {
  return one.by === 'path' && other.by === 'path' && one.path === other.path;
}

/** Whether an object of a preview leads to the candidate for requests that are made so for a live host. */
function leadsTo(
  preview: Route,
  { router, rules }: Read['routes'][number],
  kind: PreviewKind,
  host: RoutePath['host'],
) {
  const at = kind.by === 'host' ? previewHost(kind.host, host ?? '') : host;
  const here = preview.paths.filter((path) => path.host === at);
  if (kind.by === 'host') return here.length > 0 && !hostsOf(rules).includes(at);
  if (kind.by === 'header') return here.some((path) => hasHeader(path, kind) || router.asksFor?.(preview.object, kind));
  // A live path may begin as the prefix does.
  const isLive = (path: RoutePath) => rules.some((rule) => rule.host === host && rule.path === path.path);
  return here.some((path) => isBelow(path.path, kind.path) && !isLive(path));
}

function hasHeader({ condition }: RoutePath, { name, value }: Extract<PreviewKind, { by: 'header' }>): boolean {
  const headers = Object.entries(condition?.headers ?? {});
  return headers.some(([key, wanted]) => key.toLowerCase() === name.toLowerCase() && wanted === value);
}
