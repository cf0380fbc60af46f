import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { once, type Programs } from './build.ts';
import { cacheFolder } from './folders.ts';
import { exists, type Log, run, step } from './steps.ts';

/** The images of a cluster: files to import, and the references that pods use. */
export interface Images {
  readonly tars: readonly string[];
  /** Two versions, the older one first. */
  readonly nginx: readonly [string, string];
  readonly app: string;
}

/** Debian suites whose nginx differs: 1.22 and 1.26. */
const SUITES = ['bookworm', 'trixie'] as const;

/** Makes the images from the machine's own package sources and the built programs; cached. */
export async function makeImages(programs: Programs, log: Log): Promise<Images> {
  const folder = cacheFolder('images', ['images.ts', 'programs/app/main.go', 'programs/pause/main.go']);
  await once(folder, async (place) => {
    const versions: string[] = [];
    for (const suite of SUITES) {
      versions.push(await step(log, `made an nginx image from Debian ${suite}`, () => nginxImage(suite, place)));
    }
    await programImage(place, 'localhost/app:1', programs('app'), {
      Entrypoint: ['/app'],
      ExposedPorts: { '8080/tcp': {} },
    });
    await programImage(place, 'localhost/pause:1', programs('pause'), { Entrypoint: ['/pause'] });
    await writeFile(join(place, 'nginx.json'), JSON.stringify(versions));
  });
  const [older, newer] = JSON.parse(await readFile(join(folder, 'nginx.json'), 'utf8')) as string[];
  if (older === undefined || newer === undefined) throw new Error(`${folder} is damaged: remove it`);
  const tars = (await readdir(folder)).filter((file) => file.endsWith('.tar')).map((file) => join(folder, file));
  return { tars, nginx: [older, newer], app: 'localhost/app:1' };
}

/** Fetches a suite's nginx with a package state of its own, and keeps the server, its libraries and its types. */
async function nginxImage(suite: string, place: string): Promise<string> {
  const state = join(place, `${suite}.apt`);
  const unpacked = join(place, `${suite}.root`);
  await fetchPackages(suite, state);
  await mkdir(unpacked);
  for (const folder of ['lib', 'lib64', 'bin', 'sbin']) {
    await mkdir(join(unpacked, 'usr', folder), { recursive: true });
    await symlink(`usr/${folder}`, join(unpacked, folder));
  }
  for (const file of (await readdir(state)).filter((name) => name.endsWith('.deb'))) {
    await run('sh', [
      '-c',
      'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"',
      'sh',
      join(state, file),
      unpacked,
    ]);
  }
  const libraries = await run('chroot', [unpacked, '/lib64/ld-linux-x86-64.so.2', '--list', '/usr/sbin/nginx']);
  const version = /nginx\/([\d.]+)/.exec(
    await run('chroot', [unpacked, '/bin/sh', '-c', '/usr/sbin/nginx -v 2>&1']),
  )?.[1];
  if (version === undefined) throw new Error(`nginx of ${suite} does not say its version`);
  const root = join(place, `${suite}.image`);
  const files = [
    '/usr/sbin/nginx',
    '/etc/nginx/mime.types',
    '/lib64/ld-linux-x86-64.so.2',
    ...[...libraries.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []),
  ];
  for (const file of new Set(files)) {
    await mkdir(join(root, dirname(file)), { recursive: true });
    await copyFile(await realpath(await inside(unpacked, file)), join(root, file));
  }
  await nginxFiles(root);
  const reference = `localhost/nginx:${version}`;
  await imageTar(place, reference, root, {
    Entrypoint: ['/usr/sbin/nginx'],
    StopSignal: 'SIGQUIT',
    ExposedPorts: { '80/tcp': {} },
  });
  await run('rm', ['-rf', state, unpacked, root]);
  return reference;
}

/** A path in a tree whose absolute links mean the tree, not the machine. */
async function inside(root: string, path: string): Promise<string> {
  const found = await run('chroot', [root, '/bin/sh', '-c', 'cd "${1%/*}" && pwd -P', 'sh', path]);
  return join(root, found.trim(), path.slice(path.lastIndexOf('/') + 1));
}

async function fetchPackages(suite: string, state: string): Promise<void> {
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
  await run('apt-get', [...options, '-y', '--download-only', 'install', 'nginx', 'dash']);
}

const NGINX_CONF = `user www-data;
worker_processes 1;
daemon off;
error_log stderr;
pid /run/nginx.pid;
events { worker_connections 1024; }
http {
  include mime.types;
  access_log off;
  keepalive_timeout 75;
  server {
    listen 80;
    root /usr/share/nginx/html;
    add_header X-Path $request_uri always;
    location / { try_files $uri $uri/ /index.html; }
  }
}
`;

async function nginxFiles(root: string): Promise<void> {
  for (const folder of ['etc/nginx', 'run', 'tmp', 'var/log/nginx', 'var/lib/nginx', 'usr/share/nginx/html'])
    await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, 'etc/nginx/nginx.conf'), NGINX_CONF);
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/:/\nwww-data:x:33:33::/:/\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nwww-data:x:33:\n');
  await writeFile(join(root, 'usr/share/nginx/html/index.html'), 'nginx\n');
}

async function programImage(place: string, reference: string, program: string, config: object): Promise<void> {
  const name = program.slice(program.lastIndexOf('/') + 1);
  const root = join(place, `${name}.image`);
  await mkdir(root);
  await copyFile(program, join(root, name));
  await imageTar(place, reference, root, config);
  await run('rm', ['-rf', root]);
}

/** A one-layer image in docker-archive form (`docker save`'s), which containerd imports. */
async function imageTar(place: string, reference: string, root: string, config: object): Promise<void> {
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
