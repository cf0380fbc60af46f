import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../../src/core/base/error.ts';
import { NOT_INHERITED } from '../../../src/routes/ingress/nginx/annotations.ts';
import { inherited, refuseUnprotected, unprotectedBy } from '../../../src/routes/ingress/protection.ts';
import { thrownBy } from '../../core/support.ts';
import { splitRoute } from '../ingresses.ts';

const OWN = { of: 'ingress-nginx', prefix: 'nginx.ingress.kubernetes.io/', notInherited: NOT_INHERITED };

const found = (key: string, added: Record<string, string> = {}) =>
  unprotectedBy(splitRoute({ annotations: `${key}: value` }), OWN, added);

describe('unprotectedBy', () => {
  test.each([
    'nginx.ingress.kubernetes.io/configuration-snippet',
    'nginx.ingress.kubernetes.io/server-snippet',
    'nginx.ingress.kubernetes.io/auth-snippet',
    'nginx.ingress.kubernetes.io/modsecurity-snippet',
    'traefik.ingress.kubernetes.io/router.middlewares',
    'ingress.kubernetes.io/whitelist-source-range',
    'haproxy-ingress.github.io/auth-url',
    'haproxy.org/whitelist',
    'konghq.com/plugins',
    'nginx.org/policies',
    'nginx.com/jwt-key',
    'alb.ingress.kubernetes.io/auth-type',
    'zalando.org/skipper-filter',
    'k8s.apisix.apache.org/plugin-config-name',
    'example.com/auth-by',
    'security.example.com/allowlist',
  ])('%s may protect, and the preview does not take it over', (key) => {
    expect(found(key)).toEqual([key]);
  });

  test.each([
    'nginx.ingress.kubernetes.io/auth-url',
    'nginx.ingress.kubernetes.io/proxy-read-timeout',
    'nginx.ingress.kubernetes.io/use-regex',
    'ingress.kubernetes.io/ssl-redirect',
    'kubernetes.io/ingress.class',
    'kubernetes.io/tls-acme',
    'kubectl.kubernetes.io/last-applied-configuration',
    'meta.helm.sh/release-name',
    'argocd.argoproj.io/tracking-id',
    'kustomize.toolkit.fluxcd.io/name',
    'cert-manager.io/cluster-issuer',
    'acme.cert-manager.io/http01-edit-in-place',
    'external-dns.alpha.kubernetes.io/ingress-hostname-source',
    'field.cattle.io/publicEndpoints',
    'greenpath.dev/web',
    'nginx.kubernetes.io/add-base-url',
    'traefik.ingress.kubernetes.io/router.entrypoints',
    'example.com/owner',
    'auth',
  ])('%s does not matter', (key) => {
    expect(found(key)).toEqual([]);
  });

  test('what the config says for the preview itself is there', () => {
    const key = 'nginx.ingress.kubernetes.io/configuration-snippet';
    expect(found(key, { [key]: 'deny all;' })).toEqual([]);
  });
});

test('the key that lists further hosts is copied to no preview', () => {
  const own = { of: 'Kong', prefix: 'konghq.com/', notInherited: /^path$/, aliases: 'konghq.com/host-aliases' };
  const route = splitRoute({
    annotations: 'konghq.com/host-aliases: b.test, konghq.com/path: /a, konghq.com/plugins: login',
  });
  for (const rewrites of [false, true])
    expect(inherited(route, own, rewrites)).toEqual({ 'konghq.com/plugins': 'login' });
});

test('the refusal names each annotation, and both ways out', () => {
  const route = splitRoute({ annotations: 'konghq.com/plugins: a, nginx.org/policies: b' });
  const error = thrownBy(() => refuseUnprotected(route, OWN, {}));
  if (!(error instanceof GreenpathError)) throw error;
  expect(error.code).toBe('preview-unprotected');
  expect(error.message).toContain('konghq.com/plugins, nginx.org/policies of Ingress shop');
  expect(error.next).toContain('preview: {annotations: {…}}');
  expect(error.next).toContain('preview: {unprotected: accept}');
});
