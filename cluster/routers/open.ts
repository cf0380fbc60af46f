import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cluster, kubectl, proxyAnswers } from '../access.ts';
import { failureOf } from '../boot.ts';
import { goModuleFolder } from '../go-module.ts';
import { importImages } from '../import-images.ts';
import { exclusively } from '../lock.ts';
import { type Log, until } from '../steps.ts';
import { buildRouter, type RouterImages } from './build.ts';
import { pipeOf } from './pipe.ts';
import { ROUTERS, type RouterName } from './registry.ts';
import type { Definitions, Router, Site } from './router.ts';

interface Options {
  /** How many pods of the proxy serve. */
  readonly replicas?: number;
  readonly log?: Log;
}

/**
 * Adds a router to a cluster, building and importing what it needs, and returns the cluster as it is seen through this
 * router, which answers then. One that is open already is left as it is, unless it has another number of replicas.
 */
export async function openRouter(cluster: Cluster, name: RouterName, options: Options = {}): Promise<Cluster> {
  const { replicas = 1, log = () => undefined } = options;
  const doors = cluster.routers[name];
  if (doors === undefined) throw new Error(`cluster ${cluster.name} was started before it could have ${name}`);
  const { title, gateway, ingressClass }: Router = ROUTERS[name];
  const seen: Cluster = { ...cluster, ...doors, gateway, ingressClass };
  const images = await buildRouter(name, log);
  await exclusively(`${cluster.folder} ${name}`, { doing: `starting ${title}`, log }, async () => {
    const note = join(cluster.folder, `router-${name}`);
    if (existsSync(note) && readFileSync(note, 'utf8') === `${replicas}`) return;
    await install(seen, name, images, replicas);
    writeFileSync(note, `${replicas}`);
  });
  return seen;
}

async function install(cluster: Cluster, name: RouterName, images: RouterImages, replicas: number): Promise<void> {
  const router: Router = ROUTERS[name];
  await importImages(cluster.folder, images.tars);
  for (const definitions of router.definitions) await define(cluster, definitions);
  const site: Site = { pki: join(cluster.folder, 'pki'), reference: images.reference, replicas };
  const file = join(cluster.folder, `router-${name}.json`);
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: await router.objects(site) }));
  await kubectl(cluster, 'apply', '-f', file);
  const pipe = pipeOf(cluster.folder, name);
  if (router.process !== undefined && existsSync(pipe)) writeFileSync(pipe, 'now\n');
  for (const command of router.ready) await untilWell(cluster, command);
  await until(`${router.title} answers`, 60, async () => {
    const why = failureOf(cluster.name);
    if (why !== undefined) throw new Error(why);
    return proxyAnswers(cluster.proxy);
  });
}

/** Runs a command of kubectl until it ends well. */
async function untilWell(cluster: Cluster, command: readonly string[]): Promise<void> {
  let failure: unknown;
  const tried = until('a router is ready', 180, () =>
    kubectl(cluster, ...command).then(
      () => true,
      (error) => {
        failure = error;
        return false;
      },
    ),
  );
  await tried.catch((error) => {
    throw new Error(`kubectl ${command.join(' ')} did not end well`, { cause: failure ?? error });
  });
}

async function define(cluster: Cluster, { module, folder, only = ['.yaml'] }: Definitions): Promise<void> {
  const place = join(await goModuleFolder(module), folder);
  const files = readdirSync(place).filter((file) => only.some((end) => file.endsWith(end)));
  const paths = files.flatMap((file) => ['-f', join(place, file)]);
  const applied = await kubectl(cluster, 'apply', '--server-side', '-o', 'name', ...paths);
  const names = applied.split('\n').filter((line) => line.startsWith('customresourcedefinition'));
  await kubectl(cluster, 'wait', ...names, '--for=condition=Established', '--timeout=60s');
}
