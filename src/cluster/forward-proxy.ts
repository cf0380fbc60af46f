import { BlockList, isIP } from 'node:net';

/**
 * The forward proxy for an https `url` according to `HTTPS_PROXY` and `NO_PROXY`, in upper or lower case; undefined for
 * none. `NO_PROXY` is read as kubectl reads it (https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config): `*`, names
 * with all their subdomains, `.names` with subdomains only, addresses, blocks of addresses, each with an optional port.
 * One difference: a URL on loopback uses the proxy unless it is listed.
 */
export function proxyFor(url: URL, environment: NodeJS.ProcessEnv): string | undefined {
  const proxy = environment.HTTPS_PROXY || environment.https_proxy || '';
  if (proxy === '') return undefined;
  const except = (environment.NO_PROXY || environment.no_proxy || '').split(',').map((entry) => entry.trim());
  if (except.some((entry) => entry !== '' && isExcepted(url, entry.toLowerCase()))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isExcepted(url: URL, entry: string): boolean {
  if (entry === '*') return true;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const block = /^(.+)\/(\d{1,3})$/.exec(entry);
  if (block) return isWithin(host, block[1] ?? '', Number(block[2]));
  const [, name = '', port] = /^(\[[^\]]+\]|[^:]*|[^:]*:[^:]*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (port !== undefined && port !== (url.port || '443')) return false;
  const wanted = name.replace(/^\[|\]$/g, '').replace(/^\*\./, '.');
  if (wanted.startsWith('.')) return host.endsWith(wanted);
  return host === wanted || (isIP(host) === 0 && host.endsWith(`.${wanted}`));
}

function isWithin(host: string, network: string, prefix: number): boolean {
  const [family, other] = [isIP(host), isIP(network)];
  if (family === 0 || family !== other || prefix > (family === 6 ? 128 : 32)) return false;
  const type = family === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(network, prefix, type);
  return list.check(host, type);
}
