import { KubeConfig } from '@kubernetes/client-node';
import { down, upSmall } from '../cluster/cluster.ts';
import { connect, knownContexts } from './kube.ts';
import { Namespace } from './namespace.ts';
import type { Options } from './options.ts';
import type { Stage, Surroundings } from './stage.ts';

const NAME = 'demo';

/** Starts the embedded cluster, which is taken down at the end. */
export async function openEmbedded(options: Options, { log, signal, undo }: Surroundings): Promise<Stage> {
  undo(() => down(NAME));
  const cluster = await upSmall({ name: NAME, keep: options.keep, log }).catch((error: unknown) => {
    const contexts = knownContexts();
    if (contexts.length === 0 || !(error instanceof Error)) throw error;
    const hint = `Your kubeconfig has these contexts: ${contexts.join(', ')}. One of them: npm run demo -- --context NAME`;
    throw new Error(`${error.message}\n${hint}`, { cause: error });
  });
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  const namespace = new Namespace(await connect(config), options.namespace, log, signal);
  await namespace.create();
  return {
    namespace,
    proxy: cluster.proxy,
    ingressClass: 'nginx',
    images: cluster.images.nginx,
    rates: { fresh: 100, kept: 100, preview: 20 },
    failures: () => 0,
    hints: (host) => [
      `curl -H 'Host: ${host}' http://${cluster.proxy}/`,
      `export KUBECONFIG=${cluster.kubeconfig}`,
      `kubectl -n ${options.namespace} get ingress,service,deployment,configmap`,
      `npm run cluster -- down --name ${NAME}   # when you are done`,
    ],
  };
}
