import type { Json, JsonObject } from './json.ts';

/** Label and annotation keys that Greenpath writes on its own objects and, the last one, on the live route. */
export const LABEL_APP = 'greenpath.dev/app';
export const LABEL_REVISION = 'greenpath.dev/revision';
export const LABEL_NAME = 'greenpath.dev/name';
export const ANNOTATION_SHARED = 'greenpath.dev/shared';
export const ANNOTATION_HOOK = 'greenpath.dev/hook';

/** The annotation on the live route that holds phase, live and previous of one app. */
export function phaseAnnotation(app: string): string {
  return `greenpath.dev/${app}`;
}

export interface Metadata {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  [key: string]: Json | undefined;
}

/** Any Kubernetes object: the fields every object has, and the rest as it came. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  [key: string]: unknown;
}

export interface ServicePort {
  name?: string;
  port: number;
}
export interface Service extends KubeObject {
  spec: { selector?: Record<string, string>; ports?: ServicePort[]; type?: string };
}

export interface Backend {
  service?: { name: string; port?: { name?: string; number?: number } };
  resource?: JsonObject;
}
export interface IngressPath {
  path?: string;
  pathType?: string;
  backend: Backend;
}
export interface IngressRule {
  host?: string;
  http?: { paths: IngressPath[] };
}
export interface Ingress extends KubeObject {
  spec: {
    ingressClassName?: string;
    defaultBackend?: Backend;
    rules?: IngressRule[];
    tls?: { hosts?: string[]; secretName?: string }[];
  };
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

export interface Endpoint {
  addresses: string[];
  conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
  targetRef?: { kind?: string; name?: string; uid?: string };
}
export interface EndpointSlice extends KubeObject {
  endpoints?: Endpoint[] | null;
}

/** `Deployment web` for messages. */
export function nameOf(object: { kind: string; metadata: { name: string } }): string {
  return `${object.kind} ${object.metadata.name}`;
}

/** The annotation `key` of `object`, or undefined. */
export function annotation(object: KubeObject, key: string): string | undefined {
  return object.metadata.annotations?.[key];
}

/** The label `key` of `object`, or undefined. */
export function label(object: KubeObject, key: string): string | undefined {
  return object.metadata.labels?.[key];
}

/** Whether a non-empty label selector matches `labels`; an empty one selects nothing here, as it does for a Service. */
export function selects(selector: Record<string, string>, labels: Record<string, string>): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** Names of pods, without repetition, that `slices` of the Service `name` call ready. */
export function readyPods(slices: readonly EndpointSlice[], name: string): string[] {
  const own = slices.filter((slice) => label(slice, 'kubernetes.io/service-name') === name);
  const ready = own
    .flatMap((slice) => slice.endpoints ?? [])
    .filter((endpoint) => endpoint.conditions?.ready !== false);
  return [...new Set(ready.map((endpoint) => endpoint.targetRef?.name ?? endpoint.addresses[0] ?? ''))];
}
