import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, kubectl } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import { GATEWAY } from '../../cluster/routers/traefik-gateway.ts';
import { type Outcome, prepare, type RunOptions, runAction } from '../../harness/action.ts';

export type Form = 'classic' | 'split' | 'httproute';

/** A namespace with a live stack of the test application, a host of its own, and the action under the documented Role. */
export interface World {
  readonly namespace: string;
  readonly host: string;
  readonly folder: string;
  readonly kubeconfig: string;
  /** Runs one mode for a revision; `more` are further inputs. */
  run(mode: string, revision: string, more?: Record<string, string>, options?: RunOptions): Promise<Outcome>;
  /** The manifests of the candidate with these container environment variables, and this in the Deployment's `spec`. */
  manifests(environment: Record<string, string>, spec?: object): void;
  kubectl(...args: string[]): Promise<string>;
  end(): Promise<void>;
}

/** The config of a world: identity by header, one quick check, and a settling time that fits the proxy of the tests. */
export const CONFIG =
  'identity: {header: X-Revision}\nchecks: [GET /healthz]\nverify: {passes: 1, interval: 50ms, within: 3s}\nproof: {settle: 2500ms}\n';

/** The settings by which `retire` removes at once all that nobody needs. */
export const RETIRE = { config: `${CONFIG}keep: 0\ndrain: 1s\nretire-applied: true\n` };

/** Makes the world: blue (`web-v1`, revision v1) is applied by kubectl and answers at the host before this returns. */
export async function makeWorld(cluster: Cluster, name: string, form: Form, replicas = 2): Promise<World> {
  const namespace = `e2e-${name}`;
  const host = `${name}.test`;
  const folder = mkdtempSync(join(tmpdir(), 'greenpath-e2e-'));
  const kubeconfig = await prepare(cluster, namespace, groupsFor(cluster, form));
  const inNamespace = (...args: string[]) => kubectl(cluster, '-n', namespace, ...args);
  await apply(cluster, namespace, [
    ...stack(cluster, { suffix: '-v1', labels: { app: 'web', revision: 'v1' }, revision: 'v1', replicas }),
    form === 'httproute'
      ? httpRoute('web', [host], [httpRule('web-v1')], cluster.gateway)
      : ingressRoute(cluster, form, host),
  ]);
  await inNamespace('rollout', 'status', 'deployment/web-v1', '--timeout=60s');
  await untilAnswers(cluster, host, 'v1');
  const world: World = {
    namespace,
    host,
    folder,
    kubeconfig,
    manifests: (environment, spec = {}) => {
      const [service, deployment] = stack(cluster, { revision: '$(REVISION)', replicas, environment });
      const objects = [service, { ...deployment, spec: { ...(deployment as { spec: object }).spec, ...spec } }];
      writeFileSync(join(folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
    },
    run: (mode, revision, more = {}, options = {}) => {
      const file = join(folder, 'web.json');
      const deploys = mode === 'deploy-green' || mode === 'release';
      const text = deploys ? readFileSync(file, 'utf8').replaceAll('$(REVISION)', revision) : '';
      if (text !== '') writeFileSync(join(folder, `${revision}.json`), text);
      const deploy = { manifests: `${revision}.json`, config: CONFIG };
      return runAction(
        {
          mode,
          app: 'web',
          route: form === 'httproute' ? 'httproute/web' : 'ingress/web',
          namespace,
          revision,
          addresses: cluster.proxy,
          timeout: '90s',
          kubeconfig,
          ...(text === '' ? {} : deploy),
          ...more,
        },
        { cwd: folder, ...options },
      );
    },
    kubectl: inNamespace,
    end: async () => {
      await kubectl(cluster, 'delete', 'namespace', namespace, '--wait=false');
    },
  };
  world.manifests({});
  return world;
}

/** The groups whose rules of the Role are comments, and which these routes need. */
function groupsFor({ ingressClass }: Cluster, form: Form): string[] {
  if (form === 'httproute') return ['gateway.networking.k8s.io'];
  return ingressClass === 'traefik' ? ['traefik.io'] : [];
}

/** The cluster as a form of routes sees it: HTTPRoutes have a proxy of their own, which is started if need be. */
export async function clusterOf(cluster: Cluster, form: Form): Promise<Cluster> {
  if (form !== 'httproute') return cluster;
  return openRouter(cluster, 'traefik-gateway');
}

/** One GET through the proxy, whole, over a connection of its own. */
export function ask(
  cluster: Cluster,
  host: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  const [address, port] = cluster.proxy.split(':');
  return new Promise((resolve, reject) => {
    const sent = request({ host: address, port, path, agent: false, headers: { ...headers, host } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Awaits the first answer of `revision` at the host. */
export async function untilAnswers(cluster: Cluster, host: string, revision: string, path = '/'): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const { headers } = await ask(cluster, host, path);
    if (headers['x-revision'] === revision) return;
    if (performance.now() > deadline) throw new Error(`${host}${path} was not answered by ${revision} within 60 s`);
  }
}

/** Applies objects with all rights, as a team's own tools would. */
export async function apply(cluster: Cluster, namespace: string, objects: readonly object[]): Promise<void> {
  const child = spawn(cluster.kubectl, ['--kubeconfig', cluster.kubeconfig, '-n', namespace, 'apply', '-f', '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`kubectl apply failed in ${namespace}`);
}

interface StackShape {
  readonly suffix?: string;
  readonly labels?: Record<string, string>;
  readonly revision: string;
  readonly replicas: number;
  /** More environment variables of the container. */
  readonly environment?: Record<string, string>;
}

function stack(cluster: Cluster, shape: StackShape): object[] {
  const { suffix = '', labels = { app: 'web' }, revision, replicas, environment = {} } = shape;
  const env = Object.entries({ REVISION: revision, DRAIN: '3', ...environment }).map(([name, value]) => ({
    name,
    value,
  }));
  const container = {
    name: 'web',
    image: cluster.images.app,
    env,
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 },
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `web${suffix}` },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `web${suffix}` },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { automountServiceAccountToken: false, containers: [container] } },
      },
    },
  ];
}

/** An HTTPRoute, of one rule unless others are given; on Traefik's Gateway unless another one is. */
export function httpRoute(
  name: string,
  hostnames: string[],
  rules: object[] = [httpRule('web-v1')],
  gateway: object = GATEWAY,
): object {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name },
    spec: { parentRefs: [gateway], hostnames, rules },
  };
}

/** A rule of an HTTPRoute; `more` are its matches, filters and timeouts. */
export function httpRule(service: string, more: object = {}): object {
  return { ...more, backendRefs: [{ name: service, port: 80 }] };
}

function ingressRoute({ ingressClass = 'nginx' }: Cluster, form: Exclude<Form, 'httproute'>, host: string): object {
  const annotations = {
    'nginx.ingress.kubernetes.io/rewrite-target': '/$2',
    'nginx.ingress.kubernetes.io/use-regex': 'true',
  };
  const path =
    form === 'classic' ? { path: '/()(.*)', pathType: 'ImplementationSpecific' } : { path: '/', pathType: 'Prefix' };
  const backend = { service: { name: 'web-v1', port: { number: 80 } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', ...(form === 'classic' ? { annotations } : {}) },
    spec: { ingressClassName: ingressClass, rules: [{ host, http: { paths: [{ ...path, backend }] } }] },
  };
}
