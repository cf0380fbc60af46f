import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How large an application can be: parts of a stack, paths of its live Ingress, and those of them that are the app's. */
export const LARGE = { parts: 200, paths: 300, moved: 40 } as const;

const nameOf = (index: number) => `part-${String(index).padStart(3, '0')}`;

function deployment(name: string, labels: object, image: string, revision: string): object {
  const container = {
    name: 'app',
    image,
    env: [{ name: 'REVISION', value: revision }],
    // Seldom, since hundreds of pods share one node.
    readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 10 },
  };
  const spec = { automountServiceAccountToken: false, terminationGracePeriodSeconds: 5, containers: [container] };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

function service(name: string, selector: object): object {
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector, ports } };
}

/** The manifests of a release: as many Deployments as Services, one pod each. */
export function largeStack(image: string, revision: string): object[] {
  const names = Array.from({ length: LARGE.parts }, (_, index) => nameOf(index));
  return names.flatMap((name) => [service(name, { app: name }), deployment(name, { app: name }, image, revision)]);
}

/** What is live before it: Services that the moved paths name, all of them with the pods of one Deployment. */
export function largeBlue(image: string, host: string): object[] {
  const labels = { app: 'blue', revision: 'v1' };
  const services = Array.from({ length: LARGE.moved }, (_, index) => service(`${nameOf(index)}-v1`, labels));
  return [...services, service('other', labels), deployment('blue', labels, image, 'v1'), largeRoute(host)];
}

/** The paths of the app stand scattered among those of others. */
function largeRoute(host: string): object {
  const every = Math.floor(LARGE.paths / LARGE.moved);
  const paths = Array.from({ length: LARGE.paths }, (_, index) => {
    const own = index % every === 0 && index / every < LARGE.moved;
    const name = own ? `${nameOf(index / every)}-v1` : 'other';
    return { path: `/p${index}`, pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } };
  });
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'large', annotations: { 'nginx.ingress.kubernetes.io/use-regex': 'true' } },
    spec: { ingressClassName: 'nginx', rules: [{ host, http: { paths } }] },
  };
}

/** Follows a process until it ends; the most memory that it had resident, in MiB, as the kernel kept it. */
export function peakMemoryOf(child: ChildProcess): () => number {
  let peak = 0;
  const look = () => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // It has just ended.
    }
  };
  const timer = setInterval(look, 20);
  child.once('close', () => clearInterval(timer));
  return () => peak;
}
