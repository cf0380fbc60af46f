import type { Cluster } from '../../cluster/cluster.ts';
import { Load } from '../../harness/load.ts';

/** Visitors of a host, for at most so many seconds, over new connections and over one that is kept. */
export function visitorsOf(cluster: Cluster, host: string, seconds: number): Load {
  const identify = (headers: Record<string, unknown>) => String(headers['x-revision']);
  const load = new Load({ proxy: cluster.proxy, host, identify }, seconds);
  load.add({ client: 'fresh', path: '/visit', rate: 40 });
  load.add({ client: 'kept-alive', path: '/visit', rate: 40 });
  return load;
}
