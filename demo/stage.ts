import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { type Cluster, down, up } from '../cluster/cluster.ts';
import { type Log, run, until } from '../cluster/steps.ts';

/** Where the demo plays: the embedded cluster, or one of the user's. */
export interface Stage extends Pick<Cluster, 'kubeconfig' | 'kubectl' | 'proxy' | 'folder'> {
  readonly images: Pick<Cluster['images'], 'nginx'>;
  readonly embedded: boolean;
  apply(namespace: string, yaml: string): Promise<void>;
  /** Awaits the first 200 for the host, once the pods are there. */
  waitForAnswer(namespace: string, host: string): Promise<void>;
  /** Removes what the demo made. */
  close(namespace: string): Promise<void>;
}

const OWN = `KUBECONFIG is set, so the demo uses your cluster. It needs:
  DEMO_PROXY=127.0.0.1:PORT    where its router for class nginx answers, for example by kubectl port-forward
  DEMO_IMAGES="OLD NEW"        two nginx images it can pull (default: nginx:1.22.1 nginx:1.26.3)
and kubectl on the PATH.`;

/** Starts the embedded cluster, or takes the one that KUBECONFIG names. */
export async function openStage(log: Log, keep: boolean): Promise<Stage> {
  const { KUBECONFIG, DEMO_PROXY, DEMO_IMAGES } = process.env;
  if (KUBECONFIG === undefined || KUBECONFIG === '') {
    const cluster = await up({ name: 'demo', keep, log });
    return { ...cluster, embedded: true, ...actions(cluster), close: () => down('demo') };
  }
  if (!/^127\.0\.0\.1:\d+$/.test(DEMO_PROXY ?? '')) throw new Error(OWN);
  const [older = 'nginx:1.22.1', newer = 'nginx:1.26.3'] = (DEMO_IMAGES ?? '').split(' ').filter((name) => name !== '');
  const own = {
    kubeconfig: KUBECONFIG,
    kubectl: 'kubectl',
    proxy: DEMO_PROXY ?? '',
    folder: '.cache',
    images: { nginx: [older, newer] as const },
  };
  const close = async (namespace: string) => {
    await run('kubectl', ['--kubeconfig', KUBECONFIG, 'delete', 'namespace', namespace]);
  };
  return { ...own, embedded: false, ...actions(own), close };
}

function actions(cluster: Pick<Cluster, 'kubectl' | 'kubeconfig' | 'proxy'>): Pick<Stage, 'apply' | 'waitForAnswer'> {
  const base = ['--kubeconfig', cluster.kubeconfig];
  return {
    apply: async (namespace, yaml) => {
      const child = spawn(cluster.kubectl, [...base, '-n', namespace, 'apply', '-f', '-'], {
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      child.stdin.end(yaml);
      const [status] = await once(child, 'close');
      if (status !== 0) throw new Error('kubectl apply failed');
    },
    waitForAnswer: async (namespace, host) => {
      await run(cluster.kubectl, [...base, '-n', namespace, 'rollout', 'status', 'deployment', '--timeout=120s']);
      await until(`${host} answers`, 60, () => answers(cluster.proxy, host));
    },
  };
}

function answers(proxy: string, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(`http://${proxy}/`, { agent: false, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
  });
}
