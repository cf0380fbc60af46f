import type { Cluster } from '../../cluster/cluster.ts';
import type { Client } from '../../harness/clients.ts';
import { isLost, Load } from '../../harness/load.ts';
import { ask } from './world.ts';

/**
 * Visitors of a page of a host, for at most so many seconds, over new connections and over some that are kept. nginx closes these
 * at each reload: there they have to be of visitors who send a request again as browsers do.
 */
export function visitorsOf(
  cluster: Cluster,
  host: string,
  seconds: number,
  keeping: Client = 'kept-alive',
  path = '/visit',
): Load {
  const identify = (headers: Record<string, unknown>) => String(headers['x-revision']);
  const load = new Load({ proxy: cluster.proxy, host, identify }, seconds);
  load.add({ client: 'fresh', path, rate: 40 });
  load.add({ client: keeping, path, rate: 40 });
  return load;
}

/** So many answers in a row that no worker of two nginx with two workers each is left out: 1 in 10^12 otherwise. */
const IN_A_ROW = 100;

/**
 * Awaits that every worker of the proxy knows a host. After a host's first answer, workers of nginx that are about to end
 * still take connections, and another replica may know the host only seconds later.
 */
export async function untilAllKnow(cluster: Cluster, host: string, path = '/'): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (let count = 0; count < IN_A_ROW; ) {
    count = isLost(await ask(cluster, host, path)) ? 0 : count + 1;
    if (performance.now() > deadline)
      throw new Error(`${host}${path} got fewer than ${IN_A_ROW} answers in a row for 60 s`);
  }
}
