import { describe, expect, test } from 'vitest';
import { addressesFor, addressText, type HostAddress, parseAddress } from '../../../src/core/base/addresses.ts';
import { type Tried, unreachable } from '../../../src/core/base/families.ts';
import { hostCovers } from '../../../src/core/base/hosts.ts';
import { present } from '../support.ts';

const at = (text: string, of?: string): HostAddress => ({ of, address: present(parseAddress(text)) });

test.each([
  ['10.0.0.1:80', '10.0.0.1:80'],
  ['lb.test:8443', 'lb.test:8443'],
  ['[::1]:80', '[::1]:80'],
  ['https://lb.test', 'https://lb.test:443'],
  ['http://lb.test/', 'http://lb.test:80'],
  ['https://[2001:db8::1]:8443', 'https://[2001:db8::1]:8443'],
])('%s is the address %s', (text, expected) => {
  expect(addressText(present(parseAddress(text)))).toBe(expected);
});

test.each([
  'lb.test',
  '::1:80',
  'ftp://lb.test',
  'https://lb.test/path',
  'https://',
  'a:0',
  'a:65536',
  'a:80/',
  'a b:80',
])('%s is no address', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

describe('which addresses a host is asked at, and by which way', () => {
  const [plain, tls, bare] = [at('http://10.0.0.1:80'), at('https://10.0.0.1:443'), at('10.0.0.2:80')];
  const shop = at('https://lb.test', 'shop.test');
  const below = at('https://wild.test', '*.test');
  test.each<[string, boolean, HostAddress[], boolean, HostAddress[]]>([
    ['nothing is said', true, [], true, []],
    ['no way is said: that of the host', true, [bare], true, [bare]],
    ['no way is said: that of the host', false, [bare], false, [bare]],
    ['one list for hosts with and without TLS, one with', true, [plain, tls], true, [tls]],
    ['one list for hosts with and without TLS, one without', false, [plain, tls], false, [plain]],
    ['one that says the way, and one that does not', false, [tls, bare], false, [bare]],
    ['TLS ends in front of the router', false, [tls], true, [tls]],
    ['the runner reaches a router behind which TLS ends without it', true, [plain], false, [plain]],
    ['the host has one of its own', false, [bare, below, shop], true, [shop]],
    ['a wildcard has one, and the host none', false, [bare, below], true, [below]],
    ['others have some', true, [at('https://x', 'cart.test'), at('https://y', '*.shop.test')], true, []],
  ])('%s', (_, hostTls, all, expected, given) => {
    expect(addressesFor('shop.test', hostTls, all, hostCovers)).toEqual({
      tls: expected,
      given: given.map(({ address }) => address),
    });
  });
});

describe('an address of a family without a route counts for nothing', () => {
  const four = (end: Tried['end'], last = 1): Tried => ({ ip: `192.0.2.${last}`, end });
  const six = (end: Tried['end'], last = 1): Tried => ({ ip: `2001:db8::${last}`, end });
  test.each<[string, Tried[], string[]]>([
    ['no IPv6', [four('connected'), six('no-route')], ['2001:db8::1']],
    [
      'no IPv6, two addresses',
      [four('connected'), six('no-route'), six('no-route', 2)],
      ['2001:db8::1', '2001:db8::2'],
    ],
    ['no IPv4', [four('no-route'), six('connected')], ['192.0.2.1']],
    ['nothing answers', [four('other'), six('no-route')], []],
    ['neither has a route', [four('no-route'), six('no-route')], []],
    ['one of the family has a route', [four('connected'), six('no-route'), six('other', 2)], []],
    ['refused', [four('connected'), six('other')], []],
    ['another address of the same family answers', [four('connected'), four('no-route', 2)], []],
    ['both answer', [four('connected'), six('connected')], []],
  ])('%s', (_, tried, expected) => {
    expect(unreachable(tried, 'no-route')).toEqual(expected);
  });
});
