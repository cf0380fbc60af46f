import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { certify } from '../../certificates.ts';
import { administrator } from '../account.ts';
import type { Site } from '../router.ts';
import { deployment, fromPod, readiness, service } from '../workloads.ts';

/** Its class. `nginx` is that of the cluster's own proxy. */
export const INGRESS_NGINX_CLASS = 'ingress-nginx';
/** With the usual name, the cluster's own proxy would serve the class too. */
const CLASS_CONTROLLER = 'k8s.io/second-ingress-nginx';
export const INGRESS_NGINX_ADDRESS = '10.96.0.81';

const NAMESPACE = 'ingress-nginx';
const CONTROLLER = { namespace: NAMESPACE, name: 'controller' };
/** The Service and the Secret of its admission webhook. */
const ADMISSION = { namespace: NAMESPACE, name: 'admission' };
const ADMISSION_PORT = 8_443;
const MOUNT = '/etc/admission';

/** What an operator can configure. Later versions have the last one by default. */
const SETTINGS = {
  'worker-processes': '2',
  'disable-ipv6': 'true',
  'disable-ipv6-dns': 'true',
  'global-allowed-response-headers': 'X-Greenpath-Revision,X-Ingress',
  'annotations-risk-level': 'High',
};

/** The controller, with its admission webhook. */
export async function ingressNginxObjects({ pki, reference, replicas }: Site): Promise<object[]> {
  const names = `DNS:${ADMISSION.name}.${NAMESPACE}.svc`;
  await certify(pki, { file: 'ingress-nginx', subject: '/CN=ingress-nginx-admission', names });
  const base64 = (file: string) => readFileSync(join(pki, file)).toString('base64');
  return [
    ...administrator(NAMESPACE, CONTROLLER.name),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: INGRESS_NGINX_CLASS },
      spec: { controller: CLASS_CONTROLLER },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: CONTROLLER, data: SETTINGS },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: ADMISSION,
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': base64('ingress-nginx.crt'), 'tls.key': base64('ingress-nginx.key') },
    },
    service(CONTROLLER, INGRESS_NGINX_ADDRESS, [
      [80, 80],
      [443, 443],
    ]),
    admissionService(),
    controller(reference('ingress-nginx'), replicas),
    webhook(base64('ca.crt')),
  ];
}

function admissionService(): object {
  const ports = [{ port: 443, targetPort: ADMISSION_PORT }];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: ADMISSION,
    spec: { selector: { app: CONTROLLER.name }, ports },
  };
}

function controller(image: string, replicas: number): object {
  const own = `${NAMESPACE}/${CONTROLLER.name}`;
  const container = {
    name: CONTROLLER.name,
    image,
    args: [
      `--publish-service=${own}`,
      `--configmap=${own}`,
      `--controller-class=${CLASS_CONTROLLER}`,
      `--ingress-class=${INGRESS_NGINX_CLASS}`,
      `--validating-webhook=:${ADMISSION_PORT}`,
      `--validating-webhook-certificate=${MOUNT}/tls.crt`,
      `--validating-webhook-key=${MOUNT}/tls.key`,
    ],
    env: [fromPod('POD_NAME', 'metadata.name'), fromPod('POD_NAMESPACE', 'metadata.namespace')],
    readinessProbe: readiness({ httpGet: { path: '/healthz', port: 10_254 } }),
    volumeMounts: [{ name: 'admission', mountPath: MOUNT }],
  };
  const volumes = [{ name: 'admission', secret: { secretName: ADMISSION.name } }];
  const pod = { serviceAccountName: CONTROLLER.name, containers: [container], volumes };
  return deployment({ metadata: CONTROLLER, replicas, pod });
}

/** Asked about its own class alone, so that tests of other routers don't wait for it. */
function webhook(caBundle: string): object {
  const isOwn = `object.spec.?ingressClassName.orValue('') == '${INGRESS_NGINX_CLASS}'`;
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'ingress-nginx-admission' },
    webhooks: [
      {
        name: 'validate.nginx.ingress.kubernetes.io',
        matchPolicy: 'Equivalent',
        matchConditions: [{ name: 'own-class', expression: isOwn }],
        rules: [
          {
            apiGroups: ['networking.k8s.io'],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['ingresses'],
          },
        ],
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        clientConfig: { caBundle, service: { ...ADMISSION, path: '/networking/v1/ingresses' } },
      },
    ],
  };
}
