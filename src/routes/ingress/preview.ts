import { GreenpathError } from '../../core/base/error.ts';
import { type KubeObject, LABEL_APP, LABEL_REVISION, nameOf } from '../../core/kube/objects.ts';
import { refOf } from '../../core/release/route.ts';
import { kindNote, NO_RECORDS, refuseForeignObject } from '../own.ts';
import { refuseHosts } from '../preview-hosts.ts';
import type { OwnRoutes, PreviewRequest } from '../requests.ts';
import { aliasCovers, aliasesOf } from './aliases.ts';
import { ingressesBeside } from './elsewhere.ts';
import { type Mirror, mirrors, mirrorsAtHosts, type PathMirroring } from './mirror.ts';
import { classLike, type Ingress } from './object.ts';
import { refuseOverlap, refuseRegexes } from './overlap.ts';
import { type IngressPath, type LiveIngress, liveIngress } from './paths.ts';
import { type Annotations, inherited, refuseUnprotected } from './protection.ts';
import { refuseTaken } from './taken.ts';
import { coversTls } from './tls.ts';

/** How a router strips the prefix of a preview. */
export interface Stripping extends PathMirroring {
  readonly annotations: Annotations;
  /** The annotations that strip `prefix`, and after it what `route` strips itself. */
  strip(prefix: string, route: Ingress): Readonly<Record<string, string>>;
  /** Refuses what no preview below a prefix can mirror; throws `route`. */
  refuse?(live: LiveIngress): void;
  /** Refuses what no preview at a host of its own can mirror; throws `route`. */
  refuseAtHost?(live: LiveIngress): void;
}

/** What a router that needs more than one Ingress makes of the paths of a preview. */
type ObjectsFor = (live: LiveIngress, wanted: readonly Mirror[], prefix: string) => KubeObject[];

/**
 * The previews of a router that never puts one into a live Ingress, on which a preview does not change how other paths
 * match, and which matches no headers. Throws as `Router.previews` does.
 */
export function previewsBeside(
  request: PreviewRequest<Ingress>,
  stripping: Stripping,
  objectsFor: ObjectsFor = (live, wanted, prefix) => [
    previewBeside(request, live, wanted, stripping.annotations, stripping.strip(prefix, live.ingress)),
  ],
): OwnRoutes[] {
  const { kind } = request.settings;
  if (kind.by === 'host') return previewsAtHosts(request, kind.host, stripping);
  if (kind.by === 'header') throw noHeaders(request, stripping);
  const others = ingressesBeside(request);
  const planned = request.routes.map((route) => {
    const live = liveIngress(route);
    stripping.refuse?.(live);
    const wanted = mirrors(request, live, kind.path, stripping);
    refuseTaken(kind.path, live, wanted, others);
    return { wanted, own: { objects: objectsFor(live, wanted, kind.path), patch: [] } };
  });
  if (request.settings.overlap === 'refuse') {
    const added = planned.flatMap(({ wanted }) => wanted);
    refuseOverlap(request, added);
    // Of these routers only a path of this type may be a regex, and how they rank it is not known here.
    const isRegex = ({ pathType }: IngressPath) => pathType === 'ImplementationSpecific';
    refuseRegexes(request, added, { isRegex, takes: () => true });
  }
  return planned.map(({ own }) => own);
}

/**
 * Previews at hosts of their own: the paths and the rewriting of the live Ingresses, at other hosts, so that nothing
 * changes at the live ones.
 */
export function previewsAtHosts(
  request: PreviewRequest<Ingress>,
  pattern: string,
  { annotations, refuseAtHost }: Pick<Stripping, 'annotations' | 'refuseAtHost'>,
): OwnRoutes[] {
  refuseHosts(request, pattern, (object, host) =>
    aliasesOf(object, annotations.aliases).filter((alias) => aliasCovers(alias, host)),
  );
  return request.routes.map((route) => {
    const live = liveIngress(route);
    refuseAtHost?.(live);
    const wanted = mirrorsAtHosts(request, live, pattern);
    return { objects: [previewBeside(request, live, wanted, annotations, {})], patch: [] };
  });
}

function noHeaders({ routes }: PreviewRequest<Ingress>, { annotations }: Stripping): GreenpathError {
  return new GreenpathError(
    'route',
    `${routes.map(({ object }) => nameOf(object)).join(', ')} can have no preview by header: an Ingress of ${annotations.of} matches no headers`,
    'Set another kind of preview in the config: {path: /green}, or {host: green.example.com} with a host of your own.',
  );
}

/**
 * The Ingress for the preview of a live one, beside it, with `added` annotations. Throws if somebody else's Ingress has
 * its name (`preview-taken`), or if it would lack what may protect the live one (`preview-unprotected`).
 */
export function previewBeside(
  request: PreviewRequest<Ingress>,
  live: LiveIngress,
  wanted: readonly Mirror[],
  own: Annotations,
  added: Readonly<Record<string, string>>,
): KubeObject {
  const { settings } = request;
  const { ingress } = live;
  if (settings.unprotected === 'refuse') refuseUnprotected(ingress, own, settings.annotations);
  const isAtHost = settings.kind.by === 'host';
  return previewObject(request, live, wanted, {
    ...inherited(ingress, own, isAtHost),
    // A host of its own needs a record of its own.
    ...(isAtHost ? {} : NO_RECORDS),
    ...settings.annotations,
    ...added,
  });
}

/** The Ingress for a preview with these annotations. Throws `preview-taken` if somebody else's Ingress has its name. */
export function previewObject(
  request: PreviewRequest<Ingress>,
  { ingress }: Pick<LiveIngress, 'ingress'>,
  wanted: readonly Mirror[],
  annotations: Readonly<Record<string, string>>,
): Ingress {
  const { app, namespace, settings, candidate } = request;
  const name = request.named({ ref: refOf(ingress) });
  refuseForeignObject(request, name);
  const hosts = [...new Set(wanted.map((mirror) => mirror.host))];
  const tls = tlsFor(ingress, hosts, settings.kind.by === 'host');
  const like = classLike(ingress);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace,
      labels: { [LABEL_APP]: app, [LABEL_REVISION]: candidate.revision },
      annotations: { ...like.annotations, ...annotations, ...kindNote(settings.kind) },
    },
    spec: {
      ...like.spec,
      ...(tls.length > 0 ? { tls } : {}),
      rules: hosts.map((host) => ({
        ...(host === undefined ? {} : { host }),
        http: {
          paths: wanted
            .filter((mirror) => mirror.host === host)
            .map(({ path, pathType, target }) => ({ path, pathType, backend: target })),
        },
      })),
    },
  };
}

/** The TLS of an Ingress that covers `hosts`; for hosts of their own, it names these. */
function tlsFor({ spec }: Ingress, hosts: readonly (string | undefined)[], named: boolean) {
  return (spec.tls ?? []).flatMap((entry) => {
    const covered = hosts.filter((host) => coversTls(entry, host));
    if (covered.length === 0) return [];
    return named && entry.hosts !== undefined ? { ...entry, hosts: covered.flatMap((host) => host ?? []) } : entry;
  });
}
