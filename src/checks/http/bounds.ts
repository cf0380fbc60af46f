import { type Endpoint, urlOf } from '../../proof/probe.ts';

/** Where the requests of a check stay: at the paths of the app on one host, and below the prefix of a preview there. */
export interface Bounds {
  readonly origin: string;
  readonly prefix: string;
  /** The live host, if these are the bounds of a preview and the live version answers elsewhere; else undefined. */
  readonly live: string | undefined;
  /** Whether the app gets requests for a path, which is given without the prefix. */
  serves(path: string): boolean;
}

/** The bounds of what is requested through an endpoint. */
export function boundsOf(endpoint: Endpoint): Bounds {
  const { prefix, host, live } = endpoint;
  const { origin } = new URL(urlOf({ ...endpoint, prefix: '' }, '/'));
  const isApart = prefix !== '' || host !== live;
  return { origin, prefix, live: isApart ? live : undefined, serves: (path) => endpoint.serves(path) };
}

/** Why a URL is not within the bounds, to follow it in a sentence; undefined if it is. */
export function beyond({ origin, pathname, username }: URL, bounds: Bounds): string | undefined {
  const { prefix } = bounds;
  const isBelow = pathname === prefix || pathname.startsWith(`${prefix}/`);
  if (origin !== bounds.origin || !isBelow || username !== '')
    return prefix === ''
      ? `which is not on ${bounds.origin}`
      : `which leaves the preview below ${bounds.origin}${prefix}: following it would test the live version`;
  if (hidesParent(pathname)) return 'whose path hides a "..", so that a router may take it for another path';
  return bounds.serves(pathname.slice(prefix.length) || '/') ? undefined : 'which no path of the app leads to';
}

/** Where a URL leads that an answer names: to what is checked, to the live version instead, or somewhere else. */
export function reachOf(url: URL, bounds: Bounds): 'here' | 'live' | 'elsewhere' {
  if (beyond(url, bounds) === undefined) return 'here';
  const isLive = url.hostname === bounds.live && (bounds.serves(url.pathname) || hidesParent(url.pathname));
  return isLive ? 'live' : 'elsewhere';
}

/**
 * Whether a router or an application may read a path as one further up although URLs leave it as it is: `..%2f` if it
 * decodes first, `..;` if it takes off parameters, a backslash if it takes that for a slash.
 */
function hidesParent(pathname: string): boolean {
  const decoded = pathname
    .replaceAll(/%(25)+/g, '%')
    .replaceAll(/%(2e|2f|5c|3b)/gi, (code) => decodeURIComponent(code));
  return decoded.split(/[/\\]/).some((segment) => /^\.\.(;|$)/.test(segment));
}
