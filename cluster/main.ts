import { parseArgs } from 'node:util';
import { buildPrograms } from './build.ts';
import { RENDERERS, WORKFLOWS } from './builds.ts';
import { build, down, find, up } from './cluster.ts';
import { knownClusters } from './folders.ts';
import { WHOLE } from './parts.ts';
import { buildRouter } from './routers/build.ts';
import { openRouter } from './routers/open.ts';
import { isRouterName, ROUTER_LIST, type RouterName } from './routers/registry.ts';

const USAGE = 'usage: npm run cluster -- up | down | status | build [--name NAME] [--router NAME]…';
const start = performance.now();
const log = (line: string) =>
  console.log(`[${((performance.now() - start) / 1_000).toFixed(1).padStart(6)} s] ${line}`);

interface Options {
  readonly name: string;
  readonly routers: readonly RouterName[];
}

async function main([verb, ...rest]: string[]): Promise<void> {
  const { name, routers } = read(rest);
  switch (verb) {
    case 'up':
      return startCluster(name, routers);
    case 'down':
      await down(name);
      return log(`cluster ${name} is down, nothing of it is left`);
    case 'status':
      return status();
    case 'build':
      return buildAll(routers);
    default:
      throw new Error(USAGE);
  }
}

function read(args: string[]): Options {
  const options = { name: { type: 'string', default: 'default' }, router: { type: 'string', multiple: true } } as const;
  const { values } = parseArgs({ args, options });
  const { name, router: routers = [] } = values;
  if (!/^[a-z0-9-]{1,30}$/.test(name)) throw new Error(USAGE);
  return { name, routers: routers.map(routerOf) };
}

function routerOf(name: string): RouterName {
  if (isRouterName(name)) return name;
  throw new Error(`There is no router ${name}. There are: ${ROUTER_LIST.map(([one]) => one).join(', ')}`);
}

async function startCluster(name: string, routers: readonly RouterName[]): Promise<void> {
  for (const router of routers) await buildRouter(router, log);
  const cluster = await up({ name, keep: true, log });
  log(`cluster ${name} runs. Proxy: http://${cluster.proxy}`);
  for (const router of routers)
    log(`router ${router} serves: http://${(await openRouter(cluster, router, { log })).proxy}`);
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

/** Everything that a command of this repository builds, so that none builds anything later; of routers, these. */
async function buildAll(routers: readonly RouterName[]): Promise<void> {
  await build(WHOLE, log);
  await buildPrograms(log, [WORKFLOWS, RENDERERS]);
  for (const router of routers) await buildRouter(router, log);
  log('everything is built');
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
