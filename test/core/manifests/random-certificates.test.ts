import { expect, test } from 'vitest';
import { certificateGroups } from '../../../src/core/manifests/random-certificates.ts';
import { Authority } from '../../proof/certificates.ts';

/** Keys and certificates that only fit each other are found, wherever they are. */

const [authority, stranger] = [new Authority('ours'), new Authority('strange')];
const { key, cert } = authority.issue('web');
const groupsOf = (texts: Record<string, string>) =>
  certificateGroups(
    Object.entries(texts).map(([place, one]) => ({ object: place.split('.')[0] ?? '', place, one })),
  ).map((group) => group.map(({ place }) => place).toSorted());

test('of one object', () => {
  expect(groupsOf({ 'web.key': key, 'web.cert': cert, 'web.password': 'x8Jk2' })).toEqual([['web.cert', 'web.key']]);
});

test('of several objects: a certificate and the one that issued it, and what is the same in two of them', () => {
  const texts = { 'ca.cert': authority.cert, 'web.cert': cert, 'web.key': key, 'other.cert': stranger.cert };
  expect(groupsOf(texts)).toEqual([['ca.cert', 'web.cert', 'web.key'], ['other.cert']]);
  expect(groupsOf({ 'web.key': key, 'copy.key': key, 'other.cert': stranger.cert })).toEqual([
    ['copy.key', 'web.key'],
    ['other.cert'],
  ]);
});

test('one that joins two groups makes them one', () => {
  const texts = { 'web.cert': cert, 'other.cert': stranger.cert, 'all.certs': `${authority.cert}${stranger.cert}` };
  expect(groupsOf(texts)).toEqual([['all.certs', 'other.cert', 'web.cert']]);
});

test('what only looks like one is none', () => {
  expect(groupsOf({ 'web.cert': '-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n' })).toEqual([]);
});
