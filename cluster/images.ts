import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once, PROGRAM_SOURCES, type Programs } from './build.ts';
import { debianRoot } from './debian.ts';
import { cacheFolder } from './folders.ts';
import { imageTar } from './image-tar.ts';
import { POSTGRES, postgresFiles } from './postgres-image.ts';
import { type Log, run, step } from './steps.ts';

/** The images of a cluster: files to import, and the references that pods use. */
export interface Images {
  readonly tars: readonly string[];
  /** Two versions, the older one first. */
  readonly nginx: readonly [string, string];
  readonly app: string;
  /** The example shop, and the database that it uses. */
  readonly shop: string;
  readonly postgres: string;
}

/** Another content of these is another set of images. */
const MAKERS = ['images.ts', 'debian.ts', 'image-tar.ts', 'postgres-image.ts'];

/** Debian suites whose nginx differs: 1.22 and 1.26. */
const SUITES = ['bookworm', 'trixie'] as const;

/** Makes the images from the machine's own package sources and the built programs; cached. */
export async function makeImages(programs: Programs, log: Log): Promise<Images> {
  const folder = cacheFolder('images', [...MAKERS, ...PROGRAM_SOURCES]);
  await once(folder, async (place) => {
    const versions: string[] = [];
    for (const suite of SUITES) {
      versions.push(await step(log, `made an nginx image from Debian ${suite}`, () => nginxImage(suite, place)));
    }
    await programImage(place, 'localhost/app:1', programs('app'), {
      Entrypoint: ['/app'],
      ExposedPorts: { '8080/tcp': {} },
    });
    await programImage(place, 'localhost/shop:1', programs('shop'), {
      Entrypoint: ['/shop'],
      ExposedPorts: { '8080/tcp': {} },
    });
    await step(log, 'made a PostgreSQL image from Debian bookworm', () => postgresImage(place));
    await programImage(place, 'localhost/pause:1', programs('pause'), { Entrypoint: ['/pause'] });
    await writeFile(join(place, 'nginx.json'), JSON.stringify(versions));
  });
  const [older, newer] = JSON.parse(await readFile(join(folder, 'nginx.json'), 'utf8')) as string[];
  if (older === undefined || newer === undefined) throw new Error(`${folder} is damaged: remove it`);
  const tars = (await readdir(folder)).filter((file) => file.endsWith('.tar')).map((file) => join(folder, file));
  return {
    tars,
    nginx: [older, newer],
    app: 'localhost/app:1',
    shop: 'localhost/shop:1',
    postgres: 'localhost/postgres:15',
  };
}

/** nginx of a suite; its version is part of the reference. */
async function nginxImage(suite: string, place: string): Promise<string> {
  const root = join(place, `${suite}.image`);
  const selection = { suite, packages: ['nginx'], programs: ['/usr/sbin/nginx'], data: ['/etc/nginx/mime.types'] };
  const said = await debianRoot(selection, root, '/usr/sbin/nginx -v 2>&1');
  const version = /nginx\/([\d.]+)/.exec(said)?.[1];
  if (version === undefined) throw new Error(`nginx of ${suite} does not say its version`);
  await nginxFiles(root);
  const reference = `localhost/nginx:${version}`;
  await imageTar(place, reference, root, {
    Entrypoint: ['/usr/sbin/nginx'],
    StopSignal: 'SIGQUIT',
    ExposedPorts: { '80/tcp': {} },
  });
  await run('rm', ['-rf', root]);
  return reference;
}

async function postgresImage(place: string): Promise<void> {
  const root = join(place, 'postgres.image');
  const said = await debianRoot(POSTGRES, root, `${POSTGRES.programs[0]} --version`);
  if (!said.includes(' 15.')) throw new Error(`this is no PostgreSQL 15: ${said}`);
  await postgresFiles(root);
  await imageTar(place, 'localhost/postgres:15', root, {
    Entrypoint: ['/start'],
    User: '70:70',
    StopSignal: 'SIGINT',
    ExposedPorts: { '5432/tcp': {} },
  });
  await run('rm', ['-rf', root]);
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
