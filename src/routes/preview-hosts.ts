import { GreenpathError } from '../core/base/error.ts';
import { type Host, hostText } from '../core/base/hosts.ts';
import { isPerHost, previewHost } from '../core/base/preview-kind.ts';
import { type KubeObject, LABEL_APP, label, nameFrom } from '../core/kube/objects.ts';
import { hostsOf, type RoutePath } from '../core/release/route.ts';
import { isOwnOfAny, isOwnPreview } from './own.ts';
import type { PreviewRequest } from './requests.ts';
import { type PlannedFor, type Route, routeOf } from './route-kind.ts';

/** A live host, and the host of its preview. */
interface HostPair {
  readonly live: Host;
  readonly preview: string;
}

/** The names that cover a host and at which an object is served besides the hosts of its paths. */
type AliasesAt<T extends KubeObject> = (object: T, host: string) => readonly string[];

/**
 * Refuses hosts of previews: `route` if the pattern gives none, or one for live hosts with different paths;
 * `preview-taken` if somebody serves one; `preview-side-effect` if a wider host serves it so far, unless the config
 * accepts that.
 */
export function refuseHosts<T extends KubeObject>(
  request: PreviewRequest<T>,
  pattern: string,
  aliasesAt: AliasesAt<T> = () => [],
): void {
  const { namespace } = request;
  const pairs = pairsOf(request.routes, pattern);
  refuseJoined(request.routes, pairs);
  for (const { preview } of pairs) {
    for (const other of allButOwnPreviews(request))
      if (request.routes.some((route) => other.adapter.isNear(other.object, route, { namespace, host: preview })))
        refuseServed(request, preview, other, servedAt(preview, other, aliasesAt(other.object, preview)));
  }
}

/** All routes but the app's own previews; an app of another namespace may have its name. */
export function allButOwnPreviews<T extends KubeObject>({
  app,
  all,
  routes,
  elsewhere = [],
}: PreviewRequest<T>): Route<T>[] {
  const [first] = routes;
  const here = all.filter(({ object }) => !isOwnPreview(object, app));
  return first === undefined ? here : [...here, ...elsewhere.map((object) => routeOf(first.adapter, object))];
}

/** The hosts of the previews of these routes, by the pattern of the config, each once. */
export function previewHostsIn(routes: readonly PlannedFor[], pattern: string): string[] {
  return [...new Set(pairsOf(routes, pattern).map(({ preview }) => preview))];
}

function pairsOf(routes: readonly PlannedFor[], pattern: string): HostPair[] {
  const hosts = [...new Set(routes.flatMap(({ rules }) => hostsOf(rules)))];
  return hosts.map((live) => {
    if (isPerHost(pattern) && (live === undefined || live.startsWith('*.')))
      throw new GreenpathError(
        'route',
        `the preview of ${hostText(live)} has no host: ${pattern} needs the name of a live host`,
        'Set one host for the preview in the config: preview: {host: green.example.com}.',
      );
    return { live, preview: previewHost(pattern, live ?? '') };
  });
}

/** Two live hosts may share a host of the preview only if they have the same paths, in one route. */
function refuseJoined(routes: readonly PlannedFor[], pairs: readonly HostPair[]): void {
  const [first, ...rest] = pairs;
  const alone = first && placesAt(routes, first.live);
  const other = rest.find(({ live, preview }) => preview === first?.preview && placesAt(routes, live) !== alone);
  if (first === undefined || other === undefined) return;
  throw new GreenpathError(
    'route',
    `the preview would have one host, ${first.preview}, for ${hostText(first.live)} and ${hostText(other.live)}, whose paths differ`,
    'Give each live host one of its own in the config: preview: {host: "green.{host}"}.',
  );
}

function placesAt(routes: readonly PlannedFor[], host: Host): string {
  const here = routes.map(({ rules, ref }) =>
    rules
      .filter((path) => path.isFallback || path.host === host)
      .map(({ path, match, baseName, condition }) => [ref.name, path, match, baseName, condition?.text ?? '']),
  );
  return JSON.stringify(here);
}

function refuseServed(
  { app, namespace, routes, settings }: Pick<PreviewRequest, 'app' | 'namespace' | 'routes' | 'settings'>,
  preview: string,
  other: Route,
  served: readonly RoutePath[],
): void {
  const isHere = (other.object.metadata.namespace ?? namespace) === namespace;
  const isLive = isHere && routes.some(({ ref }) => ref.kind === other.ref.kind && ref.name === other.ref.name);
  const isOthersPreview = !isLive && isOwnOfAny(other.object);
  if (isHere && isOthersPreview && label(other.object, LABEL_APP) === app) return;
  const exact = served.find((path) => path.host === preview && !(isOthersPreview && !isSameAs(path, routes)));
  if (exact !== undefined)
    throw new GreenpathError(
      'preview-taken',
      `the preview host ${preview} is taken: ${nameFrom(namespace, other.object)} already serves ${exact.text}`,
      'Choose another one in the config (preview: {host: other.example.com}), or remove it from that route.',
    );
  const wider = served.find((path) => path.host !== preview);
  if (wider === undefined || settings.overlap === 'accept' || isOthersPreview) return;
  throw new GreenpathError(
    'preview-side-effect',
    `the preview would take the host ${preview} from ${nameFrom(namespace, other.object)}, which serves ${hostText(wider.host)}, and with it whoever visits that name`,
    'Choose a host that no route serves; or, if nobody visits that name, set overlap: accept beside host in preview in the config.',
  );
}

/** The paths of a route that a request for the host of a preview may match, each with the name by which it does. */
export function servedAt(preview: string, { paths, adapter }: Route, aliases: readonly string[]): RoutePath[] {
  const byHost = paths.flatMap(onEachHost(paths)).filter((path) => adapter.covers(path.host, preview));
  const byAlias = aliases.flatMap((alias) =>
    paths.map((path) => ({ ...path, host: alias, text: `${alias}${path.path} by an alias` })),
  );
  return [...byHost, ...byAlias];
}

/** A path on each host that it serves: a fallback is on those of the others. */
function onEachHost(paths: readonly RoutePath[]): (path: RoutePath) => RoutePath[] {
  return (path) => (path.isFallback ? hostsOf(paths).map((host) => ({ ...path, host })) : [path]);
}

/** Previews of two apps may share a host with different paths. */
function isSameAs(path: RoutePath, routes: readonly PlannedFor[]): boolean {
  return routes.some(({ rules }) => rules.some((one) => one.path === path.path && one.match === path.match));
}
