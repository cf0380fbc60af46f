import { GreenpathError } from '../../../core/base/error.ts';
import type { PreviewKind } from '../../../core/base/preview-kind.ts';
import { KIND } from '../../../core/kube/kinds.ts';
import { annotation, type KubeObject, LABEL_APP, LABEL_REVISION, nameOf } from '../../../core/kube/objects.ts';
import { refOf } from '../../../core/release/route.ts';
import { NO_RECORDS } from '../../own.ts';
import type { OwnRoutes, PreviewRequest } from '../../requests.ts';
import { type Mirror, mirrorsInPlace } from '../mirror.ts';
import { CLASS_ANNOTATION, classOf, type Ingress } from '../object.ts';
import { otherIngresses } from '../overlap.ts';
import { type LiveIngress, liveIngress, pathsOf } from '../paths.ts';
import { previewObject } from '../preview.ts';
import { type Annotations, refuseUnprotected } from '../protection.ts';
import { MIDDLEWARES } from './middlewares.ts';
import { ENTRY_POINTS, isServedByTls, rankOfRule, ruleOf, TLS } from './rules.ts';

type Header = Extract<PreviewKind, { by: 'header' }>;

/** A class that no router serves: the Ingress only says what the IngressRoute of its name does. */
export const UNSERVED = 'unserved.greenpath.dev';
/** The header that the IngressRoute matches, on that Ingress. */
const ANNOTATION_HEADER = 'greenpath.dev/preview-header';
/** Without a class, every Traefik reads an IngressRoute that is not told to read one class only. */
const USUAL_CLASS = 'traefik';

/**
 * Previews at the live URLs, for requests with a header: an Ingress matches none, but an IngressRoute does. Beside it
 * stands an Ingress that no router serves, as the note of what the preview leads to.
 */
export function previewsByHeader(
  request: PreviewRequest<Ingress>,
  kind: Header,
  annotations: Annotations,
): OwnRoutes[] {
  return request.routes.map((route) => {
    const live = liveIngress(route);
    refuseTlsOptions(live.ingress);
    if (request.settings.unprotected === 'refuse')
      refuseUnprotected(live.ingress, annotations, request.settings.annotations);
    const wanted = mirrorsInPlace(request, live);
    return { objects: [noteOf(request, live, wanted, kind), ingressRoute(request, live, wanted, kind)], patch: [] };
  });
}

/** Whether an Ingress notes a preview by this header. */
export function isNoteOf(ingress: Ingress, { name, value }: Pick<Header, 'name' | 'value'>): boolean {
  const [noted, ...values] = annotation(ingress, ANNOTATION_HEADER)?.split(': ') ?? [];
  return classOf(ingress) === UNSERVED && noted?.toLowerCase() === name.toLowerCase() && values.join(': ') === value;
}

/** Whether an Ingress notes the preview that the IngressRoute of that name is. */
export function needsIngressRoute(ingress: Ingress, name: string): boolean {
  return classOf(ingress) === UNSERVED && ingress.metadata.name === name;
}

function noteOf(
  request: PreviewRequest<Ingress>,
  live: LiveIngress,
  wanted: readonly Mirror[],
  { name, value }: Header,
): KubeObject {
  const served = previewObject(request, live, wanted, {
    ...NO_RECORDS,
    ...request.settings.annotations,
    [ANNOTATION_HEADER]: `${name}: ${value}`,
  });
  const { [CLASS_ANNOTATION]: _, ...kept } = served.metadata.annotations ?? {};
  const { rules } = served.spec;
  return {
    ...served,
    metadata: { ...served.metadata, annotations: kept },
    spec: { ingressClassName: UNSERVED, ...(rules === undefined ? {} : { rules }) },
  };
}

/** Its rules are those of the live paths, and match the header too. */
function ingressRoute(
  request: PreviewRequest<Ingress>,
  live: LiveIngress,
  wanted: readonly Mirror[],
  header: Header,
): KubeObject {
  const { app, namespace, candidate, settings } = request;
  const { ingress } = live;
  const { apiVersion, kind } = KIND.IngressRoute;
  const entryPoints = namesIn(annotation(ingress, ENTRY_POINTS));
  const middlewares = namesIn(annotation(ingress, MIDDLEWARES)).map((name) => ({ name: localName(namespace, name) }));
  const others = otherIngresses(request);
  const routes = wanted.map((mirror) => ({
    kind: 'Rule',
    match: [matchOf(ingress, mirror, header), ...tied(ingress, mirror, wanted, others)].join(' && '),
    priority: rankOf(ingress, mirror),
    ...(middlewares.length > 0 ? { middlewares } : {}),
    services: [{ name: mirror.target.service?.name, port: portOf(mirror) }],
  }));
  return {
    apiVersion,
    kind,
    metadata: {
      name: request.named({ ref: refOf(ingress) }),
      namespace,
      labels: { [LABEL_APP]: app, [LABEL_REVISION]: candidate.revision },
      annotations: {
        ...(classOf(ingress) === USUAL_CLASS ? { [CLASS_ANNOTATION]: USUAL_CLASS } : {}),
        ...settings.annotations,
      },
    },
    spec: {
      ...(entryPoints.length > 0 ? { entryPoints } : {}),
      routes,
      ...(isServedByTls(ingress) ? { tls: {} } : {}),
    },
  };
}

function matchOf(ingress: Ingress, { host, of }: Mirror, { name, value }: Header): string {
  const rule = ruleOf(ingress, host, of);
  const header = `Header(${JSON.stringify(name)}, ${JSON.stringify(value)})`;
  return rule === '' ? header : `${rule} && ${header}`;
}

/** Right in front of the live path, so that longer paths of others keep their requests, as they do without the header. */
function rankOf(ingress: Ingress, { host, of }: Mirror): number {
  return rankOfRule(ingress, host, of) + 1;
}

/** Rules that would have the rank of a preview's, so that either might get the requests of both: theirs go first. */
function tied(ingress: Ingress, mirror: Mirror, wanted: readonly Mirror[], others: readonly Ingress[]): string[] {
  const rank = rankOf(ingress, mirror);
  const isMirrored = ({ host, path, pathType }: Pick<Mirror, 'host' | 'path' | 'pathType'>) =>
    wanted.some((one) => one.host === host && one.path === path && one.pathType === pathType);
  return others.flatMap((other) =>
    pathsOf(other).flatMap((path) => {
      const isTied = path.host === mirror.host && rankOfRule(other, path.host, path) === rank && !isMirrored(path);
      const rule = ruleOf(other, undefined, path);
      return isTied && rule !== '' ? `!${rule}` : [];
    }),
  );
}

/**
 * An IngressRoute names Middlewares of its own namespace by their name. Others keep the form that Ingresses use.
 * https://github.com/traefik/traefik/blob/v3.7.9/pkg/provider/kubernetes/crd/kubernetes.go (resolveReference)
 */
function localName(namespace: string, reference: string): string {
  const [, name] = new RegExp(`^${namespace}-(.+)@kubernetescrd$`).exec(reference) ?? [];
  return name ?? reference;
}

function namesIn(list = ''): string[] {
  return list.split(',').flatMap((one) => one.trim() || []);
}

function portOf({ target: { service } }: Mirror): string | number | undefined {
  return service?.port?.number ?? service?.port?.name;
}

/** If the routers of a host have different TLS options, Traefik gives that host the default ones. */
function refuseTlsOptions(ingress: Ingress): void {
  if (annotation(ingress, `${TLS}.options`) === undefined) return;
  throw new GreenpathError(
    'route',
    `${nameOf(ingress)} can have no preview by header: it has TLS options (${TLS}.options), and Traefik may drop those of a host where another router has none`,
    'Set another kind of preview in the config: {path: /green}, or {host: green.example.com} with a host of your own.',
  );
}
