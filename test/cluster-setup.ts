import type { TestProject } from 'vitest/node';
import { type Cluster, down, up } from '../cluster/cluster.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: Cluster;
  }
}

/** One cluster for all test files, which ends with this process; files keep apart by namespace and host. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const name = `test-${process.pid}`;
  const cluster = await up({ name, log: (line) => console.log(line) });
  project.provide('cluster', cluster);
  return () => down(name);
}
