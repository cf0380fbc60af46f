import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, down, kubectl, up } from '../cluster/cluster.ts';
import { table } from '../demo/load-view.ts';
import { prepare, runAction } from '../harness/action.ts';
import { LARGE, largeBlue, largeStack, peakMemoryOf } from '../harness/large.ts';
import { audited, clock, type Spread, spread, timed } from './measure.ts';

/**
 * Measures what it takes to have hundreds of objects accepted: by kubectl apply as a whole process, and by deploy-green
 * from its start to the answer to the last of its writes of these objects. In turns, each into an empty cluster.
 */

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const HOST = 'hundreds.test';
const KINDS = ['services', 'deployments'];

async function main(): Promise<void> {
  const name = `bench-${process.pid}`;
  const cluster = await up({ name, log: (line) => console.log(line) });
  const figures = { kubectl: [] as number[], action: [] as number[], ready: [] as number[], memory: [] as number[] };
  try {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const turns = [
        async () => figures.kubectl.push(await byKubectl(cluster, `large-kubectl-${round}`)),
        async () => {
          const { applied, ready, memory } = await byAction(cluster, `large-action-${round}`);
          figures.action.push(applied);
          figures.ready.push(ready);
          figures.memory.push(memory);
        },
      ];
      for (const turn of round % 2 === 1 ? turns : turns.toReversed()) await turn();
      console.log(`round ${round} of ${ROUNDS}`);
    }
  } finally {
    await down(name);
  }
  report(figures);
}

async function byKubectl(cluster: Cluster, namespace: string): Promise<number> {
  await kubectl(cluster, 'create', 'namespace', namespace);
  const file = join(mkdtempSync(join(tmpdir(), 'greenpath-bench-')), 'large.json');
  writeFileSync(file, list(largeStack(cluster.images.app, 'v2')));
  const cache = join(cluster.folder, 'kubectl');
  const args = ['--kubeconfig', cluster.kubeconfig, '--cache-dir', cache, '-n', namespace, 'apply', '-f', file];
  const { ms, status } = await timed(cluster.kubectl, args);
  if (status !== 0) throw new Error(`kubectl apply ended with ${status}`);
  await kubectl(cluster, '-n', namespace, 'wait', '--for=condition=Available', 'deployment', '--all', '--timeout=9m');
  await empty(cluster, namespace);
  return ms;
}

async function byAction(cluster: Cluster, namespace: string) {
  const kubeconfig = await prepare(cluster, namespace);
  const folder = mkdtempSync(join(tmpdir(), 'greenpath-bench-'));
  writeFileSync(join(folder, 'blue.json'), list(largeBlue(cluster.images.app, HOST)));
  writeFileSync(join(folder, 'large.json'), list(largeStack(cluster.images.app, 'v2')));
  await kubectl(cluster, '-n', namespace, 'apply', '-f', join(folder, 'blue.json'));
  await kubectl(cluster, '-n', namespace, 'rollout', 'status', 'deployment/blue');
  const inputs = {
    mode: 'deploy-green',
    route: 'ingress/large',
    namespace,
    revision: 'v2',
    manifests: 'large.json',
    config: 'identity: {header: X-Revision}\nproof: {settle: 2500ms}\n',
    addresses: cluster.proxy,
    kubeconfig,
  };
  let peak = () => 0;
  const start = clock();
  const { exitCode, stdout } = await runAction(inputs, {
    cwd: folder,
    started: (child) => {
      peak = peakMemoryOf(child);
    },
  });
  if (exitCode !== 0) throw new Error(stdout);
  const ready = clock() - start;
  const writes = audited(cluster.auditLog, namespace, 'greenpath', start).filter(
    ({ verb, resource, dryRun }) => verb === 'patch' && !dryRun && KINDS.includes(resource),
  );
  if (writes.length < 2 * LARGE.parts) throw new Error(`${writes.length} writes in the audit log`);
  await empty(cluster, namespace);
  return { applied: Math.max(...writes.map(({ answered }) => answered)) - start, ready, memory: peak() };
}

function list(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** The next turn begins when the pods of this one are gone. */
async function empty(cluster: Cluster, namespace: string): Promise<void> {
  await kubectl(cluster, 'delete', 'namespace', namespace, '--wait=true', '--timeout=9m');
}

function report({
  kubectl: theirs,
  action,
  ready,
  memory,
}: Record<'kubectl' | 'action' | 'ready' | 'memory', number[]>) {
  const ratio = spread(action.map((ms, round) => ms / (theirs[round] ?? Number.NaN)));
  const seconds = (values: readonly number[]) => text(spread(values.map((ms) => ms / 1_000)));
  console.log(`\n${LARGE.parts} Deployments and Services; median [least–most] of ${theirs.length} rounds\n`);
  console.log(
    table([
      ['what', 'measured', 'at most'],
      ['deploy-green to its last object ÷ kubectl apply', text(ratio), '1'],
      ['kubectl apply, s', seconds(theirs), ''],
      ['deploy-green to its last object, s (dry run of all included)', seconds(action), ''],
      ['deploy-green to the proven preview, s', seconds(ready), ''],
      ['peak memory of deploy-green, MiB', text(spread(memory)), '200'],
    ]),
  );
}

function text({ median, min, max }: Spread): string {
  return `${median.toFixed(2)} [${min.toFixed(2)}–${max.toFixed(2)}]`;
}

await main();
