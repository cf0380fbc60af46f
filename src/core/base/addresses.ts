import type { Host } from './hosts.ts';

/** Where a proxy is reached. `tls`: whether requests use TLS there; undefined: as the host's route has it. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean | undefined;
}

/**
 * An address for requests to the host `of`, a name or a wildcard; undefined: for every host without an address of its
 * own. With `route`, as the input `route` names it, it is for requests to the hosts of that route only.
 */
export interface HostAddress {
  readonly of: Host;
  readonly route?: string;
  readonly address: Address;
}

/** The forms of an address, for messages. */
export const ADDRESS_FORMS = 'host:port, http://host[:port] or https://host[:port]';

const HOST = '\\[[0-9a-fA-F:]+\\]|[A-Za-z0-9.-]+';
/** What an address looks like. */
export const ADDRESS = new RegExp(`^((https?)://(${HOST})(:(\\d{1,5}))?/?|(${HOST}):(\\d{1,5}))$`);

/** The address in `text`; undefined if it is none. Without a scheme the port is required. */
export function parseAddress(text: string): Address | undefined {
  const [, , scheme, named, , given, bare, required] = ADDRESS.exec(text) ?? [];
  const [host, digits] = [named ?? bare, given ?? required];
  const usual = scheme === undefined ? undefined : scheme === 'https' ? 443 : 80;
  const port = digits === undefined ? usual : Number(digits);
  if (host === undefined || port === undefined || port < 1 || port > 65_535) return undefined;
  const tls = scheme === undefined ? undefined : scheme === 'https';
  return { host: host.replace(/^\[|\]$/g, ''), port, tls };
}

/** `192.0.2.7:443`, `https://[::1]:443`. */
export function addressText({ host, port, tls }: Pick<Address, 'host' | 'port'> & Partial<Address>): string {
  const scheme = tls === undefined ? '' : tls ? 'https://' : 'http://';
  return `${scheme}${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * The addresses for requests to `host`, and whether they use TLS. Only the entries with the most specific `of` count;
 * `covers` says what a wildcard stands for. One list may hold the addresses of hosts with and without TLS (`tls`): those
 * with the other protocol are left out, unless there are no others, as where TLS ends in front of the router.
 */
export function addressesFor(
  host: string,
  tls: boolean,
  all: readonly HostAddress[],
  covers: (wide: Host, narrow: Host) => boolean,
): { readonly tls: boolean; readonly given: readonly Address[] } {
  const covering = all.filter(({ of }) => covers(of, host));
  const rankOf = ({ of = '' }: HostAddress) => (of === host ? Number.POSITIVE_INFINITY : of.length);
  const most = Math.max(...covering.map(rankOf));
  const addresses = covering.filter((one) => rankOf(one) === most).map(({ address }) => address);
  const fitting = addresses.filter((address) => (address.tls ?? tls) === tls);
  return fitting.length > 0 || addresses.length === 0 ? { tls, given: fitting } : { tls: !tls, given: addresses };
}
