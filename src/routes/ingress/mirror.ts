import { previewHost } from '../../core/base/preview-kind.ts';
import { hostsOf } from '../../core/release/route.ts';
import { counterpartIn } from '../patch.ts';
import type { PreviewRequest } from '../requests.ts';
import { type Backend, backend, type Ingress } from './object.ts';
import type { LiveIngress, LiveIngressPath } from './paths.ts';

/** How a router mirrors a path below a prefix. */
export interface PathMirroring {
  /** The type of the path that mirrors `path`. */
  pathType(path: LiveIngressPath): string;
  /** The path below `prefix` that matches what `path` of `route` matches. */
  mirror(route: Ingress, prefix: string, path: LiveIngressPath): string;
}

/** One path of a preview. */
export interface Mirror {
  readonly of: LiveIngressPath;
  readonly host: string | undefined;
  readonly path: string;
  readonly pathType: string;
  readonly target: Backend;
}

/** For each live path P of the app, `prefix` + P goes to the candidate's counterpart of the Service behind P. */
export function mirrors(
  { candidate }: PreviewRequest<Ingress>,
  { ingress, live }: LiveIngress,
  prefix: string,
  { mirror, pathType }: PathMirroring,
): Mirror[] {
  return mirrored({ candidate, live }, (one) => ({ path: mirror(ingress, prefix, one), pathType: pathType(one) }));
}

/** The same paths at the same hosts: something else distinguishes their requests. */
export function mirrorsInPlace({ candidate }: PreviewRequest<Ingress>, { live }: LiveIngress): Mirror[] {
  return mirrored({ candidate, live }, ({ path, pathType }) => ({ path, pathType }));
}

/** The same paths at the hosts of the preview. */
export function mirrorsAtHosts(request: PreviewRequest<Ingress>, live: LiveIngress, pattern: string): Mirror[] {
  const all = mirrorsInPlace(request, live).map((one) => ({ ...one, host: previewHost(pattern, one.host ?? '') }));
  return withoutRepeated(all);
}

function mirrored(
  { candidate, live }: Pick<PreviewRequest<Ingress>, 'candidate'> & Pick<LiveIngress, 'live'>,
  placeOf: (one: LiveIngressPath) => Pick<Mirror, 'path' | 'pathType'>,
): Mirror[] {
  const hosts = hostsOf(live);
  const all = live.flatMap((one): Mirror[] => {
    const target = backend(counterpartIn(candidate, one), one.port);
    const place = placeOf(one);
    return (one.isFallback ? hosts : [one.host]).map((host) => ({ of: one, host, ...place, target }));
  });
  return withoutRepeated(all);
}

/** Of two equal paths only the first is used, and a default backend gets only what no path matches. */
function withoutRepeated(all: readonly Mirror[]): Mirror[] {
  return all.filter((one, index) => all.findIndex((other) => isSamePlace(one, other)) === index);
}

function isSamePlace(one: Mirror, other: Mirror): boolean {
  return one.host === other.host && one.path === other.path && one.pathType === other.pathType;
}
