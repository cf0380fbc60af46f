import type { Log } from '../cluster/steps.ts';
import { connect, isLocal, type Kube, readKubeconfig } from './kube.ts';
import { Namespace } from './namespace.ts';
import type { Options } from './options.ts';
import { PortForward } from './port-forward.ts';
import { findRouter, OWN_CLASS, OWN_PORT, officialImage, ownRouter, type RouterPod, statusFor } from './router.ts';
import type { Stage, Surroundings } from './stage.ts';

/** A port that leads to a router of the cluster. */
interface Way {
  readonly router: RouterPod;
  readonly forward: PortForward;
}

/** Says what it will create in the user's cluster, prepares the namespace, and opens a port that leads to a router. */
export async function openOwnCluster(options: Options, surroundings: Surroundings): Promise<Stage> {
  const { log, signal, undo } = surroundings;
  const config = readKubeconfig(options.context);
  const server = config.getCurrentCluster();
  if (options.context === undefined && server !== null && !isLocal(server)) {
    const context = config.getCurrentContext();
    throw new Error(
      `Context "${context}" is not on this machine (${server.server}). If you mean it: npm run demo -- --context ${context}`,
    );
  }
  const kube = await connect(config);
  const namespace = new Namespace(kube, options.namespace, log, signal);
  const isLeft = await namespace.isLeft();
  const present = await openPresent(kube);
  undo(() => present?.forward.close());
  const image = options.routerImage ?? officialImage();
  say(log, options, kube, { isLeft, present: present?.router.title, image });
  undo(() => namespace.remove());
  await namespace.create();
  const { router, forward } = present ?? (await openOwn(kube, namespace, image));
  undo(() => forward.close());
  log(`port-forward: ${forward.address} leads to pod ${router.pod}, port ${router.port}`);
  const kubectl = `kubectl --context ${kube.context} -n ${namespace.name}`;
  return {
    namespace,
    proxy: forward.address,
    ingressClass: router.ingressClass,
    images: options.images,
    // Each new connection is another request to the API server, which is somebody's.
    rates: { fresh: 5, kept: 100, preview: 5 },
    failures: () => forward.failures,
    hints: (host) => [
      `kubectl --context ${kube.context} -n ${router.namespace} port-forward pod/${router.pod} 8000:${router.port} &`,
      `curl -H 'Host: ${host}' http://127.0.0.1:8000/`,
      `${kubectl} get ingress,service,deployment,configmap`,
      `kubectl --context ${kube.context} delete namespace ${namespace.name}   # when you are done`,
    ],
  };
}

function say(
  log: Log,
  options: Options,
  kube: Kube,
  { isLeft, present, image }: { isLeft: boolean; present: string | undefined; image: string },
): void {
  const { namespace, images } = options;
  log(`cluster: context ${kube.context}, ${kube.server}, Kubernetes ${kube.version}`);
  log(`router: ${present ?? `no known router answers, so the demo starts Traefik (${image})`}`);
  if (isLeft) log(`removes namespace ${namespace} of an earlier demo first`);
  log(
    `creates namespace ${namespace}, and in it: two versions of nginx (${images.join(', ')}), an Ingress, an account with the Role of docs/role.yaml${present === undefined ? ', Traefik with a Role of its own' : ''}. It creates nothing outside of that namespace`,
  );
  log(
    options.keep
      ? 'the namespace stays at the end, since --keep was given'
      : 'the namespace is removed at the end, also after Ctrl-C',
  );
}

/** A port that leads to a router of the cluster that answers; undefined if there is none. */
async function openPresent(kube: Kube): Promise<Way | undefined> {
  const router = await findRouter(kube);
  if (router === undefined) return undefined;
  const forward = await PortForward.open(kube.config, router);
  if ((await statusFor(forward.address, 'greenpath.invalid')) !== undefined) return { router, forward };
  forward.close();
  return undefined;
}

/** Starts Traefik in the demo's namespace. */
async function openOwn(kube: Kube, namespace: Namespace, image: string): Promise<Way> {
  await namespace.apply(ownRouter(namespace.name, image));
  const pod = (await namespace.readyPod('app=traefik')).metadata?.name ?? '';
  const router = { title: 'Traefik', ingressClass: OWN_CLASS, namespace: namespace.name, pod, port: OWN_PORT };
  return { router, forward: await PortForward.open(kube.config, router) };
}
