import type { Cluster } from '../../cluster/cluster.ts';
import { service } from './parts.ts';

/** A Deployment of a real nginx with these locations, its Service and its configuration. */
export function nginxPart(cluster: Cluster, name: string, locations: string, labels = { app: name }): object[] {
  const [, image] = cluster.images.nginx;
  const container = {
    name: 'nginx',
    image,
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'files', mountPath: '/etc/nginx/nginx.conf', subPath: 'nginx.conf' }],
  };
  const volumes = [{ name: 'files', configMap: { name: `${name}-nginx` } }];
  const pods = { automountServiceAccountToken: false, containers: [container], volumes };
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${name}-nginx` },
      data: { 'nginx.conf': conf(locations) },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pods } },
    },
    service(name, labels),
  ];
}

function conf(locations: string): string {
  return `user www-data;
daemon off;
error_log stderr;
pid /run/nginx.pid;
events {}
http {
  access_log off;
  server {
    listen 8080;
    absolute_redirect off;
    location = /ready { return 200; }
${locations}
  }
}
`;
}
