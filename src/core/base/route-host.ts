import type { Address } from './addresses.ts';
import { headerText, type PreviewKind, previewHost } from './preview-kind.ts';

/** A host of a live route, with the paths of the app that it serves there. */
export interface RouteHost {
  readonly host: string;
  /** Whether requests use TLS. */
  readonly tls: boolean;
  /** Where to reach it, if the user says so. */
  readonly given: readonly Address[];
  /** Where what the route is attached to says that it is reached; undefined if that is not known. */
  readonly entrance?: { readonly port: number | undefined; readonly addresses: readonly string[] } | undefined;
  /** The wildcard that `host` is an invented name of. */
  readonly invented: string | undefined;
  /** Whether the host has a certificate already: nobody issues one for a route that does not exist yet. */
  readonly certified: boolean;
  /** The live route, as the input `route` names it. */
  readonly route: string;
  /** Whether this route gets requests for `path` on this host. */
  serves(path: string): boolean;
  /** What every request there carries, since no path of the app there is reached without; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A path that it certainly serves. */
  readonly path: string;
  /** The live host: `host`, or that of which this is the preview. */
  readonly live: string;
  /** In front of every path that is requested: the path of a preview, or nothing. */
  readonly prefix: string;
  /** `X-Preview: green` if that header alone leads to the candidate, for sentences; else empty. */
  readonly header: string;
}

/** The preview of a live host, or of one at an address: what is requested there is answered by the candidate. */
export function previewAt<T extends RouteHost>(kind: PreviewKind, host: T): T {
  if (kind.by === 'path') return { ...host, prefix: kind.path };
  if (kind.by === 'host') return { ...host, host: previewHost(kind.host, host.live) };
  const headers = { ...host.headers, [kind.name.toLowerCase()]: kind.value };
  return { ...host, headers, header: headerText(kind) };
}
