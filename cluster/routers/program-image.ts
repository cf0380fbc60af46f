import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { programsOf } from '../build.ts';
import type { Build } from '../builds.ts';
import { imageTar } from '../image-tar.ts';
import { run } from '../steps.ts';
import type { RouterImage } from './router.ts';

/** An image of one static program that `build` makes, which is on its PATH. Both are called `name`. */
export function programImage(name: string, version: string, build: Build): RouterImage {
  return {
    name,
    title: `the image of ${build.title}`,
    builds: [build],
    sources: ['routers/program-image.ts'],
    make: async (place, programs) => {
      const root = join(place, `${name}.image`);
      await mkdir(root);
      const [program = name] = programsOf(build);
      await copyFile(programs(program), join(root, name));
      const reference = `localhost/${name}:${version}`;
      await imageTar(place, reference, root, { Entrypoint: [`/${name}`], Env: ['PATH=/'] });
      await run('rm', ['-rf', root]);
      return reference;
    },
  };
}
