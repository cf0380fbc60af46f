import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Build } from './builds.ts';
import { cacheFolder, SOURCE } from './folders.ts';
import { goBuild } from './go-build.ts';
import { exclusively } from './lock.ts';
import { exists, type Log } from './steps.ts';
import { STUB_MAKER, withStubs } from './stubs.ts';

/** Nobody debugs these programs; without DWARF, compiling them costs a tenth less. */
const FLAGS = ['-mod=mod', '-trimpath', '-gcflags=all=-dwarf=false'];

/** Where each program is: `kube-apiserver` → its path. */
export type Programs = (name: string) => string;

/** Builds what is not in the cache yet, and returns where the programs are. */
export async function buildPrograms(log: Log, builds: readonly Build[]): Promise<Programs> {
  const folders = new Map<string, string>();
  for (const build of builds) {
    const folder = cacheFolder(build.name, sourcesOf(build), JSON.stringify([FLAGS, build]));
    for (const name of programsOf(build)) folders.set(name, folder);
    await once(folder, `building ${build.title}`, log, (place) => make(build, place, log));
  }
  return (name) => {
    const folder = folders.get(name);
    if (folder === undefined) throw new Error(`${name} is none of the programs that were built here`);
    return join(folder, name);
  };
}

async function make(build: Build, place: string, log: Log): Promise<void> {
  const { title, module, packages, variables = {}, stubs = [] } = build;
  const linker = ['-s', '-w', ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)];
  const work = `${place}.sources`;
  log(`building ${title} from Go modules; this is done once …`);
  await goBuild(
    {
      title,
      cwd: join(SOURCE, module),
      modules: (options) => withStubs(stubs, work, options),
      flags: [...FLAGS, `-ldflags=${linker.join(' ')}`, '-o', `${place}/`],
      packages,
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' },
    },
    log,
  );
  await rm(work, { recursive: true, force: true });
}

/** The files that a build is made from, relative to this folder. */
export function sourcesOf({ module, sources, stubs = [] }: Build): string[] {
  const files = ['go.mod', 'go.sum', ...sources].map((file) => join(module, file));
  return stubs.length > 0 ? [...files, STUB_MAKER] : files;
}

/** A command is called like its folder, less a folder that is the major version. */
export function programsOf({ packages }: Build): string[] {
  return packages.map(
    (name) =>
      name
        .replace(/\/v\d+$/, '')
        .split('/')
        .at(-1) ?? name,
  );
}

/**
 * Makes `folder` by `make`, which gets a place beside it, unless it is there. Two processes do not make it twice: one
 * waits, and says that the other is `doing` it.
 */
export async function once(
  folder: string,
  doing: string,
  log: Log,
  make: (place: string) => Promise<void>,
): Promise<void> {
  if (await exists(folder)) return;
  await exclusively(folder, { doing, log }, async () => {
    if (await exists(folder)) return;
    const place = `${folder}.new`;
    await rm(place, { recursive: true, force: true });
    await mkdir(place, { recursive: true });
    await make(place);
    await rename(place, folder);
  });
}
