import { isObject, type Json, type JsonObject, numberAt, objectAt, objectsAt, textAt, textsOf } from '../base/json.ts';
import { type KubeObject, plainPorts, type Service, type ServicePort } from './objects.ts';

/** On a coloured Service: settings that only the plain Service can have, as JSON; see `withoutExposure`. */
const ANNOTATION_EXPOSURE = 'greenpath.dev/exposure';

/** Fields with an address or a load balancer, which two Services cannot share and the plain one keeps. */
const KEPT = [
  'type',
  'externalIPs',
  'externalTrafficPolicy',
  'healthCheckNodePort',
  'loadBalancerIP',
  'loadBalancerClass',
  'loadBalancerSourceRanges',
  'allocateLoadBalancerNodePorts',
];
/**
 * Annotations that give a Service a name or an address outside the cluster: of external-dns, Consul's catalog and
 * Tailscale. A copy with them would be found under the name of what is live. One that is "false" opts out instead, which
 * holds for copies too.
 */
const PUBLISHED = /^(?:external-dns\.alpha\.kubernetes\.io\/|consul\.hashicorp\.com\/service-|tailscale\.com\/)/;
/** Marks by which a tool recognises what it manages: on another object they would make that object the tool's. */
const MARKS =
  /^(?:greenpath\.dev|kubectl\.kubernetes\.io|(?:meta\.)?helm\.sh|config\.(?:kubernetes|k8s)\.io|(?:.*\.)?argoproj\.io|(?:.*\.)?fluxcd\.io)\/|^app\.kubernetes\.io\/(?:managed-by|instance)$/;

/** Whether a label or annotation is such a mark of a tool. */
export function isMark(key: string): boolean {
  return MARKS.test(key);
}

function isPublishing([key, value]: readonly [string, string]): boolean {
  return PUBLISHED.test(key) && value.toLowerCase() !== 'false';
}

/** Whether a Service has no address of its own: its name resolves to the pods themselves. */
export function isHeadless(service: KubeObject): boolean {
  return objectAt(service, 'spec').clusterIP === 'None';
}

/**
 * Turns a Service of the manifests, in place, into one that every revision can have a copy of: a plain ClusterIP
 * Service or a headless one. An annotation notes what is removed, so that the plain Service can be created as the
 * manifests define it.
 */
export function withoutExposure(service: KubeObject): void {
  const spec = objectAt(service, 'spec');
  const annotations = textsOf(service.metadata.annotations);
  const published = Object.fromEntries(Object.entries(annotations).filter(isPublishing));
  const kept = Object.fromEntries(Object.entries(spec).filter(([key]) => KEPT.includes(key)));
  const nodePorts: JsonObject = {};
  for (const port of objectsAt(spec, 'ports')) {
    if (typeof port.nodePort === 'number' && typeof port.port === 'number') nodePorts[portKey(port)] = port.nodePort;
    delete port.nodePort;
  }
  const headless = isHeadless(service);
  for (const field of [...KEPT, 'clusterIP', 'clusterIPs']) delete spec[field];
  spec.type = 'ClusterIP';
  if (headless) spec.clusterIP = 'None';
  if ((kept.type ?? 'ClusterIP') === 'ClusterIP') delete kept.type;
  if ([kept, nodePorts, published].every((part) => Object.keys(part).length === 0)) return;
  for (const key of Object.keys(published)) delete annotations[key];
  const exposure = JSON.stringify({ spec: kept, nodePorts, annotations: published });
  service.metadata.annotations = { ...annotations, [ANNOTATION_EXPOSURE]: exposure };
}

/** Whether the plain Service has an address or a name outside the cluster, according to the manifests. */
export function isExposed(coloured: Service): boolean {
  return coloured.metadata.annotations?.[ANNOTATION_EXPOSURE] !== undefined;
}

/** Whether a Service itself has an address or a name outside the cluster. */
export function isPublished({ metadata, spec }: Service): boolean {
  const { type = 'ClusterIP', externalIPs } = spec as JsonObject;
  const addresses = Array.isArray(externalIPs) ? externalIPs : [];
  return (
    type !== 'ClusterIP' || addresses.length > 0 || Object.entries(textsOf(metadata.annotations)).some(isPublishing)
  );
}

/** The type of the plain Service according to the manifests. */
export function exposedType(coloured: Service): string {
  return textAt(exposureOf(coloured), 'spec', 'type') ?? 'ClusterIP';
}

/**
 * The plain Service `name`, pointing where `coloured` does, as the manifests define it: with their type, addresses,
 * load balancer and annotations, without the marks of tools. It has their labels only if it is exposed, for tools that
 * assign addresses by labels. Tools that collect metrics by labels already find the pods through the coloured Service.
 */
export function plainForm(name: string, coloured: Service): Service {
  const exposure = exposureOf(coloured);
  const { clusterIP: _, clusterIPs: __, ...spec } = coloured.spec;
  const isExposed = exposedType(coloured) !== 'ClusterIP';
  const unmarked = (texts: unknown) =>
    Object.fromEntries(Object.entries(textsOf(texts)).filter(([key]) => !isMark(key)));
  const labels = isExposed ? unmarked(coloured.metadata.labels) : {};
  const annotations = { ...unmarked(coloured.metadata.annotations), ...unmarked(exposure.annotations) };
  const ports = plainPorts(coloured).map((port): ServicePort => {
    const nodePort = numberAt(exposure, 'nodePorts', portKey(port));
    return nodePort === undefined ? port : { ...port, nodePort };
  });
  const { namespace } = coloured.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(Object.keys(labels).length > 0 && { labels }),
      annotations,
    },
    spec: {
      ...spec,
      ...(isHeadless(coloured) ? { clusterIP: 'None' } : {}),
      ...keptFields(exposure),
      type: exposedType(coloured),
      ...(ports.length > 0 && { ports }),
    },
  };
}

/** Identifies a port: TCP and UDP may use the same number. */
export function portKey({ port, protocol }: { port?: unknown; protocol?: unknown }): string {
  return `${protocol ?? 'TCP'} ${port}`;
}

/** Anybody who may write Services may have written the annotation, so only the fields expected here are used. */
function keptFields(exposure: JsonObject): JsonObject {
  const fields = Object.entries(objectAt(exposure, 'spec')).filter(([key]) => KEPT.includes(key));
  return Object.fromEntries(fields);
}

function exposureOf(coloured: Service): JsonObject {
  try {
    const value: Json = JSON.parse(coloured.metadata.annotations?.[ANNOTATION_EXPOSURE] ?? '{}');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
