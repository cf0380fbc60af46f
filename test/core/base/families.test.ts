import { expect, test } from 'vitest';
import { leftOutTexts } from '../../../src/core/base/families.ts';

/** Addresses of a family that a runner has no route to. */

const FOUR = '192.0.2.7';
const SIX = '2001:db8::7';
test.each([
  [
    [SIX],
    [
      'This runner has no route to IPv6 addresses: 2001:db8::7 was skipped, so the proof says nothing about visitors who use IPv6. IPv4 answers',
    ],
  ],
  [
    [FOUR, '192.0.2.8'],
    [
      'This runner has no route to IPv4 addresses: 192.0.2.7, 192.0.2.8 were skipped, so the proof says nothing about visitors who use IPv4. IPv6 answers',
    ],
  ],
  [[], []],
])('what is said of %j', (ips, texts) => {
  expect(leftOutTexts(ips, 'no-route')).toEqual(texts);
});
