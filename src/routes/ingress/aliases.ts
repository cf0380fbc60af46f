import { hostCovers } from '../../core/base/hosts.ts';
import { search } from '../../core/base/pattern.ts';
import { annotation } from '../../core/kube/objects.ts';
import type { Ingress } from './object.ts';

/**
 * The names at which a router serves an Ingress besides the hosts of its rules. `key`: the annotation that lists them;
 * undefined for a router without one.
 */
export function aliasesOf(ingress: Ingress, key: string | undefined): string[] {
  const text = key === undefined ? '' : (annotation(ingress, key) ?? '');
  return text.split(/[\s,]+/).flatMap((one) => (one === '' ? [] : isRegex(one) ? one : one.toLowerCase()));
}

/** Whether every request for `host` is also one for an alias: a name, a wildcard, or a regex of NGINX. */
export function aliasCovers(alias: string, host: string): boolean {
  return isRegex(alias) ? mayMatch(alias.slice(1), host) : hostCovers(alias, host);
}

function isRegex(alias: string): boolean {
  return alias.startsWith('~');
}

/** What JavaScript cannot read, NGINX may. */
function mayMatch(regex: string, host: string): boolean {
  try {
    return search(regex, host, 'i') !== 'no';
  } catch {
    return true;
  }
}
