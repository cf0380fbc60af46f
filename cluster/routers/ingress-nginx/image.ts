import { chmod, copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Programs } from '../../build.ts';
import { debianRoot, type Selection } from '../../debian.ts';
import { SOURCE } from '../../folders.ts';
import { goModuleFolder } from '../../go-module.ts';
import { imageTar } from '../../image-tar.ts';
import { run } from '../../steps.ts';
import type { RouterImage } from '../router.ts';
import { INGRESS_NGINX_BUILD, INGRESS_NGINX_MODULE, INGRESS_NGINX_VERSION } from './build.ts';
import { TEMPLATE_MODULES, templateOf } from './template.ts';

const HERE = 'routers/ingress-nginx';

/** Our Lua files, and the libraries for which they stand in. */
const STAND_INS: Readonly<Record<string, readonly string[]>> = {
  'roundrobin.lua': ['roundrobin'],
  'chash.lua': ['chash'],
  'lock.lua': ['lock'],
  'cookie.lua': ['cookie'],
  'absent.lua': ['http', 'ipmatcher', 'global_throttle', 'dns/resolver'],
};

/** nginx with Lua, as ingress-nginx needs it: its template says `http2 on`, which the nginx of bookworm doesn't know. */
const NGINX: Selection = {
  suite: 'trixie',
  packages: [
    'nginx',
    'libnginx-mod-http-headers-more-filter',
    'libnginx-mod-http-lua',
    'libnginx-mod-http-ndk',
    'libnginx-mod-stream',
    'lua-cjson',
    'lua-resty-core',
    'lua-resty-lrucache',
  ],
  programs: ['/usr/sbin/nginx', ...TEMPLATE_MODULES, '/usr/lib/x86_64-linux-gnu/lua/5.1/cjson.so'],
  data: ['/usr/share/lua/5.1', '/etc/nginx/mime.types'],
};

/** The controller of ingress-nginx with its own template and Lua files, on Debian's nginx. */
export const INGRESS_NGINX_IMAGE: RouterImage = {
  name: 'ingress-nginx',
  title: `the image of ingress-nginx ${INGRESS_NGINX_VERSION}`,
  builds: [INGRESS_NGINX_BUILD],
  sources: [
    'debian.ts',
    ...['image.ts', 'template.ts', ...Object.keys(STAND_INS).map((file) => `lua/${file}`)].map((file) =>
      join(HERE, file),
    ),
  ],
  make: makeImage,
};

async function makeImage(place: string, programs: Programs): Promise<string> {
  const root = join(place, 'ingress-nginx.image');
  await debianRoot(NGINX, root, '/usr/sbin/nginx -v 2>&1');
  await addOwnFiles(join(root, 'etc/nginx'));
  await copyFile(programs('nginx'), join(root, 'nginx-ingress-controller'));
  await addSurroundings(root);
  const reference = `localhost/ingress-nginx:${INGRESS_NGINX_VERSION}`;
  await imageTar(place, reference, root, {
    Entrypoint: ['/nginx-ingress-controller'],
    Env: ['PATH=/usr/sbin:/usr/bin', 'NGINX_BINARY=/usr/sbin/nginx'],
    StopSignal: 'SIGTERM',
  });
  await run('rm', ['-rf', root]);
  return reference;
}

/** The files that the module brings for `/etc/nginx`, with the template as this nginx can read it, and our stand-ins. */
async function addOwnFiles(etc: string): Promise<void> {
  const module = join(await goModuleFolder(INGRESS_NGINX_MODULE), 'rootfs/etc/nginx');
  const tests = join(module, 'lua/test');
  await cp(join(module, 'lua'), join(etc, 'lua'), { recursive: true, filter: (path) => path !== tests });
  await copyFile(join(module, 'nginx.conf'), join(etc, 'nginx.conf'));
  await run('chmod', ['-R', 'u+w', etc]);
  await mkdir(join(etc, 'template'));
  const template = await readFile(join(module, 'template/nginx.tmpl'), 'utf8');
  await writeFile(join(etc, 'template/nginx.tmpl'), templateOf(template));
  for (const [file, libraries] of Object.entries(STAND_INS))
    for (const library of libraries) {
      const target = join(etc, 'lua/resty', `${library}.lua`);
      await mkdir(dirname(target), { recursive: true });
      await copyFile(join(SOURCE, HERE, 'lua', file), target);
    }
}

/** The accounts of nginx's workers, and the folders that the controller writes to. */
async function addSurroundings(root: string): Promise<void> {
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/:/\nnobody:x:65534:65534::/:/\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
  const written = ['ssl', 'auth', 'geoip', 'telemetry'].map((name) => `etc/ingress-controller/${name}`);
  for (const folder of [...written, 'tmp/nginx', 'run', 'var/log/nginx', 'var/lib/nginx'])
    await mkdir(join(root, folder), { recursive: true });
  await chmod(join(root, 'tmp'), 0o1777);
}
