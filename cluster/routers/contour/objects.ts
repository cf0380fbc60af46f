import { administrator } from '../account.ts';
import { gateway, gatewayClass, httpListener, httpsListener, strayRoute } from '../gateway-api.ts';
import type { Site } from '../router.ts';
import { deployment, fromPod, readiness, service } from '../workloads.ts';

const NAMESPACE = 'projectcontour';
const CONTOUR = { namespace: NAMESPACE, name: 'contour' };
const ENVOY = { namespace: NAMESPACE, name: 'envoy' };

/** The class of its Ingresses. */
export const CONTOUR_CLASS = 'contour';
/** Its Gateway, which it names in its configuration: so it serves Ingresses and HTTPProxies besides. */
export const CONTOUR_GATEWAY = { namespace: NAMESPACE, name: 'contour' };
/** Where Envoy serves, and where it asks Contour for its configuration. */
export const CONTOUR_ADDRESS = '10.96.0.83';
const XDS_ADDRESS = '10.96.0.84';
const XDS_PORT = 8_001;

const SETTINGS = JSON.stringify({ gateway: { gatewayRef: CONTOUR_GATEWAY } });

/** What it would watch in versions that this Gateway API serves no longer. */
const NOT_WATCHED = ['tlsroutes', 'tcproutes', 'backendtlspolicies', 'grpcroutes'];

/** Contour and as many Envoys as are wanted. */
export async function contourObjects({ pki, reference, replicas }: Site): Promise<object[]> {
  const https = await httpsListener(NAMESPACE, pki);
  return [
    ...administrator(NAMESPACE, CONTOUR.name),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: CONTOUR_CLASS },
      spec: { controller: 'projectcontour.io/ingress-controller' },
    },
    gatewayClass('contour', 'projectcontour.io/gateway-controller'),
    https.secret,
    // Contour serves only the first path of each Ingress unless its Gateway has listeners for both HTTP and HTTPS.
    gateway(CONTOUR_GATEWAY, 'contour', [httpListener(80), https.listener]),
    // Without any route, Envoy does not even listen.
    strayRoute(CONTOUR_GATEWAY),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: CONTOUR, data: { 'contour.yaml': SETTINGS } },
    service(CONTOUR, XDS_ADDRESS, [[XDS_PORT, XDS_PORT]]),
    service(ENVOY, CONTOUR_ADDRESS, [
      [80, 8_080],
      [443, 8_443],
    ]),
    controller(reference('contour')),
    proxy(reference('contour'), reference('envoy'), replicas),
  ];
}

function controller(image: string): object {
  const container = {
    name: CONTOUR.name,
    image,
    args: [
      'serve',
      '--incluster',
      '--xds-address=0.0.0.0',
      `--xds-port=${XDS_PORT}`,
      '--insecure',
      '--config-path=/config/contour.yaml',
      '--disable-leader-election',
      ...NOT_WATCHED.map((kind) => `--disable-feature=${kind}`),
    ],
    env: [{ name: 'CONTOUR_NAMESPACE', value: NAMESPACE }, fromPod('POD_NAME', 'metadata.name')],
    readinessProbe: readiness({ tcpSocket: { port: XDS_PORT } }),
    volumeMounts: [{ name: 'config', mountPath: '/config' }],
  };
  const volumes = [{ name: 'config', configMap: { name: CONTOUR.name } }];
  const pod = { serviceAccountName: CONTOUR.name, containers: [container], volumes };
  return deployment({ metadata: CONTOUR, pod });
}

/** Envoy, whose first configuration Contour writes. */
function proxy(contour: string, image: string, replicas: number): object {
  const volumeMounts = ['config', 'admin'].map((name) => ({ name, mountPath: `/${name}` }));
  const bootstrap = {
    name: 'bootstrap',
    image: contour,
    args: [
      'bootstrap',
      '/config/envoy.json',
      `--xds-address=${XDS_ADDRESS}`,
      `--xds-port=${XDS_PORT}`,
      '--xds-resource-version=v3',
      '--resources-dir=/config/resources',
      '--admin-address=/admin/admin.sock',
    ],
    env: [{ name: 'CONTOUR_NAMESPACE', value: NAMESPACE }],
    volumeMounts,
  };
  const names = ['--service-cluster', NAMESPACE, '--service-node', ENVOY.name];
  const envoy = {
    name: ENVOY.name,
    image,
    args: ['-c', '/config/envoy.json', ...names, '--concurrency', '2'],
    readinessProbe: readiness({ httpGet: { path: '/ready', port: 8_002 } }),
    volumeMounts,
  };
  const volumes = ['config', 'admin'].map((name) => ({ name, emptyDir: {} }));
  const pod = { automountServiceAccountToken: false, initContainers: [bootstrap], containers: [envoy], volumes };
  return deployment({ metadata: ENVOY, replicas, pod });
}
