import type { Host } from '../../core/base/hosts.ts';
import { KIND } from '../../core/kube/kinds.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import { shapeFaults } from '../../core/kube/shape.ts';
import type { Entrance, ParentObject } from '../route-kind.ts';
import { hasListenerPorts } from './implementations.ts';
import { gatewaysOf, type HttpRoute, hostnameCovers, type ParentRef, parentText } from './object.ts';
import { acceptedBy, isRefusedAt } from './reports.ts';
import { GATEWAY_SHAPE } from './shape.ts';

/** https://gateway-api.sigs.k8s.io/reference/spec/#gateway, as far as it is read. */
interface Gateway extends KubeObject {
  spec: { gatewayClassName?: string; listeners?: Listener[] };
  status?: { addresses?: { type?: string; value: string }[] };
}

interface Listener {
  name: string;
  hostname?: string;
  port: number;
  protocol: string;
  allowedRoutes?: { namespaces?: { from?: string }; kinds?: { kind: string }[] };
}

/** A Gateway among the parents, with the listeners of it that a parentRef means and that admit the route. */
interface Attached {
  readonly gateway: Gateway;
  readonly ref: ParentRef;
  readonly listeners: readonly Listener[];
}

/** The Gateways that a route names. Other kinds of parents are not read. */
export function parentsOf(route: HttpRoute): ParentObject[] {
  const named = gatewaysOf(route).filter(({ kind = 'Gateway' }) => kind === 'Gateway');
  const all = named.map(({ name, namespace }) => ({
    kind: KIND.Gateway,
    name,
    namespace: namespace ?? route.metadata.namespace,
  }));
  return [...new Map(all.map((one) => [`${one.namespace}/${one.name}`, one])).values()];
}

/**
 * Where listeners serve a host of a route, or what they narrow it to. Where a Gateway has listeners with TLS and without
 * for a host, visitors are taken to use TLS. Undefined unless all of its Gateways could be read: then nobody knows.
 */
export function entrancesOf(route: HttpRoute, host: Host, parents: readonly KubeObject[]): Entrance[] | undefined {
  const attached = attachedTo(route, parents);
  if (attached === undefined) return undefined;
  const all = attached.flatMap(({ gateway, ref, listeners }) => {
    const served = listeners.flatMap((listener) => {
      const narrowed = narrower(host, listener.hostname);
      return narrowed === NOWHERE ? [] : [{ host: narrowed, tls: listener.protocol === 'HTTPS', port: listener.port }];
    });
    const known = hasListenerPorts(acceptedBy(route, ref), gateway.spec.gatewayClassName);
    return served
      .filter(({ host: own, tls }) => tls || !served.some((one) => one.tls && one.host === own))
      .map((one) => ({ ...one, port: known ? one.port : undefined, addresses: addressesOf(gateway) }));
  });
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** A reference to a Gateway, and the route that has it. */
interface RouteAt {
  readonly route: HttpRoute;
  readonly ref: ParentRef;
}

/**
 * Whether a request for `host` may meet both `own` and `other`, references to the same Gateway: by a listener that both
 * mean, or by two of one port whose hosts overlap, since not every implementation isolates these. Listeners that do not
 * admit the route, or not for that host, do not count. If the Gateway could not be read, references with two names or two
 * ports do not meet.
 */
export function refsMeet(own: RouteAt, other: RouteAt, parents: readonly KubeObject[], host: Host): boolean {
  const gateway = gatewayAt(own.ref, own.route, parents);
  if (gateway === undefined)
    return isSameIfGiven(own.ref.sectionName, other.ref.sectionName) && isSameIfGiven(own.ref.port, other.ref.port);
  const at = (one: RouteAt) => listenersOf(gateway, one).filter(({ hostname }) => narrower(host, hostname) !== NOWHERE);
  const theirs = at(other);
  return at(own).some((one) =>
    theirs.some((two) => one.port === two.port && narrower(one.hostname || undefined, two.hostname) !== NOWHERE),
  );
}

function isSameIfGiven<T>(one: T | undefined, other: T | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** The classes of the Gateways of a route, as far as these could be read. */
export function gatewayClassesOf(
  route: HttpRoute,
  parents: readonly KubeObject[],
): { readonly gateway: string; readonly name: string }[] {
  return gatewaysOf(route).flatMap((ref) => {
    const name = gatewayAt(ref, route, parents)?.spec.gatewayClassName;
    return name === undefined ? [] : [{ gateway: parentText(ref), name }];
  });
}

/** The listeners that a route means, for sentences: where it means none of a Gateway, all of that. */
export function listenersText(route: HttpRoute, parents: readonly KubeObject[]): string {
  const texts = attachedTo(route, parents)?.map(({ gateway: { metadata, spec }, ref }) => {
    const name = `Gateway ${metadata.namespace}/${metadata.name}`;
    const all = spec.listeners ?? [];
    const meant = all.filter((one) => isMeant(one, ref));
    if (meant.length === all.length) return `${name} has ${all.map(listenerText).join('; ') || 'no listeners'}`;
    return meant.length === 0
      ? `its parentRef means no listener of ${name}, which has ${all.map(listenerText).join('; ')}`
      : `its parentRef means of ${name} only ${meant.map(listenerText).join('; ')}`;
  });
  return [...new Set(texts)].join('; ');
}

function listenerText({ name, hostname = 'every host', protocol, port, allowedRoutes }: Listener): string {
  return `${name}: ${hostname}, ${protocol} ${port}, routes from ${allowedRoutes?.namespaces?.from ?? 'Same'}`;
}

function attachedTo(route: HttpRoute, parents: readonly KubeObject[]): Attached[] | undefined {
  const found = gatewaysOf(route).map((ref): Attached | undefined => {
    const gateway = gatewayAt(ref, route, parents);
    if (gateway === undefined) return undefined;
    return { gateway, ref, listeners: isRefusedAt(route, ref) ? [] : listenersOf(gateway, { route, ref }) };
  });
  const known = found.flatMap((one) => one ?? []);
  return known.length === found.length && known.length > 0 ? known : undefined;
}

/** The listeners that a reference means and that admit its route. */
function listenersOf(gateway: Gateway, { route, ref }: RouteAt): Listener[] {
  return (gateway.spec.listeners ?? []).filter((one) => isMeant(one, ref) && admits(one, gateway, route));
}

/** A route of manifests may not say its namespace. */
function gatewayAt(ref: ParentRef, route: HttpRoute, parents: readonly KubeObject[]): Gateway | undefined {
  const namespace = ref.namespace ?? route.metadata.namespace;
  const found = parents.find(
    ({ kind, metadata }) =>
      kind === (ref.kind ?? 'Gateway') &&
      metadata.name === ref.name &&
      (namespace === undefined || metadata.namespace === namespace),
  );
  return found !== undefined && isGateway(found) ? found : undefined;
}

function isGateway(object: KubeObject): object is Gateway {
  return shapeFaults(object, GATEWAY_SHAPE).length === 0;
}

function isMeant({ name, port }: Listener, ref: ParentRef): boolean {
  return (ref.sectionName ?? name) === name && (ref.port ?? port) === port;
}

/** Whether a listener takes HTTPRoutes of the namespace. Which namespaces a selector selects is not known: its status says it. */
function admits({ protocol, allowedRoutes = {} }: Listener, gateway: Gateway, route: HttpRoute): boolean {
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') return false;
  const { kinds = [], namespaces } = allowedRoutes;
  if (kinds.length > 0 && !kinds.some(({ kind }) => kind === route.kind)) return false;
  const from = namespaces?.from ?? 'Same';
  const { namespace = gateway.metadata.namespace } = route.metadata;
  return from === 'Same' ? gateway.metadata.namespace === namespace : from !== 'None';
}

const NOWHERE = Symbol('no host');

/** The hosts that a route and a listener have in common. */
function narrower(host: Host, hostname: string | undefined): Host | typeof NOWHERE {
  const own = hostname === '' ? undefined : hostname;
  if (hostnameCovers(own, host)) return host;
  return hostnameCovers(host, own) ? own : NOWHERE;
}

function addressesOf({ status }: Gateway): string[] {
  return (status?.addresses ?? []).map(({ value }) => value);
}
