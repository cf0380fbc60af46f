import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, run } from './steps.ts';

/** A one-layer image in docker-archive form (`docker save`'s), which containerd imports. */
export async function imageTar(place: string, reference: string, root: string, config: object): Promise<void> {
  const work = `${root}.tar.d`;
  await mkdir(work);
  await run('tar', [
    '-C',
    root,
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mtime=@0',
    '-cf',
    join(work, 'layer.tar'),
    '.',
  ]);
  const diff = createHash('sha256')
    .update(await readFile(join(work, 'layer.tar')))
    .digest('hex');
  await writeFile(
    join(work, 'config.json'),
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: [`sha256:${diff}`] },
      history: [],
    }),
  );
  await writeFile(
    join(work, 'manifest.json'),
    JSON.stringify([{ Config: 'config.json', RepoTags: [reference], Layers: ['layer.tar'] }]),
  );
  const tar = join(place, `${reference.replaceAll(/[^\w.]+/g, '-')}.tar`);
  await run('tar', ['-C', work, '-cf', tar, 'manifest.json', 'config.json', 'layer.tar']);
  await run('rm', ['-rf', work]);
  if (!(await exists(tar))) throw new Error(`${tar} was not made`);
}
