import * as v from 'valibot';
import { ADDRESS, ADDRESS_FORMS, type Address, type HostAddress, parseAddress } from './addresses.ts';
import { caFault } from './ca.ts';
import type { Credentials } from './credentials.ts';
import { byValue } from './forms.ts';
import { mapOf } from './settings.ts';

/** How to reach the hosts of the live routes, as the user sets it. */
export interface Ways {
  /** Hosts to request for a wildcard, or for a route without a host. */
  readonly hosts: readonly string[];
  readonly addresses: readonly HostAddress[];
  /** Certificates of CAs to trust in addition to the default ones. */
  readonly ca: string | undefined;
  /** What every request to them carries. */
  readonly requests?: Credentials;
}

/** The source of a regular expression for names of hosts, of what may stand at the end of a label, and inside of it. */
export function hostForm(end: string, inside: string): string {
  const label = `${end}(${inside}*${end})?`;
  return `${label}(\\.${label})*`;
}

const HOST = hostForm('[a-z0-9]', '[a-z0-9-]');
const HOST_FORM = 'expected the name of a host in lower case, such as shop.example.com';
/** The name of a host. */
const HOST_NAME = new RegExp(`^${HOST}$`);
/** A setting that is one. */
export const hostName = v.pipe(v.string(HOST_FORM), v.regex(HOST_NAME, HOST_FORM));
/** Names to use for wildcards, and for a route without a host. */
export const hosts = v.array(hostName, 'expected a list of the names of hosts');
const hostPattern = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^(\\*\\.)?${HOST}$|^\\*$|^[a-z]+/${HOST}$`),
    'expected a host such as shop.example.com, *.example.com, or "*" for all others, or a live route as the input route names it',
  ),
);

/** What a key of the map is for: a host, all others, or a live route. */
function placeOf(key: string): Omit<HostAddress, 'address'> {
  if (key.includes('/')) return { of: undefined, route: key };
  return { of: key === '*' ? undefined : key };
}

const address = v.pipe(
  v.string(`expected ${ADDRESS_FORMS}`),
  v.regex(ADDRESS, `expected ${ADDRESS_FORMS}`),
  v.rawTransform(({ dataset, addIssue, NEVER }): Address => {
    const parsed = parseAddress(dataset.value);
    if (parsed === undefined) addIssue({ message: `expected ${ADDRESS_FORMS}` });
    return parsed ?? NEVER;
  }),
);
const addressList = v.pipe(v.array(address), v.minLength(1, `expected at least one ${ADDRESS_FORMS}`));
const soleAddress = v.pipe(
  address,
  v.transform((one) => [one]),
);
const oneOrMore = byValue([soleAddress, addressList], (given) => (Array.isArray(given) ? addressList : soleAddress));
const forAllHosts = v.pipe(
  addressList,
  v.transform((list) => list.map((one): HostAddress => ({ of: undefined, address: one }))),
);
const byHost = v.pipe(
  mapOf(
    hostPattern,
    oneOrMore,
    `expected a list of ${ADDRESS_FORMS}, or a map from hosts, or live routes, to such addresses`,
  ),
  v.transform((map) =>
    Object.entries(map).flatMap(([of, list]) => list.map((one): HostAddress => ({ ...placeOf(of), address: one }))),
  ),
);
/**
 * One list for all hosts, or a map from hosts to their addresses; converted to one list of addresses with their host.
 */
export const addresses = byValue([forAllHosts, byHost], (given) => (Array.isArray(given) ? forAllHosts : byHost));
/** The certificates of CAs. */
export const ca = v.pipe(
  v.string('expected certificates in PEM form, or the path of a file that holds them'),
  v.rawCheck(({ dataset, addIssue }) => {
    const message = dataset.typed ? caFault(dataset.value) : undefined;
    if (message !== undefined) addIssue({ message, received: 'not usable' });
  }),
);
