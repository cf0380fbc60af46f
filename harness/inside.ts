import { readlinkSync } from 'node:fs';
import type { SmallCluster } from '../cluster/access.ts';
import { holders } from '../cluster/teardown.ts';

/** A command that runs the one after it in the network of the cluster, and ends with this process. */
export function insideOf({ name }: Pick<SmallCluster, 'name'>): readonly [string, ...string[]] {
  return ['setpriv', '--pdeathsig', 'KILL', 'nsenter', '-t', `${firstInside(name)}`, '-n'];
}

/** A process whose network is that of the cluster. */
export function firstInside(name: string): number {
  const network = (pid: number | 'self') => readlinkSync(`/proc/${pid}/ns/net`);
  const inside = holders(name).find((pid) => network(pid) !== network('self'));
  if (inside === undefined) throw new Error(`cluster ${name} does not run`);
  return inside;
}
