import { GreenpathError } from '../../../core/base/error.ts';
import { annotation, nameOf } from '../../../core/kube/objects.ts';
import { hasAlternatives } from '../../regex-starts.ts';
import type { Ingress } from '../object.ts';
import type { IngressPath, LiveIngress } from '../paths.ts';
import { REWRITE, STRIP_TO } from './annotations.ts';

/**
 * How the preview of a rewritten path gives the application what the live path gives it. `group`: the live target is the
 * first capture; `constant`: it is `/`; `own`: it is any other, and the preview has the same.
 */
export type RewriteForm = 'group' | 'constant' | 'own';

/**
 * The paths that a rewrite passes to the application unchanged, by its target. Both routers leave a path unchanged if
 * it equals its target; otherwise they replace what the path matches. To Traefik an omitted path is not `/`.
 * Source: https://github.com/kubernetes/ingress-nginx/blob/controller-v1.15.1/internal/ingress/controller/template/template.go
 * (buildProxyPass), https://github.com/traefik/traefik/blob/v3.7.9/pkg/provider/kubernetes/ingress-nginx/middleware.go
 * (buildRewriteTarget)
 */
const UNCHANGED: Readonly<Record<string, readonly string[]>> = { '/': ['/'], '/$1': ['/(.*)', '/?(.*)'] };

/** Whether a rewrite to `target` passes every request for a path to the application unchanged. */
export function changesNothing(target: string | undefined, given: string | undefined): boolean {
  return target !== undefined && given !== undefined && (UNCHANGED[target] ?? []).includes(given);
}

/** How previews mirror the rewrite of a live route; undefined for one that strips as previews do, or has none. */
export function rewriteForm(target: string | undefined): RewriteForm | undefined {
  if (target === undefined || target === '' || target === STRIP_TO) return undefined;
  if (target === '/') return 'constant';
  return target === '/$1' ? 'group' : 'own';
}

/** What the preview of a live route is rewritten to. */
export function previewTarget(route: Ingress): string {
  const target = annotation(route, REWRITE);
  return target !== undefined && rewriteForm(target) === 'own' ? target : STRIP_TO;
}

/** Refuses a live path that no preview can mirror under the rewrite of its route. */
export function refuseUnmirrored({ ingress: route, live }: LiveIngress): void {
  const target = annotation(route, REWRITE);
  for (const path of live) {
    const reason = unmirrored(path, target);
    if (reason === undefined) continue;
    throw new GreenpathError(
      'route',
      `${nameOf(route)} rewrites ${path.text} to ${target}, which a preview cannot mirror: ${reason}`,
      `If the application should get the paths that visitors request, remove ${REWRITE}. Otherwise write a path of type ImplementationSpecific that begins with a segment, as /api(/|$)(.*) does with ${REWRITE}: ${STRIP_TO}.`,
    );
  }
}

/** Why a rewritten path has no mirror that does the same, and matches nothing but requests below the prefix. */
function unmirrored(path: IngressPath, target: string | undefined): string | undefined {
  if (rewriteForm(target) === undefined || changesNothing(target, path.given)) return undefined;
  if (path.isFallback) return 'it has no path that could stand below the prefix';
  if (path.given === undefined) return 'routers rewrite a path that is left out in different ways';
  if (path.path === target) return 'routers leave a path alone that equals its target, but not its mirror';
  // The text after the prefix must begin with a slash, or the mirror takes requests such as /greenhouse.
  const isBelowPrefix = !/^\/[?*{]/.test(path.path) && !hasAlternatives(path.path);
  return isBelowPrefix ? undefined : 'below the prefix the pattern would match requests of visitors too';
}
