import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, kubectl } from '../cluster/cluster.ts';
import { prepare } from '../harness/action.ts';

/** The same application for both: a Deployment of two pods, a Service, a ConfigMap, and the Ingress that is live. */
export interface Bed {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly host: string;
  readonly folder: string;
  readonly kubeconfig: string;
}

/** A namespace in which the first revision, r0, is live. */
export async function makeBed(cluster: Cluster, namespace: string): Promise<Bed> {
  const folder = mkdtempSync(join(tmpdir(), 'greenpath-bench-'));
  const kubeconfig = await prepare(cluster, namespace);
  writeFileSync(join(folder, 'kubeconfig'), kubeconfig);
  const bed = { cluster, namespace, host: `${namespace}.test`, folder, kubeconfig };
  writeManifests(bed, 'r0', { byHand: true });
  await admin(bed, 'apply', '-f', join(folder, 'r0'));
  await admin(bed, 'rollout', 'status', 'deployment/web-r0');
  return bed;
}

/** Removes the stack of a revision that is no longer live, so that every round begins alike. */
export async function clear(bed: Bed, revision: string): Promise<void> {
  await admin(bed, 'delete', 'deployment,service,configmap', '-l', `stack=${revision}`, '--wait=true');
}

/** Writes the objects of a revision, with the revision in them if it is released by hand. */
export function writeManifests(bed: Bed, revision: string, { byHand = false } = {}): void {
  const { cluster, folder, host } = bed;
  const suffix = byHand ? `-${revision}` : '';
  const pods = { app: 'web', ...(byHand ? { revision } : {}) };
  const meta = { name: `web${suffix}`, labels: { stack: revision } };
  const container = {
    name: 'web',
    image: cluster.images.nginx[0],
    ports: [{ containerPort: 80 }],
    readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'page', mountPath: '/usr/share/nginx/html' }],
  };
  const template = {
    metadata: { labels: pods },
    spec: { containers: [container], volumes: [{ name: 'page', configMap: { name: meta.name } }] },
  };
  const backend = { service: { name: meta.name, port: { number: 80 } } };
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: {
      ingressClassName: 'nginx',
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
  const objects = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta, data: { 'index.html': `${revision}\n` } },
    { apiVersion: 'v1', kind: 'Service', metadata: meta, spec: { selector: pods, ports: [{ port: 80 }] } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta,
      spec: { replicas: 2, selector: { matchLabels: pods }, template },
    },
    ...(revision === 'r0' ? [ingress] : []),
  ];
  writeFolder(join(folder, revision), objects);
}

function writeFolder(folder: string, objects: readonly { kind: string }[]): void {
  mkdirSync(folder, { recursive: true });
  for (const object of objects) writeFileSync(join(folder, `${object.kind}.json`), JSON.stringify(object));
}

function admin(bed: Bed, ...args: string[]): Promise<string> {
  return kubectl(bed.cluster, '-n', bed.namespace, ...args);
}
