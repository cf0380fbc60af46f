const KUBERNETES_VERSION = '1.37.2';
const VERSION = 'k8s.io/component-base/version';

/** Programs that are built at once, of one Go module. */
export interface Build {
  /** The cache's name for it. */
  readonly name: string;
  readonly title: string;
  /** The module's folder, and what its programs are made from besides `go.mod` and `go.sum`, as paths in it. */
  readonly module: string;
  readonly sources: readonly string[];
  readonly packages: readonly string[];
  /** Variables that the linker sets. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Packages that are replaced by small ones of ours before the build. */
  readonly stubs?: readonly Stub[];
}

/** A package that its module needs to compile, and that no cluster uses. */
export interface Stub {
  /** The path of the module, and the package's folder in it. */
  readonly module: string;
  readonly folder: string;
  /** The folder of our package, in the folder of the module that is built. */
  readonly by: string;
}

const STUBS: readonly Stub[] = [
  { module: 'github.com/go-acme/lego/v5', folder: 'providers/dns', by: 'stubs/dns' },
  { module: 'github.com/traefik/traefik/v3', folder: 'pkg/provider/ecs', by: 'stubs/ecs' },
];

/** What the programs of the module `cluster` have in common: one module, so that what they share is compiled once. */
const CLUSTER = {
  module: 'modules/cluster',
  sources: ['ext/go.mod', 'ext/ext.go', 'stubs/dns/dns.go', 'stubs/ecs/ecs.go'],
  variables: {
    [`${VERSION}.gitVersion`]: `v${KUBERNETES_VERSION}`,
    [`${VERSION}.gitMajor`]: '1',
    [`${VERSION}.gitMinor`]: '37',
  },
  stubs: STUBS,
};

/** etcd's command is called `server`. */
export const COMPONENTS: Build = {
  ...CLUSTER,
  name: 'components',
  title: `Kubernetes ${KUBERNETES_VERSION}, etcd and Traefik`,
  packages: [
    ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy'].map(
      (name) => `k8s.io/kubernetes/cmd/${name}`,
    ),
    'go.etcd.io/etcd/server/v3',
    'github.com/traefik/traefik/v3/cmd/traefik',
  ],
};

export const KUBECTL: Build = {
  ...CLUSTER,
  name: 'kubectl',
  title: `kubectl ${KUBERNETES_VERSION}`,
  packages: ['k8s.io/kubernetes/cmd/kubectl'],
};

/** What holds a pod together, and what leads the host's ports inside. */
export const HELPERS: Build = {
  name: 'helpers',
  title: 'the programs that pods and ports need',
  module: 'programs',
  sources: ['pause/main.go', 'forward/main.go'],
  packages: ['./pause', './forward'],
};

export const APPLICATIONS: Build = {
  name: 'applications',
  title: 'the test applications',
  module: 'programs',
  sources: ['app/main.go', 'shop/caller.go', 'shop/mailer.go', 'shop/main.go', 'shop/redis.go', 'web/web.go'],
  packages: ['./app', './shop'],
};

/** Names of Services inside the cluster. */
export const NAMES: Build = {
  name: 'names',
  title: 'CoreDNS',
  module: 'modules/names',
  sources: ['coredns/main.go'],
  packages: ['./coredns'],
};

/** What runs and checks GitHub workflows in the tests. */
export const WORKFLOWS: Build = {
  name: 'workflows',
  title: 'act and actionlint',
  module: 'modules/workflows',
  sources: [],
  packages: ['github.com/nektos/act', 'github.com/rhysd/actionlint/cmd/actionlint'],
};

/** What renders kustomizations and charts in the tests, besides kubectl. */
export const RENDERERS: Build = {
  name: 'renderers',
  title: 'helm and kustomize',
  module: 'modules/renderers',
  sources: [],
  packages: ['helm.sh/helm/v4/cmd/helm', 'sigs.k8s.io/kustomize/kustomize/v5'],
};
