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
export function beyond(url: URL, bounds: Bounds): string | undefined {
  const { prefix } = bounds;
  if (!isOn(url, bounds) && !isByOtherScheme(url, bounds))
    return prefix === ''
      ? `which is not on ${bounds.origin}`
      : `which leaves the preview below ${bounds.origin}${prefix}: following it would test the live version`;
  if (hidesParent(url.pathname)) return 'whose path hides a "..", so that a router may take it for another path';
  if (!bounds.serves(url.pathname.slice(prefix.length) || '/')) return 'which no path of the app leads to';
  return isOn(url, bounds) ? undefined : otherScheme(url);
}

/** Where a URL leads that an answer names: to what is checked, to the live version instead, or somewhere else. */
export function reachOf(url: URL, bounds: Bounds): 'here' | 'live' | 'elsewhere' {
  if (beyond(url, bounds) === undefined) return 'here';
  if (isByOtherScheme(url, bounds) && !hidesParent(url.pathname)) return 'elsewhere';
  const isLive = url.hostname === bounds.live && (bounds.serves(url.pathname) || hidesParent(url.pathname));
  return isLive ? 'live' : 'elsewhere';
}

/** Whether a URL is on the host, and below the prefix there. */
function isOn({ origin, pathname, username }: URL, bounds: Pick<Bounds, 'origin' | 'prefix'>): boolean {
  const { prefix } = bounds;
  return origin === bounds.origin && (pathname === prefix || pathname.startsWith(`${prefix}/`)) && username === '';
}

/** Whether a URL is there too, but by https where requests use http, or the other way round. */
function isByOtherScheme(url: URL, { origin, prefix }: Bounds): boolean {
  const other = origin.startsWith('https:') ? origin.replace('https:', 'http:') : origin.replace('http:', 'https:');
  return isOn(url, { origin: other, prefix });
}

/** What is wrong with a URL of the other scheme, and what to do. */
function otherScheme({ protocol, host }: URL): string {
  const isSecure = protocol === 'https:';
  const [from, to] = isSecure ? ['http', 'https'] : ['https', 'http'];
  const how = isSecure ? 'addresses: https://…, or TLS in the route' : 'addresses: http://…';
  return `which leaves ${from} for ${to}: have ${host} asked by ${to} (${how}), or expect the redirect itself, without follow`;
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
