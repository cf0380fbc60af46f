import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiIsReady, type Cluster, proxyAnswers, type SmallCluster } from './access.ts';
import { boot, failureOf } from './boot.ts';
import { buildPrograms } from './build.ts';
import { stateFolder } from './folders.ts';
import { makeImages } from './images.ts';
import { exclusively } from './lock.ts';
import { installPackages, obstacles } from './packages.ts';
import { type Built, type Parts, SMALL, WHOLE } from './parts.ts';
import { type Log, step } from './steps.ts';
import { down, holders } from './teardown.ts';

export { type Admin, type Cluster, kubectl } from './access.ts';
export { down } from './teardown.ts';

interface Options {
  readonly name: string;
  readonly keep?: boolean;
  readonly log?: Log;
}

/**
 * Starts a cluster, installing and building what is missing, and returns when its node is Ready and its proxy answers.
 * One that runs already under this name is returned as it is. Unless `keep` is set, it ends with this process.
 */
export async function up(options: Options): Promise<Cluster> {
  const cluster = await start(WHOLE, options);
  if (isWhole(cluster)) return cluster;
  const { name } = options;
  throw new Error(
    `The cluster ${name} runs with the demo's parts only. Remove it first: npm run cluster -- down --name ${name}`,
  );
}

/** The same with no more than the demo needs, which takes less time to build. */
export function upSmall(options: Options): Promise<SmallCluster> {
  return start(SMALL, options);
}

async function start(parts: Parts, { name, keep = false, log = () => undefined }: Options): Promise<SmallCluster> {
  const built = await build(parts, log);
  return exclusively(stateFolder(name), { doing: `starting cluster ${name}`, log }, async () => {
    const running = await find(name);
    if (running) return running;
    await down(name);
    return step(log, `cluster ${name} is ready`, () => bootOrDown(name, keep, built));
  });
}

/** Installs and builds the parts of a cluster that are not there yet. */
export async function build(parts: Parts, log: Log): Promise<Built> {
  const obstacle = obstacles();
  if (obstacle !== undefined) throw new Error(obstacle);
  await installPackages(log);
  const programs = await buildPrograms(log, parts.builds);
  return { parts, programs, images: await makeImages(parts.images, programs, log) };
}

async function bootOrDown(name: string, keep: boolean, built: Built): Promise<SmallCluster> {
  try {
    return await boot(name, keep, built);
  } catch (error) {
    const why = failureOf(name);
    await down(name);
    throw why === undefined ? error : new Error(why, { cause: error });
  }
}

/** The cluster of this name if it runs and its API server and proxy answer. */
export async function find(name: string): Promise<SmallCluster | undefined> {
  const file = join(stateFolder(name), 'cluster.json');
  if (!existsSync(file) || holders(name).length === 0) return undefined;
  const cluster = JSON.parse(readFileSync(file, 'utf8')) as SmallCluster;
  const answers = await Promise.all([proxyAnswers(cluster.proxy), apiIsReady(cluster)]);
  return answers.every(Boolean) ? cluster : undefined;
}

function isWhole(cluster: SmallCluster): cluster is Cluster {
  return 'kubectl' in cluster;
}
