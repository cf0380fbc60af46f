import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Store } from './life.ts';
import { psql, redis } from './psql.ts';
import { ask, type World } from './world.ts';

/** Rows in a table of the PostgreSQL whose Service is called `host`. */
export function sqlStore(cluster: Cluster, world: World, host: string): Store {
  const table = 'create table if not exists kept (id serial, word text)';
  return {
    write: (row) => psql(cluster, world, host, `${table}; insert into kept (word) values ('${row}')`),
    rows: async () => (await psql(cluster, world, host, 'select word from kept order by id')).split('\n'),
  };
}

/** Rows in a list of the Redis whose Service is called `host`. */
export function redisStore(cluster: Cluster, world: World, host: string): Store {
  return {
    write: (row) => redis(cluster, world, host, 'rpush', 'kept', row),
    rows: async () => (await redis(cluster, world, host, 'lrange', 'kept', '0', '-1')).split('\n'),
  };
}

/** Files of the server behind a Service, whose names are the rows. */
export function fileStore(world: World, service: string): Store {
  const at = (path: string) => `/api/v1/namespaces/${world.namespace}/services/${service}:80/proxy/${path}`;
  return {
    write: (row) => {
      const file = join(world.folder, `${service}.row`);
      writeFileSync(file, row);
      return world.kubectl('replace', `--raw=${at(row)}`, '-f', file);
    },
    rows: async () => namesIn(await world.kubectl('get', `--raw=${at('')}`)),
  };
}

/** The same by visitors of a host, below a path. */
export function visitedStore(cluster: Cluster, host: string, path: string): Store {
  return {
    write: (row) => put(cluster, host, `${path}/${row}`),
    rows: async () => namesIn((await ask(cluster, host, `${path}/`)).body),
  };
}

/** The names in nginx's list of a folder, by the number at their beginning. */
function namesIn(list: string): string[] {
  const names = (JSON.parse(list) as { name: string }[]).map(({ name }) => name);
  return names.filter((name) => /^\d/.test(name)).toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

function put(cluster: Cluster, host: string, path: string): Promise<void> {
  const [address, port] = cluster.proxy.split(':');
  return new Promise((resolve, reject) => {
    const sent = request({ host: address, port, path, method: 'PUT', agent: false, headers: { host } }, (response) => {
      response.resume();
      if (response.statusCode === 201) resolve();
      else reject(new Error(`PUT ${path} was answered ${response.statusCode}`));
    });
    sent.on('error', reject);
    sent.end('row');
  });
}

/** The objects of an nginx that keeps what is put there in `/data`, which says this besides. */
export function fileServer(
  cluster: Cluster,
  name: string,
  more: { kind?: string; annotations?: object; spec?: object; volume?: object; port?: object } = {},
): object[] {
  const { kind = 'Deployment', annotations = {}, spec = {}, volume = { emptyDir: {} }, port = {} } = more;
  const labels = { app: name };
  const container = {
    name: 'files',
    image: cluster.images.nginx[1],
    ports: [{ containerPort: 8080, ...port }],
    readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
    volumeMounts: [
      { name: 'config', mountPath: '/etc/nginx/nginx.conf', subPath: 'nginx.conf' },
      { name: 'data', mountPath: '/data' },
    ],
  };
  const data = 'volumeClaimTemplates' in spec ? [] : [{ name: 'data', ...volume }];
  const pods = {
    automountServiceAccountToken: false,
    containers: [container],
    volumes: [{ name: 'config', configMap: { name: `${name}-config` } }, ...data],
  };
  const template = { metadata: { labels }, spec: pods };
  return [
    {
      apiVersion: 'apps/v1',
      kind,
      metadata: { name, annotations },
      spec: { selector: { matchLabels: labels }, template, ...spec },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${name}-config` }, data: { 'nginx.conf': CONF } },
  ];
}

const CONF = `user www-data;
daemon off;
error_log stderr;
pid /run/nginx.pid;
events {}
http {
  access_log off;
  server {
    listen 8080;
    location / { root /data; dav_methods PUT; autoindex on; autoindex_format json; }
    location /files/ { alias /data/; dav_methods PUT; autoindex on; autoindex_format json; }
  }
}
`;
