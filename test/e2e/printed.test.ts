import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { kubectl } from '../../cluster/cluster.ts';
import { prepare, runAction } from '../../harness/action.ts';
import { observe, snapshot, writesIn } from './observe.ts';
import { apply } from './world.ts';

/** The example as it was first printed and is copied since: one run names every fault, with the corrected lines. */

const cluster = inject('cluster');
const namespace = 'cluster-printed';
const folder = mkdtempSync(join(tmpdir(), 'greenpath-printed-'));
const inNamespace = (...args: string[]) => kubectl(cluster, '-n', namespace, ...args);
let kubeconfig: string;

beforeAll(async () => {
  kubeconfig = await prepare(cluster, namespace);
  writeFileSync(join(folder, 'nginx.yaml'), [side('v1.22.0', 'blue'), side('v1.24.0', 'green')].join('---\n'));
  writeFileSync(join(folder, 'ingress.yaml'), ingress('nginx-v1.22.0', 'nginx-v1.24.0'));
});
afterAll(() => kubectl(cluster, 'delete', 'namespace', namespace, '--wait=false'));

function side(revision: string, colour: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: nginx-${revision}
  labels: {app: nginx, revision: ${revision}}
spec:
  selector: {app: nginx, revision: ${revision}}
  ports: [{name: nginx-80, protocol: TCP, port: 80, targetPort: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx-${revision}
  labels: {app: nginx, revision: ${revision}}
spec:
  replicas: 1
  selector:
    matchLabels: {app: nginx, revision: ${revision}}
  template:
    metadata:
      labels: {app: nginx, revision: ${revision}}
    spec:
      serviceAccountName: nginx
      containers:
      - name: nginx
        image: nginx:${revision.slice(1)}
        envFrom: [{configMapRef: {name: nginx-config}}]
    volumeMounts:
    - {name: page, mountPath: /usr/share/nginx/html/index.html, subPath: ${colour}}
  volumes:
  - {name: page, configMap: {name: nginx-config}}
`;
}

function ingress(blue: string, green: string): string {
  const path = (at: string, name: string) =>
    `      - path: ${at}\n        pathType: ImplementationSpecific\n        backend: {service: {name: ${name}, port: {number: 80}}}\n`;
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: nginx
  labels: {app: nginx}
  annotations:
    nginx.ingress.kubernetes.io/rewrite-target: /$2
    nginx.ingress.kubernetes.io/use-regex: "true"
spec:
  ingressClassName: nginx
  rules:
  - host: printed.test
    http:
      paths:
${path('/*', blue)}${path('/green(/|$)(.*)', green)}`;
}

const deploy = (manifests: string) =>
  observe(namespace, () =>
    runAction(
      {
        mode: 'deploy-green',
        route: 'ingress/nginx',
        namespace,
        revision: 'v1.24.0',
        manifests,
        addresses: cluster.proxy,
        kubeconfig,
      },
      { cwd: folder },
    ),
  );

const faults = [
  'name: nginx-v1-24-0',
  'volumeMounts is outside of the container',
  "volumes is outside of the pod's spec",
  'path: /()(.*)',
  'needs ServiceAccount nginx, which is neither in the manifests nor in the namespace',
  'needs ConfigMap nginx-config, which is neither in the manifests nor in the namespace',
];

test('a new user applies nothing and runs it: all faults, although the cluster took no such Ingress', async () => {
  const before = await snapshot(inNamespace);
  const run = await deploy('*.yaml');
  expect(run.exitCode).toBe(1);
  for (const fault of faults) expect.soft(run.stdout).toContain(fault);
  expect.soft(run.stdout).toContain('[classic-form]');
  expect(writesIn(run)).toEqual([]);
  expect(await snapshot(inNamespace)).toEqual(before);
});

test('the Ingress is in the cluster and not in the manifests: its fault is named in the same run', async () => {
  writeFileSync(join(folder, 'live.yaml'), ingress('nginx-v1-22-0', 'nginx-v1-24-0'));
  await inNamespace('apply', '-f', join(folder, 'live.yaml'));
  await apply(cluster, namespace, [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'nginx-v1-22-0', labels: { app: 'nginx', revision: 'v1.22.0' } },
      spec: { selector: { app: 'nginx', revision: 'v1.22.0' }, ports: [{ port: 80 }] },
    },
  ]);
  const before = await snapshot(inNamespace);
  const run = await deploy('nginx.yaml');
  expect(run.exitCode).toBe(1);
  for (const fault of faults) expect.soft(run.stdout).toContain(fault);
  expect.soft(run.stdout).toContain('[classic-form]');
  expect(writesIn(run)).toEqual([]);
  expect(await snapshot(inNamespace)).toEqual(before);
});
