import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildPrograms, once, sourcesOf } from '../build.ts';
import { cacheFolder } from '../folders.ts';
import { type Log, step } from '../steps.ts';
import { ROUTERS, type RouterName } from './registry.ts';
import type { Router, RouterImage } from './router.ts';

/** The images of a router: files to import, and the references that its pods use. */
export interface RouterImages {
  readonly tars: readonly string[];
  readonly reference: (image: string) => string;
}

/** Builds the programs and images of a router that are not in the cache yet. */
export async function buildRouter(name: RouterName, log: Log): Promise<RouterImages> {
  const router: Router = ROUTERS[name];
  const tars: string[] = [];
  const references = new Map<string, string>();
  for (const image of router.images) {
    const folder = await makeImage(image, log);
    references.set(image.name, await readFile(join(folder, 'reference'), 'utf8'));
    const files = await readdir(folder);
    tars.push(...files.filter((file) => file.endsWith('.tar')).map((file) => join(folder, file)));
  }
  return {
    tars,
    reference: (image) => {
      const reference = references.get(image);
      if (reference === undefined) throw new Error(`${router.title} has no image ${image}`);
      return reference;
    },
  };
}

/** Another program in the image gives another folder too, since its sources count. Routers may share an image. */
async function makeImage({ name, title, builds, sources, make }: RouterImage, log: Log): Promise<string> {
  const programs = await buildPrograms(log, builds);
  const all = ['image-tar.ts', ...builds.flatMap(sourcesOf), ...sources];
  const folder = cacheFolder(`image-${name}`, all, JSON.stringify(builds));
  await once(folder, `making ${title}`, log, (place) =>
    step(log, `made ${title}`, async () => writeFile(join(place, 'reference'), await make(place, programs))),
  );
  return folder;
}
