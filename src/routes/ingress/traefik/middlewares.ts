import { KIND } from '../../../core/kube/kinds.ts';
import { annotation, type KubeObject, LABEL_APP } from '../../../core/kube/objects.ts';

/** What a Middleware of Traefik does. https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/middleware/ */
type Spec =
  | { readonly stripPrefix: { readonly prefixes: readonly string[] } }
  | { readonly ipAllowList: { readonly sourceRange: readonly string[] } };

/** The annotation that lists the Middlewares of an Ingress, in the order in which they work. */
export const MIDDLEWARES = 'traefik.ingress.kubernetes.io/router.middlewares';

/** A Middleware of `app`, in the namespace of its Ingress. */
export function middleware(app: string, namespace: string, name: string, spec: Spec): KubeObject {
  const { apiVersion, kind } = KIND.Middleware;
  return { apiVersion, kind, metadata: { name, namespace, labels: { [LABEL_APP]: app } }, spec };
}

/**
 * The Middleware of that name as an Ingress names it. Of both names, Traefik keeps letters and digits only.
 * https://github.com/traefik/traefik/blob/v3.7.9/pkg/provider/configuration.go (Normalize)
 */
export function referenceTo(namespace: string, name: string): string {
  const words = `${namespace}-${name}`.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  return `${words.join('-')}@kubernetescrd`;
}

/** Whether an Ingress names the Middleware of that name in its namespace. */
export function needsMiddleware(ingress: KubeObject, name: string): boolean {
  const named = (annotation(ingress, MIDDLEWARES) ?? '').split(',').map((one) => one.trim());
  return named.includes(referenceTo(ingress.metadata.namespace ?? '', name));
}
