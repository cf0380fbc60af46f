import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Host, hostCovers, hostsOverlap } from '../../../src/core/base/hosts.ts';

test.each<[Host, Host, boolean]>([
  ['shop.example.com', 'shop.example.com', true],
  ['shop.example.com', 'cart.example.com', false],
  ['*.example.com', 'shop.example.com', true],
  ['*.example.com', '*.example.com', true],
  ['*.example.com', 'a.shop.example.com', false],
  ['*.example.com', 'example.com', false],
  ['*.example.com', '*.shop.example.com', false],
  ['*.example.com', 'shop.example.org', false],
  [undefined, 'shop.example.com', true],
  [undefined, '*.example.com', true],
  [undefined, undefined, true],
])('%s and %s: do they overlap? %s', (one, other, expected) => {
  expect(hostsOverlap(one, other)).toBe(expected);
  expect(hostsOverlap(other, one)).toBe(expected);
});

const names = fc
  .array(fc.constantFrom('a', 'b', 'shop'), { minLength: 2, maxLength: 4 })
  .map((labels) => labels.join('.'));
const hosts: fc.Arbitrary<Host> = fc.oneof(
  names,
  names.map((name) => `*.${name}`),
  fc.constant(undefined),
);
/** Whether a request that names `name` is for `host`: as Traefik has it, all but the first label are equal. */
const isFor = (name: string, host: Host) =>
  host === undefined || host === name || (host.startsWith('*') && host === name.replace(/^[^.]+/, '*'));

test('hosts overlap if a request can be for both, and one covers another if each of its requests is for it too', () => {
  const all = fc.sample(names, 2_000);
  fc.assert(
    fc.property(hosts, hosts, (one, other) => {
      const ofOther = [...all, other?.replace('*', 'any') ?? 'x.y'].filter((name) => isFor(name, other));
      expect(hostCovers(one, other)).toBe(
        other === undefined ? one === undefined : ofOther.every((n) => isFor(n, one)),
      );
      expect(hostsOverlap(one, other)).toBe(
        [...ofOther, one?.replace('*', 'any') ?? 'x.y'].some((name) => isFor(name, one) && isFor(name, other)),
      );
    }),
  );
});
