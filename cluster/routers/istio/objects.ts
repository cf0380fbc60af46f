import { administrator } from '../account.ts';
import { gateway, gatewayClass, httpListener } from '../gateway-api.ts';
import type { Site } from '../router.ts';
import { deployment, fromPod, readiness, service } from '../workloads.ts';
import { bootstrapOf } from './bootstrap.ts';
import { ISTIO_VERSION } from './build.ts';

const NAMESPACE = 'istio-system';
const ISTIOD = { namespace: NAMESPACE, name: 'istiod' };
const PROXY = { namespace: NAMESPACE, name: 'istio-gateway' };
const DOMAIN = 'cluster.local';

export const ISTIO_GATEWAY = { namespace: NAMESPACE, name: 'istio' };
/** Where Envoy serves, and where it asks istiod for its configuration. */
export const ISTIO_ADDRESS = '10.96.0.87';
const XDS_ADDRESS = '10.96.0.86';
const XDS_PORT = 15_010;

/** Upstream Envoy has none of Istio's own filters, and there are no certificates here for traffic between pods. */
const MESH = JSON.stringify({
  defaultProviders: {},
  enableAutoMtls: false,
  enablePrometheusMerge: false,
  rootNamespace: NAMESPACE,
  trustDomain: DOMAIN,
});

/** What istiod does not do here: give certificates, change pods, check objects, make Deployments for Gateways. */
const OFF = {
  PILOT_ENABLE_METADATA_EXCHANGE: 'false',
  PILOT_ENABLE_ALPN_FILTER: 'false',
  PILOT_ENABLE_GATEWAY_API_DEPLOYMENT_CONTROLLER: 'false',
  ENABLE_CA_SERVER: 'false',
  INJECTION_WEBHOOK_CONFIG_NAME: '',
  VALIDATION_WEBHOOK_CONFIG_NAME: '',
};

/** istiod and as many Envoys as are wanted. */
export function istioObjects({ reference, replicas }: Site): object[] {
  const addresses = [{ type: 'Hostname', value: `${PROXY.name}.${NAMESPACE}.svc.${DOMAIN}` }];
  return [
    ...administrator(NAMESPACE, ISTIOD.name),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: NAMESPACE, name: 'istio' },
      data: { mesh: MESH, meshNetworks: 'networks: {}' },
    },
    service(ISTIOD, XDS_ADDRESS, [[XDS_PORT, XDS_PORT]]),
    service(PROXY, ISTIO_ADDRESS, [[80, 8_080]]),
    istiod(reference('istio')),
    proxy(reference('envoy'), replicas),
    gatewayClass('istio', 'istio.io/gateway-controller'),
    // The address says which Service the Gateway has: istiod makes none.
    gateway(ISTIO_GATEWAY, 'istio', [httpListener(80)], { addresses }),
  ];
}

function istiod(image: string): object {
  const off = Object.entries(OFF).map(([name, value]) => ({ name, value }));
  const container = {
    name: 'discovery',
    image,
    args: [
      'discovery',
      `--grpcAddr=:${XDS_PORT}`,
      '--secureGRPCAddr=',
      '--httpsAddr=',
      '--httpAddr=:8080',
      '--monitoringAddr=:15014',
      `--domain=${DOMAIN}`,
    ],
    env: [
      fromPod('POD_NAME', 'metadata.name'),
      fromPod('POD_NAMESPACE', 'metadata.namespace'),
      { name: 'CLUSTER_ID', value: 'Kubernetes' },
      ...off,
    ],
    readinessProbe: readiness({ httpGet: { path: '/ready', port: 8_080 } }),
  };
  return deployment({ metadata: ISTIOD, pod: { serviceAccountName: ISTIOD.name, containers: [container] } });
}

/** Envoy as a gateway. It has the names that Istio's own agent would give it. */
function proxy(image: string, replicas: number): object {
  const node = `router~$(POD_IP)~$(POD_NAME).${NAMESPACE}~${NAMESPACE}.svc.${DOMAIN}`;
  const metadata = {
    NAMESPACE,
    CLUSTER_ID: 'Kubernetes',
    ISTIO_VERSION: `${ISTIO_VERSION}.0`,
    LABELS: { app: PROXY.name },
  };
  const config = JSON.stringify(bootstrapOf(metadata, XDS_ADDRESS, XDS_PORT));
  const container = {
    name: 'envoy',
    image,
    args: ['--service-cluster', PROXY.name, '--service-node', node, '--config-yaml', config, '--concurrency', '2'],
    env: [fromPod('POD_IP', 'status.podIP'), fromPod('POD_NAME', 'metadata.name')],
  };
  const pod = { automountServiceAccountToken: false, containers: [container] };
  return deployment({ metadata: PROXY, replicas, pod });
}
