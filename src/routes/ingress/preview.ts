import { type KubeObject, LABEL_APP, LABEL_REVISION } from '../../core/kube/objects.ts';
import { hostsOf, refOf } from '../../core/release/route.ts';
import type { OwnRoutes, PreviewRequest } from '../adapter.ts';
import { isOwnPreview } from '../own.ts';
import { counterpartIn } from '../patch.ts';
import { type Backend, backend, classLike, type Ingress } from './object.ts';
import { refuseOverlap } from './overlap.ts';
import { type LiveIngress, type LiveIngressPath, liveIngress } from './paths.ts';
import { type Annotations, inherited, refuseUnprotected } from './protection.ts';
import { refuseForeignObject, refuseTaken } from './taken.ts';
import { coversTls } from './tls.ts';

/** How a router strips the prefix of a preview. */
export interface Stripping {
  readonly annotations: Annotations;
  /** The annotations that strip `prefix`, and after it what `route` strips itself. */
  strip(prefix: string, route: Ingress): Readonly<Record<string, string>>;
  /** The type of the path that mirrors `path`. */
  pathType(path: LiveIngressPath): string;
  /** The path below `prefix` that matches what `path` of `route` matches. */
  mirror(route: Ingress, prefix: string, path: LiveIngressPath): string;
  /** The router always prefers the most specific host, so that hosts which overlap do not matter. */
  readonly specificHostFirst?: true;
}

/** One path of a preview. */
export interface Mirror {
  readonly of: LiveIngressPath;
  readonly host: string | undefined;
  readonly path: string;
  readonly pathType: string;
  readonly target: Backend;
}

/** For each live path P of the app, `prefix` + P goes to the candidate's counterpart of the Service behind P. */
export function mirrors(
  request: PreviewRequest<Ingress>,
  { ingress, live }: LiveIngress,
  { mirror, pathType: typeOf }: Pick<Stripping, 'mirror' | 'pathType'>,
): Mirror[] {
  const hosts = hostsOf(live);
  const all = live.flatMap((one): Mirror[] => {
    const target = backend(counterpartIn(request.candidate, one), one.port);
    const place = { path: mirror(ingress, request.settings.path, one), pathType: typeOf(one) };
    return (one.isFallback ? hosts : [one.host]).map((host) => ({ of: one, host, ...place, target }));
  });
  // Of two equal paths only the first is used, and a default backend gets only what no path matches.
  return all.filter((one, index) => all.findIndex((other) => isSamePlace(one, other)) === index);
}

function isSamePlace(one: Mirror, other: Mirror): boolean {
  return one.host === other.host && one.path === other.path && one.pathType === other.pathType;
}

/** What a router that needs more than one Ingress makes of the paths of a preview. */
type ObjectsFor = (live: LiveIngress, wanted: readonly Mirror[]) => KubeObject[];

/**
 * The previews of a router that never puts one into a live Ingress, and on which a preview does not change how other
 * paths match. Throws as `Router.previews` does.
 */
export function previewsBeside(
  request: PreviewRequest<Ingress>,
  stripping: Stripping,
  objectsFor: ObjectsFor = (live, wanted) => [previewBeside(request, live, wanted, stripping)],
): OwnRoutes[] {
  const others = request.all.flatMap(({ object }) => (isOwnPreview(object, request.app) ? [] : object));
  const planned = request.routes.map((route) => {
    const live = liveIngress(route);
    const wanted = mirrors(request, live, stripping);
    refuseTaken(request, live, wanted, others);
    return { wanted, own: { objects: objectsFor(live, wanted), patch: [] } };
  });
  if (request.settings.overlap === 'refuse' && stripping.specificHostFirst === undefined)
    refuseOverlap(
      request,
      planned.flatMap(({ wanted }) => wanted),
    );
  return planned.map(({ own }) => own);
}

/**
 * The Ingress for the preview of a live one, beside it. Throws if somebody else's Ingress has its name
 * (`preview-taken`), or if it would lack what may protect the live one (`preview-unprotected`).
 */
export function previewBeside(
  request: PreviewRequest<Ingress>,
  live: LiveIngress,
  wanted: readonly Mirror[],
  { annotations, strip }: Stripping,
): KubeObject {
  const { app, namespace, settings, candidate } = request;
  const { ingress } = live;
  const name = request.named({ ref: refOf(ingress) });
  refuseForeignObject(request, name);
  if (settings.unprotected === 'refuse') refuseUnprotected(ingress, annotations, settings.annotations);
  const tls = (ingress.spec.tls ?? []).filter((entry) => hostsOf(live.live).some((host) => coversTls(entry, host)));
  const rules = [...new Set(wanted.map((mirror) => mirror.host))].map((host) => ({
    ...(host === undefined ? {} : { host }),
    http: {
      paths: wanted
        .filter((mirror) => mirror.host === host)
        .map(({ path, pathType, target }) => ({ path, pathType, backend: target })),
    },
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace,
      labels: { [LABEL_APP]: app, [LABEL_REVISION]: candidate.revision },
      annotations: {
        ...classLike(ingress).annotations,
        ...inherited(ingress, annotations),
        'external-dns.alpha.kubernetes.io/controller': 'greenpath',
        ...settings.annotations,
        ...strip(settings.path, ingress),
      },
    },
    spec: { ...classLike(ingress).spec, ...(tls.length > 0 ? { tls } : {}), rules },
  };
}
