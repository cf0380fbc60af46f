import { administrator } from '../account.ts';
import { gateway, gatewayClass, httpListener, httpsListener } from '../gateway-api.ts';
import type { Site } from '../router.ts';
import { deployment, readiness, service } from '../workloads.ts';

const NAMESPACE = 'envoy-gateway-system';
/** Envoys find it by this name of its Service, so the cluster needs CoreDNS. */
const CONTROLLER = { namespace: NAMESPACE, name: 'envoy-gateway' };
const PROXY = { namespace: NAMESPACE, name: 'proxy' };
const CONTROLLER_NAME = 'gateway.envoyproxy.io/gatewayclass-controller';
const API = 'gateway.envoyproxy.io/v1alpha1';

export const ENVOY_GATEWAY_GATEWAY = { namespace: NAMESPACE, name: 'envoy-gateway' };
/** Where Envoy serves, and where it asks for its configuration. */
export const ENVOY_GATEWAY_ADDRESS = '10.96.0.82';
const XDS_ADDRESS = '10.96.0.85';
const PORTS = [18_000, 18_001, 18_002, 19_001];

/** Envoy Gateway, which makes as many Envoys as are wanted by itself. */
export async function envoyGatewayObjects({ pki, reference, replicas }: Site): Promise<object[]> {
  const image = reference('envoy-gateway');
  const https = await httpsListener(NAMESPACE, pki);
  const parametersRef = { group: 'gateway.envoyproxy.io', kind: 'EnvoyProxy', ...PROXY };
  return [
    ...administrator(NAMESPACE, CONTROLLER.name),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: CONTROLLER, data: { 'envoy-gateway.yaml': settings(image) } },
    service(
      CONTROLLER,
      XDS_ADDRESS,
      PORTS.map((port) => [port, port]),
    ),
    certificates(image),
    controller(image),
    envoyProxy(reference('envoy'), replicas),
    gatewayClass(CONTROLLER.name, CONTROLLER_NAME, { parametersRef }),
    https.secret,
    gateway(ENVOY_GATEWAY_GATEWAY, CONTROLLER.name, [httpListener(80), https.listener]),
  ];
}

function settings(image: string): string {
  const kubernetes = { shutdownManager: { image }, leaderElection: { disable: true } };
  return JSON.stringify({
    apiVersion: API,
    kind: 'EnvoyGateway',
    gateway: { controllerName: CONTROLLER_NAME },
    provider: { type: 'Kubernetes', kubernetes },
  });
}

const ENVIRONMENT = [
  { name: 'ENVOY_GATEWAY_NAMESPACE', value: NAMESPACE },
  { name: 'KUBERNETES_CLUSTER_DOMAIN', value: 'cluster.local' },
];

/** The Job by which Envoy Gateway makes the certificates that it and its Envoys show each other. */
function certificates(image: string): object {
  const container = { name: 'certgen', image, args: ['certgen', '--disable-topology-injector'], env: ENVIRONMENT };
  const pod = { restartPolicy: 'Never', serviceAccountName: CONTROLLER.name, containers: [container] };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { namespace: NAMESPACE, name: 'certgen' },
    spec: { backoffLimit: 3, template: { spec: pod } },
  };
}

function controller(image: string): object {
  const container = {
    name: CONTROLLER.name,
    image,
    args: ['server', '--config-path=/config/envoy-gateway.yaml'],
    env: ENVIRONMENT,
    readinessProbe: readiness({ httpGet: { path: '/readyz', port: 8_081 } }),
    volumeMounts: [
      { name: 'config', mountPath: '/config' },
      { name: 'certificates', mountPath: '/certs' },
      { name: 'wasm', mountPath: '/var/lib/eg/wasm' },
    ],
  };
  const volumes = [
    { name: 'config', configMap: { name: CONTROLLER.name } },
    { name: 'certificates', secret: { secretName: 'envoy-gateway' } },
    { name: 'wasm', emptyDir: {} },
  ];
  const pod = { serviceAccountName: CONTROLLER.name, containers: [container], volumes };
  return deployment({ metadata: CONTROLLER, pod });
}

/** How it makes Envoys: of this image, behind a Service at a fixed address. */
function envoyProxy(image: string, replicas: number): object {
  const fixed = { spec: { clusterIP: ENVOY_GATEWAY_ADDRESS } };
  const resources = { requests: { cpu: '10m', memory: '64Mi' } };
  const kubernetes = {
    envoyDeployment: { replicas, container: { image, resources } },
    envoyService: { type: 'ClusterIP', patch: { type: 'StrategicMerge', value: fixed } },
  };
  return {
    apiVersion: API,
    kind: 'EnvoyProxy',
    metadata: PROXY,
    spec: { provider: { type: 'Kubernetes', kubernetes } },
  };
}
