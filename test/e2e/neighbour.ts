import type { Cluster } from '../../cluster/cluster.ts';
import { Load } from '../../harness/load.ts';
import { deployment, service } from './parts.ts';
import { apply, ask, makeWorld, untilAnswers, type World } from './world.ts';

/** A host of a route; undefined for every host. */
export type Host = string | undefined;

/** A world whose live route has the host `mine`, and the route of another application with the host `theirs`. */
export async function makeNeighbours(cluster: Cluster, name: string, mine: Host, theirs: Host): Promise<World> {
  const world = await makeWorld(cluster, name, 'split', 1);
  await world.kubectl('delete', 'ingress', 'web');
  await apply(cluster, world.namespace, [
    deployment(cluster, { name: 'theirs', revision: 'theirs' }),
    service('theirs'),
    route('web', mine, 'web-v1'),
    route('theirs', theirs, 'theirs'),
  ]);
  for (const [host, revision] of [[mine, 'v1'] as const, [theirs, 'theirs'] as const])
    await untilAnswers(cluster, askedAt(host, name), revision);
  return world;
}

/** Ends it when none of its routes is left: one without a host would get the requests of the next test. */
export async function endNeighbours(world: World): Promise<void> {
  await world.kubectl('delete', 'ingress', '--all');
  await world.end();
}

/** A name that a request for `host` can have. */
export function askedAt(host: Host, name: string): string {
  return host?.replace('*', 'any') ?? `any.${name}`;
}

/** Load on the URLs of the other application, at its root and below the preview's path. */
export function loadOn(cluster: Cluster, host: string): Load {
  const load = new Load({ proxy: cluster.proxy, host, identify: (headers) => String(headers['x-revision']) }, 300);
  for (const path of ['/', '/green/x']) load.add({ client: 'fresh', path, rate: 10 });
  return load;
}

/** Who answers at a host. */
export async function whoAnswers(cluster: Cluster, host: string, path: string): Promise<unknown> {
  return (await ask(cluster, host, path)).headers['x-revision'];
}

function route(name: string, host: Host, target: string): object {
  const backend = { service: { name: target, port: { number: 80 } } };
  const http = { paths: [{ path: '/', pathType: 'Prefix', backend }] };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name },
    spec: { ingressClassName: 'nginx', rules: [{ ...(host === undefined ? {} : { host }), http }] },
  };
}
