import { GreenpathError } from '../../../core/base/error.ts';
import { annotation, nameOf } from '../../../core/kube/objects.ts';
import type { IngressPath, LiveIngress } from '../paths.ts';
import { REWRITE, STRIP_TO } from './annotations.ts';

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

/**
 * The preview strips its prefix with the one rewrite that an Ingress can have. Refuses a live route with a rewrite that
 * it cannot mirror: one that neither equals that of previews nor changes nothing.
 */
export function refuseOtherRewrite({ ingress: route, live }: LiveIngress): void {
  const target = annotation(route, REWRITE) ?? '';
  if (target === '' || target === STRIP_TO) return;
  const changed = live.find(({ given }) => !changesNothing(target, given));
  if (changed === undefined) return;
  throw new GreenpathError(
    'route',
    `${nameOf(route)} rewrites ${changed.text} to ${target}, which a preview cannot mirror: ${effectOf(changed, target)}`,
    remedyFor(changed, target),
  );
}

/** Whether a rewrite gives one path for all requests: its target, or the path, has no variable part. */
function isConstant({ path }: IngressPath, target: string): boolean {
  return !/\$\d/.test(target) || !path.includes('(');
}

function effectOf(rule: IngressPath, target: string): string {
  if (!isConstant(rule, target)) return 'the candidate would get other paths there than the requests of visitors have';
  const path = target.replaceAll(/\$\d/g, '') || '/';
  return `ingress-nginx passes every request for ${rule.path} to the application as ${path}, whatever its path`;
}

function remedyFor(rule: IngressPath, target: string): string {
  const whole = `If the application should get the paths that visitors request, remove ${REWRITE}.`;
  if (isConstant(rule, target)) {
    const stripped = `${rule.path.replace(/\/$/, '')}(/|$)(.*)`;
    if (rule.path === '/') return whole;
    return `${whole} If it should get them without ${rule.path}, write that path as ${stripped} and every / as /()(.*), both of type ImplementationSpecific, with ${REWRITE}: ${STRIP_TO}.`;
  }
  if (/^\/\$\d$/.test(target))
    return `Write its paths so that ${REWRITE}: ${STRIP_TO} does the same, for example /api(/|$)(.*) for a path /api that is stripped.`;
  return `${whole} A rewrite may only strip a prefix, as ${REWRITE}: ${STRIP_TO} over /api(/|$)(.*) does.`;
}
