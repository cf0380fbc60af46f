import { requiredVersion } from '../cluster/go-module.ts';
import { INGRESS_NGINX_VERSION } from '../cluster/routers/ingress-nginx/build.ts';
import { ISTIO_VERSION } from '../cluster/routers/istio/build.ts';
import { ADAPTERS } from '../src/routes/registry.ts';

/** The table "Works with" of the README: what the tests show, what only documentation says, and what is not built. */

/** What shows that a router works, by the name in its registry. A router that stands here has been released through. */
const ROUTERS_SEEN: Readonly<Record<string, { readonly tested?: string; readonly documented?: string }>> = {
  nginx: {
    tested: `ingress-nginx ${INGRESS_NGINX_VERSION}, Traefik ${minor('cluster', 'github.com/traefik/traefik/v3')} with its provider for ingress-nginx`,
    documented: 'other versions of ingress-nginx',
  },
  contour: {
    tested: `Contour ${minor('contour', 'github.com/projectcontour/contour')} with Ingresses (previews at a host)`,
  },
  haproxy: { documented: 'HAProxy' },
  kong: { documented: 'Kong' },
  f5: { documented: "F5's NGINX Ingress Controller" },
  other: { documented: 'others by annotations of your own' },
  traefik: { tested: `Traefik ${minor('cluster', 'github.com/traefik/traefik/v3')} with its own Ingress provider` },
  gateway: {
    tested: `Traefik ${minor('cluster', 'github.com/traefik/traefik/v3')}, Contour ${minor('contour', 'github.com/projectcontour/contour')}, Envoy Gateway ${minor('envoy-gateway', 'github.com/envoyproxy/gateway')} and Istio ${ISTIO_VERSION} as a gateway with Gateway API ${minor('cluster', 'sigs.k8s.io/gateway-api')}`,
    documented: '[other implementations](docs/routers.md) of Gateway API',
  },
};

const NAMES = ADAPTERS.flatMap(({ routers }) => routers.map(({ name }) => name));

/** The rows: what it is, tested here, by documentation, not yet. */
const rows = [
  [
    '[routers](docs/config.md#router)',
    NAMES.flatMap((name) => seen(name).tested ?? []).join(', '),
    NAMES.flatMap((name) => seen(name).documented ?? []).join(', '),
    'Ingresses of Istio; GRPCRoute; load balancers of clouds',
  ],
  [
    'clusters',
    `Kubernetes ${minor('cluster', 'k8s.io/kubernetes')}`,
    'EKS, GKE, AKS; kind, k3d, minikube, Docker Desktop',
    'Routes of OpenShift',
  ],
  [
    '[manifests](docs/applications.md)',
    `files, kustomize ${major('renderers', 'sigs.k8s.io/kustomize/kustomize/v5')}, \`kubectl kustomize\`, Helm ${major('renderers', 'helm.sh/helm/v4')}`,
    'Helm 3',
    'others: render them to files in a step before',
  ],
  [
    '[hooks](docs/hooks.md)',
    "Jobs with Greenpath's annotation, with those of Helm, or with `PostSync` of Argo CD",
    'other hooks of Argo CD',
    'hooks that are no Jobs',
  ],
  [
    '[autoscalers](docs/autoscalers.md)',
    'HPA; ScaledObjects of KEDA and VerticalPodAutoscalers only with their CRDs, without their controllers',
    'KEDA and VPA as they run',
    'ScaledJobs of KEDA',
  ],
  [
    '[logins](docs/workflows.md)',
    "a kubeconfig with a token, a client certificate or a credential plugin; the service account of the runner's pod; all of them through a forward proxy",
    'EKS, GKE and AKS by OIDC',
    '',
  ],
  ['runners', 'Linux', 'macOS (the unit tests run there)', 'Windows'],
];

/** The table as Markdown. */
export function worksWithTable(): string {
  const head = ['| | tested here | by documentation | not yet |', '| --- | --- | --- | --- |'];
  return [...head, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}

function seen(router: string) {
  const row = ROUTERS_SEEN[router];
  if (row === undefined)
    throw new Error(`scripts/works-with.ts does not say what shows that the router ${router} works`);
  return row;
}

/** `3.7` of what the tests build from this Go module, as the module `cluster/modules/FOLDER` requires it. */
function minor(folder: string, path: string): string {
  const version = requiredVersion({ path, requiredBy: `modules/${folder}` });
  return version.split('.').slice(0, 2).join('.');
}

function major(folder: string, path: string): string {
  return minor(folder, path).split('.')[0] ?? '';
}
