/**
 * The URL of a path, with its query, on the server of `origin`. A path may begin with two slashes, which is then no host:
 * `new URL(path, base)` would take it for one, and send the request and its credentials there.
 */
export function urlAt({ origin }: { readonly origin: string }, path: string): URL {
  return new URL(`${origin}${path}`);
}
