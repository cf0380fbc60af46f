import { describe, expect, test } from 'vitest';
import type { Refusal } from '../../../../src/core/checks/refusal.ts';
import { causeIn } from '../../../../src/routes/ingress/nginx/causes.ts';
import { ingressOf } from '../../ingresses.ts';

describe('the annotations of the Ingress say why', () => {
  const cause = (refusal: Refusal, annotations: Record<string, string>, tls = '') =>
    causeIn(
      ingressOf(`
metadata: {name: web, annotations: ${JSON.stringify(annotations)}}
spec: {${tls}}`),
      refusal,
    );
  const key = (end: string) => `nginx.ingress.kubernetes.io/${end}`;
  test.each<[Refusal, string, string, string]>([
    ['login', 'auth-type', 'basic', 'basic auth'],
    ['login', 'auth-url', 'http://auth/', 'an auth service'],
    ['client', 'auth-url', 'http://auth/', 'an auth service'],
    ['client', 'whitelist-source-range', '10.0.0.0/8', 'an allow-list'],
    ['client', 'allowlist-source-range', '10.0.0.0/8', 'an allow-list'],
    ['client', 'denylist-source-range', '10.0.0.0/8', 'a deny-list'],
    ['tls', 'force-ssl-redirect', 'true', 'requires TLS'],
    ['redirect', 'auth-signin', 'https://login/', 'an auth service'],
    ['redirect', 'app-root', '/shop', 'another path'],
  ])('%s: %s', (refusal, end, value, words) => {
    const text = cause(refusal, { [key(end)]: value });
    expect(text).toContain(words);
    expect(text).toContain(` (${key(end)} of Ingress web)`);
  });

  test('a redirect to TLS is what a router does where there is TLS', () => {
    expect(cause('tls', {}, 'tls: [{hosts: [a]}]')).toBe('a rule that requires TLS, since Ingress web has spec.tls');
    expect(cause('tls', {})).toBeUndefined();
  });

  test('and an annotation that is switched off, or another one, says nothing', () => {
    expect(cause('tls', { [key('force-ssl-redirect')]: 'false' })).toBeUndefined();
    expect(cause('login', { [key('whitelist-source-range')]: '10.0.0.0/8' })).toBeUndefined();
  });
});
