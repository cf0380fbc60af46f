import { annotation } from '../../../core/kube/objects.ts';
import type { Ingress } from '../object.ts';
import type { IngressPath } from '../paths.ts';

/** The prefix of the annotations that Traefik's Ingress provider reads. */
export const PREFIX = 'traefik.ingress.kubernetes.io/';
export const PRIORITY = `${PREFIX}router.priority`;
export const ENTRY_POINTS = `${PREFIX}router.entrypoints`;
export const TLS = `${PREFIX}router.tls`;
export const MATCHER = `${PREFIX}router.pathmatcher`;

/** The rank of a `defaultBackend`, which is below every rule. */
const LAST = -(2 ** 31);

/** A path as Traefik matches it. */
type RulePath = Pick<IngressPath, 'given' | 'path' | 'pathType' | 'isFallback'>;

/**
 * The rule that Traefik makes of a path of an Ingress at a host, without anything for what is left out there.
 * https://github.com/traefik/traefik/blob/v3.7.9/pkg/provider/kubernetes/ingress/kubernetes.go (loadRouter)
 */
export function ruleOf(ingress: Ingress, host: string | undefined, path: RulePath): string {
  const rules = [
    ...(host === undefined ? [] : [`Host(${JSON.stringify(host)})`]),
    ...(path.given === undefined ? [] : [`${matcherOf(ingress, path.pathType)}(${JSON.stringify(path.path)})`]),
  ];
  return rules.join(' && ');
}

/** How far in front a path is: the priority of its Ingress, or else the length of its rule. */
export function rankOfRule(ingress: Ingress, host: string | undefined, path: RulePath): number {
  if (path.isFallback) return LAST;
  return givenPriority(ingress) || ruleOf(ingress, host, path).length;
}

/** The priority that somebody gave an Ingress; 0 means none, as it does to Traefik. */
export function givenPriority(ingress: Ingress): number {
  return Number(annotation(ingress, PRIORITY) ?? 0) || 0;
}

function matcherOf(ingress: Ingress, pathType: string): string {
  if (pathType === 'Exact') return 'Path';
  return (pathType === 'ImplementationSpecific' ? annotation(ingress, MATCHER) : undefined) ?? 'PathPrefix';
}

/**
 * Whether Traefik serves an Ingress by TLS only, by its annotations: any option of TLS switches it on.
 * https://doc.traefik.io/traefik/v3.7/reference/routing-configuration/kubernetes/ingress/#opt-traefik-ingress-kubernetes-iorouter-tls
 */
export function isServedByTls({ metadata: { annotations = {} } }: Ingress): boolean {
  return Object.entries(annotations).some(
    ([key, value]) => (key === TLS && value === 'true') || key.startsWith(`${TLS}.`),
  );
}
