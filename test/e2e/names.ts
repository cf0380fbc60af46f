import type { Cluster } from '../../cluster/cluster.ts';
import { ingress, REGEX, service } from './parts.ts';

/** A shop whose parts call the cart by its plain name, each in another way, and say which cart answered. */

export const HOST = 'names.test';
/** Paths and the parts behind them. */
export const PARTS = { '/': 'front', '/code': 'code', '/file': 'file', '/suffix': 'suffix' } as const;

/** The parts of the shop; `$(REVISION)` stands for its revision. */
export function shopOf(cluster: Cluster, namespace: string): object[] {
  const { shop, nginx } = cluster.images;
  const env = (part: string, more: Record<string, string> = {}) => ({ PART: part, REVISION: '$(REVISION)', ...more });
  const caller = (name: string, lasts: string) => env('caller', { CALL: name, RATE: '5', LASTS: lasts });
  return [
    ...served('cart', { image: shop, env: listOf(env('cart')) }),
    ...served('front', { image: shop, env: listOf(env('front', { CART: 'http://cart/' })) }),
    // Without CART, the name that its code has.
    ...served('code', { image: shop, env: listOf(env('front')) }),
    ...served('suffix', { image: shop, env: listOf(env('front', { CART: 'http://cart$(GREENPATH_SUFFIX)/' })) }),
    ...served('file', { image: nginx[1], volumeMounts: mounts('nginx.conf', 'nsswitch.conf') }, 'proxy'),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'proxy' }, data: FILES },
    { ...service('carts', { app: 'cart' }), spec: { clusterIP: 'None', selector: { app: 'cart' } } },
    deployment('worker', {
      image: shop,
      env: listOf(caller(`http://cart.${namespace}.svc.cluster.local/`, '10m')),
    }),
    job('look', { image: shop, env: listOf(caller(`http://cart.${namespace}/`, '1s')) }),
    ingress(
      'web',
      Object.entries(PARTS).map(([path, name]) => ({ host: HOST, path, service: name })),
      REGEX,
    ),
  ];
}

/** nginx reads the name when it starts, as the C library resolves it; its image has no nsswitch.conf as others have. */
const FILES = {
  'nginx.conf': `user www-data;
daemon off;
error_log stderr;
pid /run/nginx.pid;
events {}
http {
  access_log off;
  server {
    listen 8080;
    location = /ready { return 200; }
    location / { proxy_pass http://cart/; add_header X-Front $(REVISION); }
  }
}
`,
  'nsswitch.conf': 'hosts: files dns\n',
};

function mounts(config: string, order: string): object[] {
  return [
    { name: 'files', mountPath: `/etc/nginx/${config}`, subPath: config },
    { name: 'files', mountPath: `/etc/${order}`, subPath: order },
  ];
}

function listOf(variables: Record<string, string>): object[] {
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

/** A Deployment and its Service. */
function served(name: string, container: object, configMap?: string): object[] {
  const readinessProbe = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 };
  return [deployment(name, { ...container, readinessProbe }, configMap), service(name)];
}

function deployment(name: string, container: object, configMap?: string): object {
  const volumes = configMap === undefined ? [] : [{ name: 'files', configMap: { name: configMap } }];
  const pod = { automountServiceAccountToken: false, containers: [{ name: 'app', ...container }], volumes };
  const template = { metadata: { labels: { app: name } }, spec: pod };
  const spec = { replicas: 1, selector: { matchLabels: { app: name } }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec };
}

function job(name: string, container: object): object {
  const annotations = { 'greenpath.dev/hook': 'pre-promote' };
  const pod = {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    containers: [{ name: 'app', ...container }],
  };
  const spec = { backoffLimit: 0, template: { spec: pod } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, annotations }, spec };
}
