import { buildPrograms } from './build.ts';
import { RENDERERS, WORKFLOWS } from './builds.ts';
import { build, down, find, up } from './cluster.ts';
import { knownClusters } from './folders.ts';
import { WHOLE } from './parts.ts';

const USAGE = 'usage: npm run cluster -- up | down | status | build [--name NAME]';
const start = performance.now();
const log = (line: string) =>
  console.log(`[${((performance.now() - start) / 1_000).toFixed(1).padStart(6)} s] ${line}`);

async function main([verb, ...rest]: string[]): Promise<void> {
  const name =
    rest[0] === '--name' && /^[a-z0-9-]{1,30}$/.test(rest[1] ?? '')
      ? (rest[1] ?? '')
      : rest.length === 0
        ? 'default'
        : undefined;
  if (name === undefined) throw new Error(USAGE);
  switch (verb) {
    case 'up':
      return startCluster(name);
    case 'down':
      await down(name);
      return log(`cluster ${name} is down, nothing of it is left`);
    case 'status':
      return status();
    case 'build':
      return buildAll();
    default:
      throw new Error(USAGE);
  }
}

async function startCluster(name: string): Promise<void> {
  const cluster = await up({ name, keep: true, log });
  log(`cluster ${name} runs. Proxy: http://${cluster.proxy}`);
  log(`use it: export KUBECONFIG=${cluster.kubeconfig}; ${cluster.kubectl} get pods -A`);
}

async function status(): Promise<void> {
  for (const name of knownClusters()) {
    const cluster = await find(name);
    log(
      cluster
        ? `cluster ${name} runs: API ${cluster.server}, proxy http://${cluster.proxy}, logs in ${cluster.folder}/logs`
        : `cluster ${name} does not run; remains will be removed by up or down`,
    );
  }
  if (knownClusters().length === 0) log('no cluster');
}

/** Everything that a command of this repository builds, so that none builds anything later. */
async function buildAll(): Promise<void> {
  await build(WHOLE, log);
  await buildPrograms(log, [WORKFLOWS, RENDERERS]);
  log('everything is built');
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
