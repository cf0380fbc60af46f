import { type Json, type JsonObject, objectsAt, textAt } from '../base/json.ts';
import { isImage, storeOfImage, storeOfPort } from './data-stores.ts';
import { imageName } from './images.ts';
import type { KubeObject, Service } from './objects.ts';
import { podSpecOf } from './workload.ts';

/** Lead to data stores, or measure them, and keep no data: they say nothing about the pod that they are in. */
const HELPERS = [
  'alloydb-auth-proxy',
  'cloud-sql-proxy',
  'cloudsql-proxy',
  'gce-proxy',
  'maxscale',
  'mcrouter',
  'mysql-router',
  'odyssey',
  'pgbouncer',
  'pgcat',
  'pgpool',
  'predixy',
  'proxysql',
  'twemproxy',
];
/** Lead anywhere: a port of theirs says nothing, but they may be the application. */
const ROUTERS = ['caddy', 'envoy', 'haproxy', 'httpd', 'socat'];

/** What speaks for a workload that is a known data store. */
export interface StoreSign {
  /** A predicate: `runs Redis (image redis)`. */
  readonly why: string;
  /** Whether nothing says that it is an application with a data store beside it. */
  readonly isCertain: boolean;
}

/**
 * What says that the pods of a workload are those of a known data store: images, and ports. `callers` are the Services
 * that select them. It is certain if the pod is nothing else, or if its Services offer nothing else.
 */
export function storeSign(workload: KubeObject, callers: readonly Service[]): StoreSign | undefined {
  const all = lastingIn(podSpecOf(workload));
  const parts = all.filter((one) => !isHelper(one));
  const offers = callers
    .flatMap(({ spec }) => objectsAt(spec, 'ports'))
    .map((port) => offerOf(port, all))
    .filter(({ container, signs }) => !(container && isHelper(container)) && !isForMetrics(signs));
  return signOfImages(parts, offers) ?? signOfPorts(parts, offers);
}

/** What a Service offers: the container that answers, if that is known, and the names and numbers of the port. */
interface Offer {
  readonly container: JsonObject | undefined;
  readonly signs: readonly (Json | undefined)[];
}

function offerOf({ name, port, targetPort = port }: JsonObject, containers: readonly JsonObject[]): Offer {
  for (const container of containers) {
    const own = objectsAt(container, 'ports').find(
      (one) => targetPort !== undefined && (one.name === targetPort || one.containerPort === targetPort),
    );
    if (own !== undefined) return { container, signs: [name, port, own.name, own.containerPort] };
  }
  return { container: containers.length === 1 ? containers[0] : undefined, signs: [name, port, targetPort] };
}

function signOfImages(parts: readonly JsonObject[], offers: readonly Offer[]): StoreSign | undefined {
  const known = parts.flatMap((container) => {
    const image = imageOf(container);
    const store = storeOfImage(image);
    return store === undefined ? [] : [{ container, store, why: `runs ${store.product} (image ${image})` }];
  });
  const [first] = known;
  if (first === undefined) return undefined;
  const isOfStore = ({ container, signs }: Offer) =>
    known.some((one) =>
      container === undefined ? storeOfPort(signs)?.store === one.store : container === one.container,
    );
  const isCertain = known.length === parts.length || (offers.length > 0 && offers.every(isOfStore));
  return { why: isCertain ? first.why : `${first.why} beside other containers`, isCertain };
}

function signOfPorts(parts: readonly JsonObject[], offers: readonly Offer[]): StoreSign | undefined {
  const own = parts.filter((one) => !isRouter(one));
  if (own.length === 0) return undefined;
  const known = offers.flatMap(({ container, signs }) => (container && isRouter(container) ? [] : portText(signs)));
  const declared = own
    .flatMap((one) => objectsAt(one, 'ports'))
    .map(({ name, containerPort }) => [name, containerPort]);
  const [why] = [...known, ...declared.flatMap(portText)];
  return why === undefined ? undefined : { why, isCertain: known.length > 0 && known.length === offers.length };
}

function portText(signs: Offer['signs']): string[] {
  const found = storeOfPort(signs);
  return found === undefined ? [] : [`offers a port of ${found.store.product} (${found.seen})`];
}

/** The containers of a pod that run as long as it does. */
function lastingIn(podSpec: Json | undefined): JsonObject[] {
  const sidecars = objectsAt(podSpec, 'initContainers').filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...objectsAt(podSpec, 'containers'), ...sidecars];
}

function imageOf(container: JsonObject): string {
  return imageName(textAt(container, 'image') ?? '');
}

function isHelper(container: JsonObject): boolean {
  const image = imageOf(container);
  return /[-_]exporter$/.test(image) || HELPERS.some((one) => isImage(image, one));
}

function isRouter(container: JsonObject): boolean {
  return ROUTERS.some((one) => isImage(imageOf(container), one));
}

function isForMetrics(signs: Offer['signs']): boolean {
  return signs.some((one) => typeof one === 'string' && one.endsWith('metrics'));
}
