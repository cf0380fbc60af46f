import { GreenpathError } from '../../../core/base/error.ts';
import { escapeRegex } from '../../../core/base/escape-regex.ts';
import type { Host } from '../../../core/base/hosts.ts';
import { counted, listed } from '../../../core/base/plural.ts';
import { annotation, nameFrom, nameOf } from '../../../core/kube/objects.ts';
import { isChallenge } from '../../acme.ts';
import { classOf, hostOf, type Ingress, isOfClass, isServedApart } from '../object.ts';
import { type IngressPath, pathsOf } from '../paths.ts';
import { REGEX, REWRITE } from './annotations.ts';
import { comesBefore } from './order.ts';

/** The most paths that a refusal names besides the first. */
const MOST_NAMED = 5;

/** A path of a host, and the Ingress that holds it. */
export interface HostPath {
  readonly ingress: Ingress;
  readonly path: IngressPath;
}

/**
 * One regex path on a host turns all paths of that host, in every Ingress, into case-insensitive regex prefixes. Throws
 * `preview-side-effect` if a preview of `route` at one of `hosts` would thereby send any request elsewhere. `ingresses`
 * are all that routers combine: those of the namespaces that can be read and the live routes, without what Greenpath
 * created. Those that another router serves are left out.
 */
export function refuseSideEffects(route: Ingress, hosts: readonly Host[], ingresses: readonly Ingress[]): void {
  // Another class may have another router, for which the host stays plain; or the same router, for which all paths
  // change.
  const own = ingresses.filter((ingress) => isOfClass(ingress, classOf(route)));
  const near = ingresses.filter((ingress) => !isServedApart(route, ingress));
  for (const host of hosts) {
    if (isRegexToAll(host, own)) continue;
    const ofClass = changedByRegex(pathsAt(host, own));
    const [first, ...others] = ofClass.length > 0 ? ofClass : changedByRegex(pathsAt(host, near));
    if (first !== undefined) throw sideEffect(first, others, route, gainedBy(first, pathsAt(host, near)));
  }
}

/** Every path of a host. A `defaultBackend` is the path `/` of a host at which its Ingress comes first. */
function pathsAt(host: Host, ingresses: readonly Ingress[]): HostPath[] {
  const first = firstAt(host, ingresses);
  return ingresses.flatMap((ingress) => {
    const isHere = (path: IngressPath) => (path.isFallback ? ingress === first : path.host === host);
    return pathsOf(ingress)
      .filter(isHere)
      .map((path) => ({ ingress, path }));
  });
}

/**
 * The Ingress that says what becomes of requests that no path of a host matches: the first one that ingress-nginx reads.
 * Without a host, it must be one without rules.
 * Source: https://github.com/kubernetes/ingress-nginx/blob/controller-v1.11.0/internal/ingress/controller/controller.go
 * (createServers)
 */
function firstAt(host: Host, ingresses: readonly Ingress[]): Ingress | undefined {
  const isHere = ({ spec: { rules = [], defaultBackend } }: Ingress) =>
    host === undefined
      ? rules.length === 0 && defaultBackend !== undefined
      : rules.some((rule) => hostOf(rule) === host);
  return ingresses.filter(isHere).toSorted((one, other) => (comesBefore(one, other) ? -1 : 1))[0];
}

/**
 * The paths of a host that would get other requests as regexes; none if every request goes where it went. As a regex,
 * /api matches /API and /apix too, and an Exact path everything that begins with it. So nothing changes if all paths go
 * to one Service of one Ingress and a `/` among them catches everything. Otherwise something does, since a path with its
 * own Service always takes something from the path behind it. Of several `/` the router keeps the one that it chose.
 */
export function changedByRegex(paths: readonly HostPath[]): HostPath[] {
  const explicit = paths.filter(({ path }) => isRoot(path) && !path.isFallback);
  const roots = explicit.length > 0 ? explicit : paths.filter(({ path }) => isRoot(path));
  const others = paths.filter(({ path }) => !isRoot(path) && !isChallenge(path));
  const [root] = roots;
  if (root === undefined || !roots.every((one) => goAlike(root, one))) return others;
  return others.filter((one) => !goAlike(root, one));
}

function isRoot({ path, match }: IngressPath): boolean {
  return path === '/' && match !== 'exact';
}

/**
 * Whether two paths go to one Service under the same annotations, so that it makes no difference which of them matched.
 */
function goAlike(one: HostPath, other: HostPath): boolean {
  const [a, b] = [one.path, other.path];
  return one.ingress === other.ingress && a.service !== undefined && a.service === b.service && a.port === b.port;
}

/**
 * Whether all routers read the paths of a host as regexes. To ingress-nginx, what no path matches is rewritten as the
 * first Ingress says, unless some Ingress has the path `/`.
 */
function isRegexToAll(host: Host, ingresses: readonly Ingress[]): boolean {
  if (ingresses.some((ingress) => hasRegexAt(host, ingress))) return true;
  const here = ingresses.flatMap((ingress) => pathsOf(ingress).filter((path) => path.host === host));
  const first =
    host === undefined || here.some((path) => isRoot(path) && !path.isFallback) ? undefined : firstAt(host, ingresses);
  return !['', '/'].includes((first && annotation(first, REWRITE)) ?? '');
}

/**
 * Whether all routers read the paths of a host as regexes because of the paths that an Ingress has there. For ingress-nginx, a rewrite to the
 * path itself does not count. But it takes ImplementationSpecific for Prefix, and has added a slash to a Prefix by then,
 * so that this is a rewrite to another path.
 * Sources: https://github.com/kubernetes/ingress-nginx/blob/controller-v1.15.1/internal/ingress/controller/template/template.go
 * (enforceRegexModifier), .../controller/location.go (updateServerLocations) and internal/k8s/main.go
 * (SetDefaultNGINXPathType)
 */
function hasRegexAt(host: Host, ingress: Ingress): boolean {
  const target = annotation(ingress, REWRITE) ?? '';
  const here = pathsOf(ingress).filter((path) => !path.isFallback && path.host === host);
  if (annotation(ingress, REGEX) === 'true') return here.length > 0;
  const hasOther = ({ path, pathType }: IngressPath) =>
    path !== target || (pathType !== 'Exact' && !path.endsWith('/'));
  return target !== '' && here.some(hasOther);
}

/**
 * Whether Traefik reads the paths of an Ingress, and of its hosts, as regexes: any rewrite does that.
 * Source: https://github.com/traefik/traefik/blob/v3.7.9/pkg/provider/kubernetes/ingress-nginx/build.go (hostsWithUseRegex)
 */
export function isRegexToTraefik(ingress: Ingress): boolean {
  return annotation(ingress, REGEX) === 'true' || (annotation(ingress, REWRITE) ?? '') !== '';
}

/** The kinds of previews without this effect. */
const CHANGES_NONE =
  'Choose a preview that changes how no path matches: by a header (preview: {header: {}} in the config), or at a host of its own (preview: {host: green.example.com}).';

/**
 * A request that a path would get as a regex and does not get now. Beside an Exact path of the same text, a Prefix is a
 * location that ends with a slash, so that only another letter case brings it more.
 */
function gainedBy({ path: { path, match } }: HostPath, all: readonly HostPath[]): string {
  const cased = path === path.toUpperCase() ? path.toLowerCase() : path.toUpperCase();
  if (path.endsWith('/') && path !== '/') return cased;
  const hasTwin = match !== 'exact' && all.some((one) => one.path.match === 'exact' && one.path.path === path);
  return hasTwin && cased !== path ? `${cased}/` : `${path}x`;
}

function sideEffect(first: HostPath, others: readonly HostPath[], route: Ingress, more: string): GreenpathError {
  const { ingress } = first;
  const { path, pathType } = first.path;
  const plain = escapeRegex(path);
  const regex = pathType === 'Exact' ? `${plain}$` : `${plain.replace(/\/$/, '')}(/|$)`;
  const isOwnClass = isOfClass(ingress, classOf(route));
  const rewritten = `the path as the regex ${regex} of type ImplementationSpecific, which matches the same in any letter case; do the same with every other path of the host except /; and annotate ${isOwnClass ? 'its Ingress' : nameOf(route)} ${REGEX}: "true".`;
  const named = others.length === 0 ? '' : `. The same is true of ${someOf(others.map((one) => textOf(one, route)))}`;
  return new GreenpathError(
    'preview-side-effect',
    `the preview would change how ${textOf(first, route)} matches: one regex path turns all paths of its host into case-insensitive regex prefixes, so that this one would get requests such as ${more} too${named}`,
    isOwnClass
      ? `${CHANGES_NONE} Or write ${rewritten} Or accept the change with preview: {matching: regex} in the config.`
      : `${CHANGES_NONE} That Ingress is of another class, ${classOf(ingress) ?? 'which it does not name'}. If another router serves it, set preview: {matching: regex} in the config: nothing changes for it then. If the same router does, write ${rewritten}`,
  );
}

/** `a, b and c`, or the first of them and how many more there are. */
function someOf(texts: readonly string[]): string {
  if (texts.length <= MOST_NAMED) return listed(texts, 'and');
  return `${texts.slice(0, MOST_NAMED).join(', ')} and ${counted(texts.length - MOST_NAMED, 'more path')}`;
}

function textOf({ ingress, path }: HostPath, route: Ingress): string {
  return `${path.text} (${path.pathType}) of ${nameFrom(route.metadata.namespace, ingress)}`;
}
