import type { Address } from './addresses.ts';

/** A host of a live route, with what the route serves of the app there. */
export interface RouteHost {
  readonly host: string;
  /** Whether it is asked by TLS. */
  readonly tls: boolean;
  /** Where it is reached, if the user says so. */
  readonly given: readonly Address[];
  /** The wildcard that `host` is an invented name of. */
  readonly invented: string | undefined;
  /** Whether the host has a certificate already: nobody issues one for a route that does not exist yet. */
  readonly certified: boolean;
  readonly route: string;
  /** Whether a request for `path` is this route's on this host. */
  serves(path: string): boolean;
  /** A path that it serves for sure. */
  readonly path: string;
}
