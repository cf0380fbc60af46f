import { expect, test } from 'vitest';
import { coversTls, hasTls } from '../../../src/routes/ingress/tls.ts';
import { splitRoute } from '../ingresses.ts';

test.each<[string, object, string | undefined, boolean]>([
  ['names the host', { hosts: ['a.example.com'] }, 'a.example.com', true],
  ['names another', { hosts: ['b.example.com'] }, 'a.example.com', false],
  ['has a wildcard', { hosts: ['*.example.com'] }, 'a.example.com', true],
  ['has a wildcard for other depths', { hosts: ['*.example.com'] }, 'a.b.example.com', false],
  ['names a wildcard host', { hosts: ['*.example.com'] }, '*.example.com', true],
  ['has no hosts', { secretName: 'tls' }, 'a.example.com', true],
  ['has no hosts, nor has the rule', {}, undefined, true],
  ['names a host, and the rule none', { hosts: ['a.example.com'] }, undefined, false],
])('coversTls: an entry that %s', (_, entry, host, expected) => {
  expect(coversTls(entry, host)).toBe(expected);
});

test.each<[string, string, boolean]>([
  ['sends everybody to https', 'nginx.ingress.kubernetes.io/force-ssl-redirect: "true"', true],
  ['does not', 'nginx.ingress.kubernetes.io/force-ssl-redirect: "false"', false],
  // Without spec.tls, this redirects nobody.
  ['Traefik serves by TLS only', 'traefik.ingress.kubernetes.io/router.tls: "true"', true],
  ['has a resolver of certificates', 'traefik.ingress.kubernetes.io/router.tls.certresolver: acme', true],
  ['Traefik serves without TLS', 'traefik.ingress.kubernetes.io/router.tls: "false"', false],
  ['would where it has TLS', 'nginx.ingress.kubernetes.io/ssl-redirect: "true"', false],
])('hasTls: without spec.tls, an Ingress that %s', (_, annotations, expected) => {
  expect(hasTls(splitRoute({ annotations }), 'example.com')).toBe(expected);
});

test('hasTls: of several hosts, those that spec.tls names', () => {
  const route = splitRoute({ spec: 'tls: [{hosts: [a.test], secretName: a}]' });
  expect([hasTls(route, 'a.test'), hasTls(route, 'b.test')]).toEqual([true, false]);
});
