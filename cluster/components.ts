import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NAMES } from './builds.ts';
import { kubeconfig } from './certificates.ts';
import { BRIDGE, CNI, containerd, corefile, kubelet, kubeProxy } from './node.ts';
import type { Built } from './parts.ts';
import { onDemand, pipeOf } from './routers/pipe.ts';
import { ROUTER_LIST } from './routers/registry.ts';
import { traefikFlags } from './routers/traefik.ts';

/** Inside the namespace every cluster has the same addresses; nothing of it is seen outside. */
const API = 'https://127.0.0.1:6443';
const ETCD = 'http://127.0.0.1:2379';

/** Where the host's ports lead to, in this order: the API server, the proxy, and each router that can be opened. */
export const FORWARDED: readonly string[] = [
  '127.0.0.1:6443',
  '127.0.0.1:80',
  '127.0.0.1:443',
  ...ROUTER_LIST.flatMap(([, { http, https }]) => [http, https]),
];

/** The file that, once it is there, lets what needs a ready API server start. */
export const GO = 'api-ready';

/** Writes every component's configuration and `components.sh`, which starts them. */
export function writeComponents(folder: string, cgroup: string, { parts, programs }: Built): void {
  for (const name of ['logs', 'ended', 'config', 'cni']) mkdirSync(join(folder, name), { recursive: true });
  const at = (name: string) => join(folder, name);
  const write = (name: string, value: unknown) => {
    writeFileSync(at(name), typeof value === 'string' ? value : JSON.stringify(value, null, 2));
    return at(name);
  };
  const admin = write('config/admin.kubeconfig', kubeconfig(at('pki'), 'admin', API));
  const node = write('config/node.kubeconfig', kubeconfig(at('pki'), 'node', API));
  write('cni/10-bridge.conflist', CNI);
  const files = {
    containerd: write('config/containerd.toml', containerd(folder)),
    kubelet: write('config/kubelet.yaml', kubelet(folder, cgroup)),
    proxy: write('config/kube-proxy.yaml', kubeProxy(admin)),
    audit: write('config/audit.yaml', AUDIT),
    names: write('config/Corefile', corefile(admin)),
  };
  const go = at(GO);
  const lines = [
    start('etcd', '-', [programs('server'), ...etcd(at('etcd'))]),
    start('containerd', '-', ['containerd', '--config', files.containerd]),
    start('kube-apiserver', '-', [programs('kube-apiserver'), ...apiServer(folder, files.audit)]),
    start('kubelet', '/run/containerd/containerd.sock', [
      programs('kubelet'),
      `--config=${files.kubelet}`,
      `--kubeconfig=${node}`,
      '--hostname-override=node1',
      `--root-dir=${at('kubelet')}`,
    ]),
    start('kube-scheduler', '-', [
      programs('kube-scheduler'),
      `--kubeconfig=${admin}`,
      `--authentication-kubeconfig=${admin}`,
      `--authorization-kubeconfig=${admin}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
    ]),
    start('kube-controller-manager', go, [programs('kube-controller-manager'), ...controllerManager(folder, admin)]),
    start('kube-proxy', go, [programs('kube-proxy'), `--config=${files.proxy}`, '--hostname-override=node1']),
    start('traefik', go, ['env', `KUBECONFIG=${admin}`, programs('traefik'), ...TRAEFIK]),
  ];
  if (parts.builds.includes(NAMES)) {
    lines.push(start('coredns', go, [programs('coredns'), '-conf', files.names]));
    for (const [name, { process }] of ROUTER_LIST) {
      if (process === undefined) continue;
      const command = ['env', `KUBECONFIG=${admin}`, ...process(programs)];
      lines.push(start(name, go, onDemand(pipeOf(folder, name), command)));
    }
  }
  write('components.sh', `${lines.join('\n')}\n`);
}

function start(name: string, after: string, command: readonly string[]): string {
  return ['start', name, after, ...command].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}

function etcd(data: string): string[] {
  return [
    `--data-dir=${data}`,
    `--listen-client-urls=${ETCD}`,
    `--advertise-client-urls=${ETCD}`,
    '--listen-peer-urls=http://127.0.0.1:2380',
    '--initial-advertise-peer-urls=http://127.0.0.1:2380',
    '--initial-cluster=default=http://127.0.0.1:2380',
    // The state is thrown away with the cluster, so nothing is gained by waiting for the disk.
    '--unsafe-no-fsync',
  ];
}

function apiServer(folder: string, audit: string): string[] {
  const pki = (name: string) => join(folder, 'pki', name);
  return [
    `--etcd-servers=${ETCD}`,
    '--bind-address=0.0.0.0',
    `--advertise-address=${BRIDGE}`,
    '--secure-port=6443',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=Node,RBAC',
    `--client-ca-file=${pki('ca.crt')}`,
    `--tls-cert-file=${pki('server.crt')}`,
    `--tls-private-key-file=${pki('server.key')}`,
    `--kubelet-client-certificate=${pki('admin.crt')}`,
    `--kubelet-client-key=${pki('admin.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${pki('tokens.key')}`,
    `--service-account-signing-key-file=${pki('tokens.key')}`,
    `--audit-policy-file=${audit}`,
    `--audit-log-path=${join(folder, 'audit.log')}`,
    '--audit-log-mode=blocking',
    '--audit-log-maxsize=4096',
    '--profiling=false',
  ];
}

function controllerManager(folder: string, admin: string): string[] {
  const controllers = [
    'deployment',
    'replicaset',
    'statefulset',
    'daemonset',
    'endpointslice',
    'serviceaccount',
    'root-ca-certificate-publisher',
    'job',
    'cronjob',
    'disruption',
    'namespace',
    'garbage-collector',
    'resourcequota',
    'node-lifecycle',
    'pod-garbage-collector',
    'horizontal-pod-autoscaler',
    'persistentvolume-binder',
  ];
  return [
    `--kubeconfig=${admin}`,
    `--authentication-kubeconfig=${admin}`,
    `--authorization-kubeconfig=${admin}`,
    `--root-ca-file=${join(folder, 'pki', 'ca.crt')}`,
    `--service-account-private-key-file=${join(folder, 'pki', 'tokens.key')}`,
    '--use-service-account-credentials=false',
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    `--controllers=${controllers.map((name) => `${name}-controller`).join(',')}`,
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--horizontal-pod-autoscaler-sync-period=2s',
  ];
}

/**
 * The ingress-nginx provider with its defaults, the throttle of 2 s among them; and, for class `plain`, the provider that
 * reads none of the annotations of ingress-nginx.
 */
const TRAEFIK = [
  ...traefikFlags(80, 443),
  '--providers.kubernetesingressnginx=true',
  '--providers.kubernetesingressnginx.publishstatusaddress=127.0.0.1',
  '--providers.kubernetesingress=true',
  '--providers.kubernetesingress.ingressclass=plain',
  '--providers.kubernetesingress.ingressendpoint.ip=127.0.0.1',
  '--providers.kubernetesingress.throttleduration=2s',
];

const AUDIT = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};
