import { GreenpathError } from '../core/base/error.ts';
import type { Host } from '../core/base/hosts.ts';
import { isBelow } from '../core/base/preview-kind.ts';
import { nameFrom } from '../core/kube/objects.ts';
import { hostsOf, type RoutePath } from '../core/release/route.ts';
import { isChallenge } from './acme.ts';
import { isOwnOfAny } from './own.ts';
import { previewHostsIn, servedAt } from './preview-hosts.ts';
import type { PreviewRequest } from './requests.ts';
import type { PlannedFor, Route } from './route-kind.ts';

/** What decides whether a preview takes visitors from routes of other kinds. */
interface Meeting extends Pick<PreviewRequest, 'namespace' | 'settings' | 'routes'> {
  /** The routes of other kinds than `routes`. */
  readonly others: readonly Route[];
}

/**
 * The routes that have another kind than `routes`: without what Greenpath created, which no visitor uses, and without
 * the previews inside live ones.
 */
export function ofOtherKinds(
  routes: readonly PlannedFor[],
  { all, live }: { readonly all: readonly Route[]; readonly live: readonly PlannedFor[] },
): Route[] {
  const kinds = new Set(routes.map(({ adapter }) => adapter));
  return all.flatMap((one) => {
    if (kinds.has(one.adapter) || isOwnOfAny(one.object)) return [];
    const inside = new Set(live.find(({ object }) => object === one.object)?.preview.map(({ key }) => key));
    return { ...one, paths: one.paths.filter(({ key }) => !inside.has(key)) };
  });
}

/**
 * Throws `preview-taken` where a route of another kind serves the preview's path or host. One router may serve both
 * kinds, and nothing says whether it does: paths are compared as they are written, and `overlap: accept` says that there
 * are two routers. For a preview by host, a wider host does not count: often it only redirects, or another router serves
 * it. For one below a path it does, since that route names the very path.
 */
export function refuseOtherKinds(meeting: Meeting): void {
  const { kind, overlap } = meeting.settings;
  if (overlap === 'accept' || kind.by === 'header') return;
  if (kind.by === 'path') refusePath(meeting, kind.path);
  else for (const host of previewHostsIn(meeting.routes, kind.host)) refuseHost(meeting, host);
}

function refusePath({ namespace, routes, others }: Meeting, prefix: string): void {
  const meet = (live: PlannedFor, host: Host, { adapter }: Route, path: RoutePath) =>
    adapter.covers(path.host, host) || live.adapter.covers(host, path.host);
  for (const other of others) {
    const taken = other.paths.find(
      (path) =>
        isBelow(path.path, prefix) &&
        routes.some((live) => hostsOf(live.rules).some((host) => meet(live, host, other, path))),
    );
    if (taken === undefined) continue;
    throw new GreenpathError(
      'preview-taken',
      `the preview path ${prefix} is taken: ${nameFrom(namespace, other.object)} already serves ${taken.text}, and one router may serve routes of both kinds`,
      `Choose another one in the config (preview: {path: /other}), or a preview by host or by header (preview: {host: green.example.com} or {header: {}}). ${ifApart(other)}`,
    );
  }
}

function refuseHost({ namespace, others }: Meeting, host: string): void {
  for (const other of others) {
    const taken = servedAt(host, other, []).find((path) => path.host === host && !isChallenge(path));
    if (taken === undefined) continue;
    throw new GreenpathError(
      'preview-taken',
      `the preview host ${host} is taken: ${nameFrom(namespace, other.object)} already serves ${taken.text}, and one router may serve routes of both kinds`,
      `Choose a host that no route serves (preview: {host: other.example.com} in the config), or a preview by header (preview: {header: {}}). ${ifApart(other)}`,
    );
  }
}

function ifApart({ object: { kind } }: Route): string {
  return `If another router serves that ${kind}, set overlap: accept beside path or host in preview in the config.`;
}
