import { copyFile, cp, mkdir, readdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './steps.ts';

/** What of Debian's packages becomes an image. Paths are absolute. */
export interface Selection {
  readonly suite: string;
  readonly packages: readonly string[];
  /** Programs and libraries that are loaded by name; those that they load themselves come along. */
  readonly programs: readonly string[];
  /** Files and folders besides. */
  readonly data: readonly string[];
}

/**
 * Makes the file system of an image at `root`, from packages that are fetched with a package state of their own: the
 * machine is not touched. Returns what `version` (a command in that file system before it is thinned) prints.
 */
export async function debianRoot(selection: Selection, root: string, version: string): Promise<string> {
  const { suite, packages, programs, data } = selection;
  const state = `${root}.apt`;
  const unpacked = `${root}.whole`;
  await fetchPackages(suite, packages, state);
  await unpack(state, unpacked);
  const files = new Set(['/lib64/ld-linux-x86-64.so.2', ...programs]);
  for (const program of programs) {
    const libraries = await run('chroot', [unpacked, '/lib64/ld-linux-x86-64.so.2', '--list', program]);
    for (const [, path = ''] of libraries.matchAll(/(\/\S+) \(0x/g)) files.add(path);
  }
  for (const file of files) {
    await mkdir(join(root, dirname(file)), { recursive: true });
    await copyFile(await realpath(await inside(unpacked, file)), join(root, file));
  }
  for (const path of data)
    await cp(join(unpacked, path), join(root, path), { recursive: true, verbatimSymlinks: true });
  const printed = await run('chroot', [unpacked, '/bin/sh', '-c', version]);
  await run('rm', ['-rf', state, unpacked]);
  return printed;
}

async function unpack(state: string, unpacked: string): Promise<void> {
  await mkdir(unpacked);
  for (const folder of ['lib', 'lib64', 'bin', 'sbin']) {
    await mkdir(join(unpacked, 'usr', folder), { recursive: true });
    await symlink(`usr/${folder}`, join(unpacked, folder));
  }
  for (const file of (await readdir(state)).filter((name) => name.endsWith('.deb'))) {
    const script = 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"';
    await run('sh', ['-c', script, 'sh', join(state, file), unpacked]);
  }
}

/** A path in a tree whose absolute links mean the tree, not the machine. */
async function inside(root: string, path: string): Promise<string> {
  const found = await run('chroot', [root, '/bin/sh', '-c', 'cd "${1%/*}" && pwd -P', 'sh', path]);
  return join(root, found.trim(), path.slice(path.lastIndexOf('/') + 1));
}

async function fetchPackages(suite: string, packages: readonly string[], state: string): Promise<void> {
  const sites = await run('apt-get', ['indextargets', '--format', '$(SITE)']);
  const site = sites.split('\n').find((line) => /debian\/?$/.test(line));
  if (site === undefined) throw new Error("the machine's package sources name no Debian archive");
  await mkdir(join(state, 'lists', 'partial'), { recursive: true });
  await mkdir(join(state, 'partial'), { recursive: true });
  await writeFile(join(state, 'status'), '');
  await writeFile(
    join(state, 'sources.list'),
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${site} ${suite} main\n`,
  );
  const settings = [
    `Dir::State=${state}`,
    `Dir::State::lists=${state}/lists`,
    `Dir::State::status=${state}/status`,
    `Dir::Cache=${state}`,
    `Dir::Cache::archives=${state}`,
    `Dir::Etc::sourcelist=${state}/sources.list`,
    'Dir::Etc::sourceparts=/dev/null',
    'Dir::Etc::preferencesparts=/dev/null',
    'APT::Install-Recommends=false',
    'Acquire::Languages=none',
    'APT::Sandbox::User=root',
  ];
  const options = ['-qq', ...settings.flatMap((setting) => ['-o', setting])];
  await run('apt-get', [...options, 'update']);
  await run('apt-get', [...options, '-y', '--download-only', 'install', ...packages, 'dash']);
}
