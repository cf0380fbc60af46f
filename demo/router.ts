import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import type { V1Container } from '@kubernetes/client-node';
import type { Kube } from './kube.ts';
import { isReady } from './namespace.ts';

/** A pod that routes requests of one ingress class, and its HTTP port. */
export interface RouterPod {
  readonly title: string;
  readonly ingressClass: string;
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

const CONTROLLER = 'k8s.io/ingress-nginx';
/** The class that only the demo's own Traefik serves; no object of that name is needed. */
export const OWN_CLASS = 'greenpath-demo';
export const OWN_PORT = 8000;

/**
 * The ready pod of a router that reads the annotations of ingress-nginx and serves the whole cluster, if there is one and
 * this account may look for it: ingress-nginx by its image, Traefik by the provider that it was started with.
 */
export async function findRouter(kube: Kube): Promise<RouterPod | undefined> {
  const classes = await kube.objects
    .list('networking.k8s.io/v1', 'IngressClass')
    .then(({ items }) => items as { metadata?: { name?: string }; spec?: { controller?: string } }[])
    .catch(() => []);
  const ingressClass = classes.find(({ spec }) => spec?.controller === CONTROLLER)?.metadata?.name;
  if (ingressClass === undefined) return undefined;
  const pods = await kube.core.listPodForAllNamespaces().then(
    ({ items }) => items,
    () => [],
  );
  for (const pod of pods.filter(isReady)) {
    const container = pod.spec?.containers.find((one) => routerOf(one) !== undefined);
    const { name, namespace } = pod.metadata ?? {};
    if (container === undefined || name === undefined || namespace === undefined) continue;
    const title = `${routerOf(container)} (pod ${name}, namespace ${namespace}, image ${container.image})`;
    return { title, ingressClass, namespace, pod: name, port: httpPort(container) };
  }
  return undefined;
}

/** What a container is, if it serves the class of ingress-nginx in every namespace. */
export function routerOf({ image = '', args = [], command = [] }: Pick<V1Container, 'image' | 'args' | 'command'>) {
  const words = [...command, ...args];
  const says = (option: RegExp) => words.some((word) => option.test(word));
  if (/(^|\/)(ingress-nginx\/controller|nginx-ingress-controller)(-chroot)?[:@]/.test(image)) {
    const isLimited = says(/^--watch-namespace/) || words.some((word) => isForeign(word, '--controller-class'));
    return isLimited ? undefined : 'ingress-nginx';
  }
  if (!says(/^--providers\.kubernetesingressnginx(=true)?$/i)) return undefined;
  const isLimited =
    says(/^--providers\.kubernetesingressnginx\.watchnamespace/i) ||
    words.some((word) => isForeign(word, '--providers.kubernetesingressnginx.controllerclass'));
  return isLimited ? undefined : 'Traefik';
}

function isForeign(word: string, option: string): boolean {
  return word.toLowerCase().startsWith(`${option}=`) && word.slice(option.length + 1) !== CONTROLLER;
}

/** The port named `http` or `web`, else the one that the option says, else 80. */
function httpPort({ ports = [], args = [] }: V1Container): number {
  const named = ports.find(({ name }) => name === 'http' || name === 'web')?.containerPort;
  const said = args.map((word) => /^--(?:http-port=|entrypoints\.web\.address=.*:)(\d+)/i.exec(word)?.[1]);
  return named ?? Number(said.find((port) => port !== undefined) ?? 80);
}

/** Traefik's official image, in the version that the tests run. */
export function officialImage(): string {
  const module = readFileSync(join(import.meta.dirname, '../cluster/modules/cluster/go.mod'), 'utf8');
  const version = /github\.com\/traefik\/traefik\/v3 (v[\d.]+)/.exec(module)?.[1];
  if (version === undefined) throw new Error('cluster/modules/cluster/go.mod names no version of Traefik');
  return `docker.io/library/traefik:${version}`;
}

/**
 * A Traefik that reads the annotations of ingress-nginx in one namespace only, with a Role and no right outside of it. It
 * serves whatever is in that namespace: nothing but the demo is, and no other router knows its class.
 */
export function ownRouter(namespace: string, image: string): object[] {
  const metadata = { name: 'traefik', namespace, labels: { app: 'traefik' } };
  const read = ['get', 'list', 'watch'];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [
        { apiGroups: [''], resources: ['services', 'secrets', 'configmaps'], verbs: read },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
        { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: read },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'traefik' },
      subjects: [{ kind: 'ServiceAccount', name: 'traefik', namespace }],
    },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: traefik(namespace, image) },
  ];
}

function traefik(namespace: string, image: string) {
  const labels = { app: 'traefik' };
  const provider = '--providers.kubernetesingressnginx';
  const args = [
    `--entrypoints.web.address=:${OWN_PORT}`,
    `--entrypoints.traefik.address=:8080`,
    '--ping=true',
    provider,
    `${provider}.watchnamespace=${namespace}`,
    `${provider}.controllerclass=greenpath.dev/demo`,
    `${provider}.watchingresswithoutclass=true`,
    '--global.checknewversion=false',
    '--global.sendanonymoususage=false',
  ];
  const readinessProbe = { httpGet: { path: '/ping', port: 8080 }, periodSeconds: 1, failureThreshold: 60 };
  const container = { name: 'traefik', image, args, ports: [{ name: 'web', containerPort: OWN_PORT }], readinessProbe };
  return {
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { serviceAccountName: 'traefik', containers: [container] } },
  };
}

/** The status that a router gives for a host; undefined if nothing answers as HTTP does. */
export function statusFor(address: string, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get(`http://${address}/`, { agent: false, timeout: 3_000, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}
