import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cluster, kubectl, proxyAnswers } from './access.ts';
import { boot, failureOf } from './boot.ts';
import { buildPrograms, type Programs } from './build.ts';
import { stateFolder } from './folders.ts';
import { type Images, makeImages } from './images.ts';
import { exclusively } from './lock.ts';
import { installPackages, obstacles } from './packages.ts';
import { type Log, step } from './steps.ts';
import { down, holders } from './teardown.ts';

export { type Admin, type Cluster, kubectl } from './access.ts';
export { down } from './teardown.ts';

/**
 * Starts a cluster, installing and building what is missing, and returns when its node is Ready and its proxy answers.
 * One that runs already under this name is returned as it is. Unless `keep` is set, it ends with this process.
 */
export async function up(options: { name: string; keep?: boolean; log?: Log }): Promise<Cluster> {
  const log = options.log ?? (() => undefined);
  const obstacle = obstacles();
  if (obstacle !== undefined) throw new Error(obstacle);
  await installPackages(log);
  const programs = await buildPrograms(log);
  const images = await makeImages(programs, log);
  return exclusively(stateFolder(options.name), async () => {
    const running = await find(options.name);
    if (running) return running;
    await down(options.name);
    return step(log, `cluster ${options.name} is ready`, () =>
      bootOrDown(options.name, options.keep === true, programs, images),
    );
  });
}

async function bootOrDown(name: string, keep: boolean, programs: Programs, images: Images): Promise<Cluster> {
  try {
    return await boot(name, keep, programs, images);
  } catch (error) {
    const why = failureOf(name);
    await down(name);
    throw why === undefined ? error : new Error(why, { cause: error });
  }
}

/** The cluster of this name if it runs and its API server and proxy answer. */
export async function find(name: string): Promise<Cluster | undefined> {
  const file = join(stateFolder(name), 'cluster.json');
  if (!existsSync(file) || holders(name).length === 0) return undefined;
  const cluster = JSON.parse(readFileSync(file, 'utf8')) as Cluster;
  const answers = await Promise.all([
    proxyAnswers(cluster.proxy),
    kubectl(cluster, 'get', '--raw', '/readyz').then(
      () => true,
      () => false,
    ),
  ]);
  return answers.every(Boolean) ? cluster : undefined;
}
