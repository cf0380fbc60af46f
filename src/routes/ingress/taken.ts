import { GreenpathError } from '../../core/base/error.ts';
import { hostCovers } from '../../core/base/hosts.ts';
import { isBelow } from '../../core/base/preview-kind.ts';
import { LABEL_APP, label, nameFrom } from '../../core/kube/objects.ts';
import { hostsOf } from '../../core/release/route.ts';
import { isOwnPreview } from '../own.ts';
import type { Ingress } from './object.ts';
import { type IngressPath, type LiveIngress, pathsOf } from './paths.ts';

/**
 * Another app's preview may use the same prefix if it mirrors other paths. Paths on a host below a wider one of the
 * app's are on a host of their own. `others` are all Ingresses but the app's own previews.
 */
export function refuseTaken(
  prefix: string,
  { ingress: route, live, preview }: LiveIngress,
  wanted: readonly { readonly path: string }[],
  others: readonly Ingress[],
): void {
  const hosts = hostsOf(live);
  const paths = new Set(wanted.map((mirror) => mirror.path));
  const isTaken = (other: Ingress, path: IngressPath) => {
    if (!hosts.some((host) => hostCovers(path.host, host))) return false;
    if (!isBelow(path.path, prefix)) return false;
    if (other === route && preview.some((mine) => mine.path === path.path)) return false;
    if (!isOwnPreview(other, label(other, LABEL_APP) ?? '')) return true;
    return hosts.includes(path.host) && paths.has(path.path);
  };
  for (const other of others) {
    const taken = pathsOf(other).find((path) => isTaken(other, path));
    if (taken === undefined) continue;
    throw new GreenpathError(
      'preview-taken',
      `the preview path ${prefix} is taken: ${nameFrom(route.metadata.namespace, other)} already serves ${taken.text}`,
      'Choose another one in the config (preview: {path: /other}), a preview by host or by header (preview: {host: green.example.com} or {header: {}}), or remove that path.',
    );
  }
}
