import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cluster, kubectl, proxyAnswers } from './access.ts';
import { failureOf } from './boot.ts';
import { GATEWAY_PIPE, GATEWAY_PORT } from './components.ts';
import { SOURCE } from './folders.ts';
import { exclusively } from './lock.ts';
import { run, until } from './steps.ts';

/** The module that holds the CRDs; Traefik needs it too, in this version. */
const MODULE = 'sigs.k8s.io/gateway-api';
/** What Traefik waits for; the other CRDs of the standard channel are not used here. */
const WATCHED = [
  'backendtlspolicies',
  'gatewayclasses',
  'gateways',
  'grpcroutes',
  'httproutes',
  'referencegrants',
  'tlsroutes',
];

/** The Gateway of every cluster, in a namespace of its own; routes of all namespaces may attach. */
export const GATEWAY = { namespace: 'gateways', name: 'public' } as const;

/**
 * Installs the CRDs of Gateway API, creates a Gateway, and starts Traefik as its implementation. Returns when it
 * answers, at `cluster.gateway`. Called again, it does nothing.
 */
export function openGateway(cluster: Cluster): Promise<void> {
  const waiting = { doing: 'starting the Gateway', log: () => undefined };
  return exclusively(`${cluster.folder} gateway`, waiting, async () => {
    const pipe = join(cluster.folder, GATEWAY_PIPE);
    if (existsSync(pipe)) {
      await installCrds(cluster);
      const file = join(cluster.folder, 'gateway.json');
      writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: OBJECTS }));
      await kubectl(cluster, 'apply', '-f', file);
      writeFileSync(pipe, 'now\n');
    }
    await untilServing(cluster);
  });
}

async function untilServing(cluster: Cluster): Promise<void> {
  await until('the Gateway answers', 60, async () => {
    const why = failureOf(cluster.name);
    if (why !== undefined) throw new Error(why);
    return proxyAnswers(cluster.gateway);
  });
  const { namespace, name } = GATEWAY;
  await kubectl(cluster, '-n', namespace, 'wait', `gateway/${name}`, '--for=condition=Programmed', '--timeout=60s');
}

async function installCrds(cluster: Cluster): Promise<void> {
  const cwd = join(SOURCE, 'modules', 'cluster');
  const printed = await run('go', ['mod', 'download', '-json', MODULE], { cwd });
  const folder = join((JSON.parse(printed) as { Dir: string }).Dir, 'config', 'crd', 'standard');
  const files = readdirSync(folder).filter((file) => WATCHED.some((name) => file.endsWith(`_${name}.yaml`)));
  const crds = WATCHED.map((name) => `crd/${name}.gateway.networking.k8s.io`);
  await kubectl(cluster, 'apply', '--server-side', ...files.flatMap((file) => ['-f', join(folder, file)]));
  await kubectl(cluster, 'wait', ...crds, '--for=condition=Established', '--timeout=60s');
}

const OBJECTS = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: GATEWAY.namespace } },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'traefik' },
    spec: { controllerName: 'traefik.io/gateway-controller' },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: GATEWAY,
    spec: {
      gatewayClassName: 'traefik',
      listeners: [
        { name: 'web', protocol: 'HTTP', port: GATEWAY_PORT, allowedRoutes: { namespaces: { from: 'All' } } },
      ],
    },
  },
];
