import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayName } from '../access.ts';
import { certify } from '../certificates.ts';
import type { Definitions } from './router.ts';

/** The group and version of Gateway API's objects. */
const VERSION = 'gateway.networking.k8s.io/v1';

/** What implementations wait for; the other CRDs of the standard channel are not used here. */
const WATCHED = [
  'backendtlspolicies',
  'gatewayclasses',
  'gateways',
  'grpcroutes',
  'httproutes',
  'referencegrants',
  'tlsroutes',
];

/** The CRDs of Gateway API, in one version for all implementations: the one that Traefik is built with. */
export const GATEWAY_API: Definitions = {
  module: { path: 'sigs.k8s.io/gateway-api', requiredBy: 'modules/cluster' },
  folder: 'config/crd/standard',
  only: WATCHED.map((name) => `_${name}.yaml`),
};

/** The class of an implementation, with further fields of its spec. */
export function gatewayClass(name: string, controllerName: string, more: object = {}): object {
  return { apiVersion: VERSION, kind: 'GatewayClass', metadata: { name }, spec: { controllerName, ...more } };
}

/** A Gateway; routes of all namespaces may attach to its listeners. `more` are further fields of its spec. */
export function gateway(metadata: GatewayName, className: string, listeners: readonly object[], more = {}): object {
  const allowedRoutes = { namespaces: { from: 'All' } };
  const all = listeners.map((listener) => ({ ...listener, allowedRoutes }));
  return {
    apiVersion: VERSION,
    kind: 'Gateway',
    metadata,
    spec: { gatewayClassName: className, listeners: all, ...more },
  };
}

/** An HTTPRoute for a host that nobody has, which redirects and so needs no Service. */
export function strayRoute(parent: GatewayName): object {
  const filters = [{ type: 'RequestRedirect', requestRedirect: { hostname: 'example.com' } }];
  const spec = { parentRefs: [parent], hostnames: ['stray.invalid'], rules: [{ filters }] };
  return { apiVersion: VERSION, kind: 'HTTPRoute', metadata: { ...parent, name: 'stray' }, spec };
}

/** A listener for HTTP on this port. */
export function httpListener(port: number): object {
  return { name: 'web', protocol: 'HTTP', port };
}

/** A listener for HTTPS on port 443, and the Secret that has its certificate. */
export async function httpsListener(namespace: string, pki: string): Promise<{ listener: object; secret: object }> {
  const name = 'hosts';
  const tls = { mode: 'Terminate', certificateRefs: [{ name }] };
  return {
    listener: { name: 'websecure', protocol: 'HTTPS', port: 443, tls },
    secret: await certificateSecret({ namespace, name }, pki),
  };
}

/** A certificate for all hosts of the tests, by the CA of the cluster. */
async function certificateSecret(metadata: GatewayName, pki: string): Promise<object> {
  await certify(pki, { file: 'hosts', subject: '/CN=hosts', names: 'DNS:*.test,DNS:*.demo.test' });
  const read = (file: string) => readFileSync(join(pki, file)).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': read('hosts.crt'), 'tls.key': read('hosts.key') },
  };
}
