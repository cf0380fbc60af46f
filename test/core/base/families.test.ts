import { expect, test } from 'vitest';
import { leftOutTexts } from '../../../src/core/base/families.ts';

/** Addresses of a family that a runner has no route to. */

const FOUR = '192.0.2.7';
const SIX = '2001:db8::7';
test.each([
  [
    [SIX],
    [
      'This runner has no route by IPv6: 2001:db8::7 was not asked, so the proof says nothing of visitors who come by IPv6. IPv4 answers',
    ],
  ],
  [
    [FOUR, '192.0.2.8'],
    [
      'This runner has no route by IPv4: 192.0.2.7, 192.0.2.8 were not asked, so the proof says nothing of visitors who come by IPv4. IPv6 answers',
    ],
  ],
  [[], []],
])('what is said of %j', (ips, texts) => {
  expect(leftOutTexts(ips)).toEqual(texts);
});
