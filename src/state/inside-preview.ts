import { GreenpathError } from '../core/base/error.ts';
import { kindText, type PreviewKind } from '../core/base/preview-kind.ts';
import { LABEL_APP, LABEL_REVISION, label, type Service } from '../core/kube/objects.ts';
import { baseNameOf } from '../core/kube/revision-services.ts';
import { type RoutePath, routeText } from '../core/release/route.ts';
import type { Router } from '../routes/router.ts';
import type { FoundRoute } from './namespace.ts';

interface Reading {
  readonly app: string;
  readonly revisionLabel: string;
  readonly services: readonly Service[];
  /** How the preview is reached by the config. */
  readonly kind: PreviewKind;
}

/** A preview inside a live route below another path than the config says. */
interface OtherInside {
  readonly prefix: string;
  readonly revision: string;
}

/**
 * Refuses a live route with a preview inside (the classic form) below another path than `kind` says. No object has a note
 * of it, and as live paths those of the preview would be of another revision than the rest. Throws `no-candidate`.
 */
export function refuseOtherInside(found: FoundRoute, router: Router, reading: Reading): void {
  const other = otherInside(found, router, reading);
  if (other === undefined) return;
  const { prefix } = other;
  throw new GreenpathError(
    'no-candidate',
    `${textOf(found, other)}, and this step's config leads to a preview ${kindText(reading.kind)}`,
    `Set preview: {path: ${prefix}} in the config. For another preview, first run reject for revision ${other.revision} without the input config: it removes that candidate. Then run deploy-green with this config.`,
  );
}

/**
 * The kind of such a preview, told to `warn`; undefined if there is none. A rollback takes it for the preview: what only
 * matters to a candidate must not keep visitors from getting back.
 */
export function acceptOtherInside(
  routers: ReadonlyMap<FoundRoute, { readonly router: Router }>,
  reading: Reading,
  warn: (text: string) => void,
): PreviewKind | undefined {
  for (const [found, { router }] of routers) {
    const other = otherInside(found, router, reading);
    if (other === undefined) continue;
    warn(
      `${textOf(found, other)}, and the config leads to a preview ${kindText(reading.kind)}. The rollback leaves that preview as it is; every other mode needs preview: {path: ${other.prefix}} in the config`,
    );
    return { by: 'path', path: other.prefix };
  }
  return undefined;
}

function textOf({ ref }: FoundRoute, { prefix, revision }: OtherInside): string {
  return `${routeText(ref)} contains the preview of revision ${revision} ${kindText({ by: 'path', path: prefix })}`;
}

function otherInside(
  { object, paths, exists }: FoundRoute,
  router: Router,
  { app, revisionLabel, services, kind }: Reading,
): OtherInside | undefined {
  if (!exists) return undefined;
  const named = new Map(services.map((service) => [service.metadata.name, service]));
  const serviceOf = (path: RoutePath) => (path.service === undefined ? undefined : named.get(path.service));
  const baseOf = (path: RoutePath) => baseNameOf(path.service ?? '', serviceOf(path), revisionLabel);
  const isMeant = (path: RoutePath) => kind.by === 'path' && router.isPreview(object, kind.path, path);
  for (const path of paths) {
    const [prefix] = /^\/[A-Za-z0-9_-]+/.exec(path.path) ?? [];
    const service = serviceOf(path);
    const revision = service && label(service, LABEL_APP) === app ? label(service, LABEL_REVISION) : undefined;
    if (prefix === undefined || revision === undefined) continue;
    if ((kind.by === 'path' && kind.path === prefix) || !router.isPreview(object, prefix, path)) continue;
    // Another path of the app has that form too, but not to another revision of a path that is live at the host: a
    // shorter one, since a preview's path is its prefix and that, and not what the config takes for the preview.
    const isOfLive = (one: RoutePath) =>
      one.host === path.host &&
      one.service !== path.service &&
      baseOf(one) === baseOf(path) &&
      one.path.length < path.path.length &&
      !isMeant(one);
    if (paths.some(isOfLive)) return { prefix, revision };
  }
  return undefined;
}
