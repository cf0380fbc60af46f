import type { Cluster } from '../../cluster/cluster.ts';

/** Parts of applications for the tests: what a team's manifests hold, with plain names unless a suffix says otherwise. */
export interface Part {
  readonly name: string;
  readonly labels?: Record<string, string>;
  readonly revision?: string;
  readonly replicas?: number;
  readonly env?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  /** More of its `spec`. */
  readonly spec?: object;
}

/** A Deployment of the test application. */
export function deployment(cluster: Cluster, part: Part): object {
  const {
    name,
    labels = { app: name },
    revision = '$(REVISION)',
    replicas = 1,
    env = {},
    annotations = {},
    spec = {},
  } = part;
  const variables = { REVISION: revision, DRAIN: '3', PART: name, ...env };
  const container = {
    name: 'app',
    image: cluster.images.app,
    env: Object.entries(variables).map(([key, value]) => ({ name: key, value })),
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, annotations },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { automountServiceAccountToken: false, containers: [container] } },
      ...spec,
    },
  };
}

/** A Service for the pods with these labels. */
export function service(name: string, labels: Record<string, string> = { app: name }): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  };
}

/** Where a path of a route leads. */
export interface Path {
  readonly host: string;
  readonly path: string;
  readonly service: string;
  readonly pathType?: string;
}

/** An Ingress, of class nginx unless another one is given; a path without a host is its `defaultBackend`. */
export function ingress(
  name: string,
  paths: readonly Path[],
  annotations: Record<string, string> = {},
  ingressClassName = 'nginx',
): object {
  const backend = (one: Path) => ({ service: { name: one.service, port: { number: 80 } } });
  const hosts = [...new Set(paths.map((one) => one.host))].filter((host) => host !== '');
  const rest = paths.find((one) => one.host === '');
  const rules = hosts.map((host) => ({
    host,
    http: {
      paths: paths
        .filter((one) => one.host === host)
        .map((one) => ({ path: one.path, pathType: one.pathType ?? 'Prefix', backend: backend(one) })),
    },
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, annotations },
    spec: { ingressClassName, rules, ...(rest === undefined ? {} : { defaultBackend: backend(rest) }) },
  };
}

/** Says to the router that the paths of a host are regexes already, so that a preview there changes nothing. */
export const REGEX = { 'nginx.ingress.kubernetes.io/use-regex': 'true' };
