import { escapeRegex } from '../../../core/base/escape-regex.ts';
import { annotation } from '../../../core/kube/objects.ts';
import type { Ingress } from '../object.ts';
import type { IngressPath } from '../paths.ts';
import { REGEX, REWRITE, STRIP_TO } from './annotations.ts';
import { changesNothing, type RewriteForm, rewriteForm } from './rewriting.ts';

/**
 * `Exact` and `Prefix` are the path types of the API; a `regex` may be open at its end; `rewritten` strips a prefix
 * itself; the others rewrite in another way.
 */
export type PathForm = 'Exact' | 'Prefix' | 'regex' | 'rewritten' | RewriteForm;

/** Whether the live Ingress rewrites paths itself, so that live paths and preview are in one object. */
export function isClassic(ingress: Ingress): boolean {
  return annotation(ingress, REWRITE) === STRIP_TO;
}

/** Whether `path` is the preview of one of `all`, the paths of `ingress`. */
export function isMirror(ingress: Ingress, prefix: string, path: IngressPath, all: readonly IngressPath[]): boolean {
  // Such a mirror is the prefix and a path, which may also be somebody's own, and it is never inside.
  if (rewriteForm(annotation(ingress, REWRITE)) === 'own') return false;
  if (!path.isFallback && path.path === mirrored(prefix, '/', 'Prefix')) return true;
  return all.some(
    (other) => other.key !== path.key && other.host === path.host && path.path === mirrorOf(ingress, prefix, other),
  );
}

/**
 * The path that mirrors a live one; these routers treat ImplementationSpecific as Prefix unless the route uses regexes.
 */
export function mirrorOf(route: Ingress, prefix: string, { path, given, pathType, isFallback }: IngressPath): string {
  const typed = pathType === 'Exact' ? 'Exact' : 'Prefix';
  const target = annotation(route, REWRITE);
  if (changesNothing(target, given)) return mirrored(prefix, '/', typed);
  if (isFallback) return mirrored(prefix, path, 'Prefix');
  if (isClassic(route)) return mirrored(prefix, path, 'rewritten');
  const form = rewriteForm(target);
  if (form !== undefined) return mirrored(prefix, path, form);
  return mirrored(prefix, path, annotation(route, REGEX) === 'true' ? 'regex' : typed);
}

/**
 * The path below `prefix` that mirrors the live path `path`: it matches what that matches, and captures for `STRIP_TO`
 * what the application gets there. The router puts the longest path first, so the mirrored paths must keep the order of
 * the live ones: each form adds the same number of characters, and only an Exact path more than a Prefix of the same
 * text.
 */
export function mirrored(prefix: string, path: string, as: PathForm): string {
  const rest = path.replace(/^\//, '');
  if (as === 'own') return prefix + path;
  // Captures count from 1: the first capture of the path becomes the second, or there is nothing in the second.
  if (as === 'group') return `${prefix}(/|/)${rest}`;
  if (as === 'constant') return `${prefix}()()()()${path}`;
  if (rest === '' && as !== 'Exact') return `${prefix}(/|$)(.*)`;
  if (as === 'rewritten') return rest === '()(.*)' ? `${prefix}(/|$)(.*)` : prefix + path;
  if (as === 'regex') return `${prefix}(/)(${rest}(.*|.*))`;
  const plain = escapeRegex(rest);
  if (as === 'Exact') return plain === '' ? `${prefix}(/)($|$|$)` : `${prefix}(/)(${plain}($|$|$|$))`;
  return `${prefix}(/)(${plain.replace(/\/$/, '')}(/.*|$))`;
}
