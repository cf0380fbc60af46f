import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { once, type Programs, sourcesOf } from './build.ts';
import { APPLICATIONS, HELPERS } from './builds.ts';
import { debianRoot } from './debian.ts';
import { cacheFolder } from './folders.ts';
import { imageTar } from './image-tar.ts';
import { POSTGRES, postgresFiles } from './postgres-image.ts';
import { REDIS, REDIS_COMMAND, redisFiles } from './redis-image.ts';
import { type Log, run, step } from './steps.ts';

/** One image: what it is made from (files relative to this folder), and how. `make` returns the reference. */
interface Recipe {
  readonly title: string;
  readonly sources: readonly string[];
  readonly make: (place: string, programs: Programs) => Promise<string>;
}

/** Debian suites whose nginx differs: 1.22 and 1.26. */
type Suite = 'bookworm' | 'trixie';

export type ImageName = 'pause' | Suite | 'app' | 'shop' | 'postgres' | 'redis';

const SERVES = { ExposedPorts: { '8080/tcp': {} } };

const RECIPES: Readonly<Record<ImageName, Recipe>> = {
  bookworm: nginxRecipe('bookworm'),
  trixie: nginxRecipe('trixie'),
  postgres: {
    title: 'a PostgreSQL image from Debian bookworm',
    sources: ['debian.ts', 'postgres-image.ts'],
    make: postgresImage,
  },
  redis: {
    title: 'a Redis image from Debian bookworm',
    sources: ['debian.ts', 'redis-image.ts'],
    make: redisImage,
  },
  pause: {
    title: 'the image that holds a pod together',
    sources: sourcesOf(HELPERS),
    make: (place, programs) => programImage(place, 'localhost/pause:1', programs('pause'), {}),
  },
  app: {
    title: 'the image of the test application',
    sources: sourcesOf(APPLICATIONS),
    make: (place, programs) => programImage(place, 'localhost/app:1', programs('app'), SERVES),
  },
  shop: {
    title: 'the image of the example shop',
    sources: sourcesOf(APPLICATIONS),
    make: (place, programs) => programImage(place, 'localhost/shop:1', programs('shop'), SERVES),
  },
};

/** The images of a cluster: files to import, and the references that pods use. */
export interface Images {
  readonly tars: readonly string[];
  readonly reference: (name: ImageName) => string;
}

/** Makes images from the machine's own package sources and the built programs; each is cached by itself. */
export async function makeImages(names: readonly ImageName[], programs: Programs, log: Log): Promise<Images> {
  const tars: string[] = [];
  const references = new Map<ImageName, string>();
  for (const name of names) {
    const { title, sources, make } = RECIPES[name];
    const folder = cacheFolder(`image-${name}`, ['images.ts', 'image-tar.ts', ...sources]);
    await once(folder, `making ${title}`, log, (place) =>
      step(log, `made ${title}`, async () => writeFile(join(place, 'reference'), await make(place, programs))),
    );
    references.set(name, await readFile(join(folder, 'reference'), 'utf8'));
    const files = await readdir(folder);
    tars.push(...files.filter((file) => file.endsWith('.tar')).map((file) => join(folder, file)));
  }
  return {
    tars,
    reference: (name) => {
      const reference = references.get(name);
      if (reference === undefined) throw new Error(`the image ${name} is none of those that were made here`);
      return reference;
    },
  };
}

function nginxRecipe(suite: Suite): Recipe {
  return {
    title: `an nginx image from Debian ${suite}`,
    sources: ['debian.ts'],
    make: (place) => nginxImage(suite, place),
  };
}

/** nginx of a suite; its version is part of the reference. */
async function nginxImage(suite: Suite, place: string): Promise<string> {
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

async function postgresImage(place: string): Promise<string> {
  const root = join(place, 'postgres.image');
  const said = await debianRoot(POSTGRES, root, `${POSTGRES.programs[0]} --version`);
  if (!said.includes(' 15.')) throw new Error(`this is no PostgreSQL 15: ${said}`);
  await postgresFiles(root);
  const reference = 'localhost/postgres:15';
  await imageTar(place, reference, root, {
    Entrypoint: ['/start'],
    User: '70:70',
    StopSignal: 'SIGINT',
    ExposedPorts: { '5432/tcp': {} },
  });
  await run('rm', ['-rf', root]);
  return reference;
}

async function redisImage(place: string): Promise<string> {
  const root = join(place, 'redis.image');
  const said = await debianRoot(REDIS, root, `${REDIS_COMMAND[0]} --version`);
  if (!said.includes('v=7.')) throw new Error(`this is no Redis 7: ${said}`);
  await redisFiles(root);
  const reference = 'localhost/redis:7';
  await imageTar(place, reference, root, {
    Entrypoint: REDIS_COMMAND,
    User: '999:999',
    ExposedPorts: { '6379/tcp': {} },
  });
  await run('rm', ['-rf', root]);
  return reference;
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

/** An image of one static program. */
async function programImage(place: string, reference: string, program: string, config: object): Promise<string> {
  const name = basename(program);
  const root = join(place, `${name}.image`);
  await mkdir(root);
  await copyFile(program, join(root, name));
  await imageTar(place, reference, root, { Entrypoint: [`/${name}`], ...config });
  await run('rm', ['-rf', root]);
  return reference;
}
