import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, SOURCE } from './folders.ts';
import { goBuild } from './go-build.ts';
import { exclusively } from './lock.ts';
import { exists, type Log } from './steps.ts';

const KUBERNETES = '1.37.2';
const VERSION = 'k8s.io/component-base/version';
const STRIP = '-s -w';

/** What is built of one Go module: packages and linker flags. */
interface Build {
  readonly module: string;
  readonly title: string;
  readonly flags: string;
  readonly packages: readonly string[];
}

/** The programs of a cluster. etcd's command is called `server`. */
const CLUSTER: readonly Build[] = [
  {
    module: 'modules/kubernetes',
    title: `Kubernetes ${KUBERNETES} and etcd`,
    flags: `${STRIP} -X ${VERSION}.gitVersion=v${KUBERNETES} -X ${VERSION}.gitMajor=1 -X ${VERSION}.gitMinor=37`,
    packages: [
      ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'kubectl'].map(
        (name) => `k8s.io/kubernetes/cmd/${name}`,
      ),
      'go.etcd.io/etcd/server/v3',
    ],
  },
  {
    module: 'modules/traefik',
    title: 'Traefik',
    flags: STRIP,
    packages: ['github.com/traefik/traefik/v3/cmd/traefik'],
  },
  {
    module: 'programs',
    title: 'the test applications',
    flags: STRIP,
    packages: ['./app', './shop', './pause', './forward'],
  },
  {
    module: 'modules/names',
    title: 'CoreDNS',
    flags: STRIP,
    packages: ['github.com/coredns/coredns'],
  },
];

/** What runs and checks GitHub workflows in the tests. */
export const WORKFLOWS: readonly Build[] = [
  {
    module: 'modules/workflows',
    title: 'act and actionlint',
    flags: STRIP,
    packages: ['github.com/nektos/act', 'github.com/rhysd/actionlint/cmd/actionlint'],
  },
];

/** What renders kustomizations and charts in the tests, besides kubectl. */
export const RENDERERS: readonly Build[] = [
  {
    module: 'modules/renderers',
    title: 'helm and kustomize',
    flags: STRIP,
    packages: ['helm.sh/helm/v4/cmd/helm', 'sigs.k8s.io/kustomize/kustomize/v5'],
  },
];

/** The sources of our own programs. */
export const PROGRAM_SOURCES: readonly string[] = [
  'programs/go.mod',
  'programs/go.sum',
  ...['app/main', 'forward/main', 'pause/main', 'shop/caller', 'shop/mailer', 'shop/main', 'web/web'].map(
    (name) => `programs/${name}.go`,
  ),
];

const SOURCES: Readonly<Record<string, readonly string[]>> = {
  'modules/kubernetes': ['modules/kubernetes/go.mod', 'modules/kubernetes/go.sum'],
  'modules/workflows': ['modules/workflows/go.mod', 'modules/workflows/go.sum'],
  'modules/renderers': ['modules/renderers/go.mod', 'modules/renderers/go.sum'],
  'modules/traefik': ['modules/traefik/go.mod', 'modules/traefik/go.sum', 'modules/traefik/ext/ext.go'],
  'modules/names': ['modules/names/go.mod', 'modules/names/go.sum'],
  programs: PROGRAM_SOURCES,
};

/** Where each program is: `kube-apiserver` → its path. */
export type Programs = (name: string) => string;

/** Builds what is not in the cache yet (a cluster: about 12 minutes on 2 cores) and returns where the programs are. */
export async function buildPrograms(log: Log, builds: readonly Build[] = CLUSTER): Promise<Programs> {
  const folders = new Map<string, string>();
  for (const { module, title, flags, packages } of builds) {
    const folder = cacheFolder(module.replace('modules/', ''), SOURCES[module] ?? []);
    for (const name of packages) folders.set(programOf(name), folder);
    await once(folder, async (place) => {
      log(`building ${title} from Go modules; this is done once …`);
      const build = {
        title,
        cwd: join(SOURCE, module),
        flags: ['-mod=mod', '-trimpath', '-ldflags', flags, '-o', `${place}/`],
        packages,
        env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' },
      };
      await goBuild(build, log);
    });
  }
  return (name) => join(folders.get(name) ?? '', name);
}

/** Makes `folder` by `make`, which gets a place beside it, unless it is there; two processes do not make it twice. */
export async function once(folder: string, make: (place: string) => Promise<void>): Promise<void> {
  if (await exists(folder)) return;
  await exclusively(folder, async () => {
    if (await exists(folder)) return;
    const place = `${folder}.new`;
    await rm(place, { recursive: true, force: true });
    await mkdir(place, { recursive: true });
    await make(place);
    await rename(place, folder);
  });
}

/** A command is called like its folder, less a folder that is the major version. */
function programOf(name: string): string {
  return (
    name
      .replace(/\/v\d+$/, '')
      .split('/')
      .at(-1) ?? name
  );
}
