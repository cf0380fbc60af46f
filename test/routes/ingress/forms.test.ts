import { describe, expect, test } from 'vitest';
import { findLive } from '../../../src/core/release/live.ts';
import { ingress } from '../../../src/routes/ingress/adapter.ts';
import type { Ingress } from '../../../src/routes/ingress/object.ts';
import { pathsOf } from '../../../src/routes/ingress/paths.ts';
import { service, thrownBy } from '../../core/support.ts';
import { ingressOf, read, request } from '../ingresses.ts';

/** Ingresses as people write them: each kind with the whole preview that it gets, or the code of the refusal. */

const PARTS = ['web', 'api'];
const COUNTERPARTS = PARTS.map((name) => ({ service: `${name}-v2`, baseName: name, ports: [{ number: 80 }] }));
const candidate = { revision: 'v2', services: { web: 'web-v2', api: 'api-v2' } };

/** What deploy-green writes beside a live Ingress: its class, annotations, TLS and paths, a line each. */
function previewOf(text: string, others: readonly Ingress[] = []): string[] {
  const route = read(ingressOf(text));
  expect(ingress.faults(route.object)).toEqual([]);
  const services = PARTS.map((name) => service(name));
  const options = { app: 'web', revisionLabel: 'revision', isPreview: () => false };
  const live = findLive({ ...route, namespace: 'shop', repair: () => [] }, services, COUNTERPARTS, options);
  const router = ingress.routerOf([route.object], {}).router;
  const asked = request([{ ...route, ...live, exists: true }], others, { overlap: 'refuse' });
  return router
    .previews({ ...asked, candidate })
    .flatMap(({ objects, patch }) => [
      ...objects.flatMap((object) => linesOf(object as Ingress)),
      ...patch.map(({ op, path }) => `${op} ${path}`),
    ]);
}

function linesOf({ metadata, spec }: Ingress): string[] {
  const {
    'external-dns.alpha.kubernetes.io/controller': dns,
    'greenpath.dev/preview': kind,
    ...annotations
  } = metadata.annotations ?? {};
  expect([dns, kind]).toEqual(['greenpath', '{"by":"path","path":"/green"}']);
  return [
    `class ${spec.ingressClassName ?? 'in the annotation'}`,
    ...Object.entries(annotations).map(
      ([key, value]) => `${key.replace('nginx.ingress.kubernetes.io/', '')}: ${value}`,
    ),
    ...(spec.tls ?? []).map(({ hosts, secretName }) => `TLS ${hosts} by ${secretName}`),
    ...pathsOf({ metadata, spec } as Ingress).map((path) => `${path.text} ${path.service}`),
  ];
}

const backend = (name: string) => `{service: {name: ${name}, port: {number: 80}}}`;
const path = (at: string, name = 'web', type = 'Prefix') =>
  `{path: "${at}", pathType: ${type}, backend: ${backend(name)}}`;
const manifest = (spec: string, annotations = '') => `
metadata: {name: web, annotations: {${annotations}}}
spec: {${spec}}`;
const NGINX = 'nginx.ingress.kubernetes.io';
const ROOT = `http: {paths: [${path('/')}]}`;
const STRIPS = ['rewrite-target: /$2', 'use-regex: true'];
const GREEN = 'a.test/green(/|$)(.*) web-v2';

/** Each kind, its manifest, and what stands beside it or in it. */
const ACCEPTED: readonly (readonly [kind: string, manifest: string, written: string[]])[] = [
  [
    'its class in the old annotation',
    manifest(`rules: [{host: a.test, ${ROOT}}]`, 'kubernetes.io/ingress.class: nginx'),
    ['class in the annotation', 'kubernetes.io/ingress.class: nginx', ...STRIPS, GREEN],
  ],
  [
    'several hosts, of which one has TLS',
    manifest(
      `ingressClassName: nginx, tls: [{hosts: [b.test], secretName: b}, {hosts: [c.test], secretName: c}], rules: [{host: a.test, ${ROOT}}, {host: b.test, ${ROOT}}]`,
    ),
    ['class nginx', ...STRIPS, 'TLS b.test by b', GREEN, 'b.test/green(/|$)(.*) web-v2'],
  ],
  [
    'redirects to TLS, limits, CORS and an auth service',
    manifest(
      `ingressClassName: nginx, rules: [{host: a.test, ${ROOT}}]`,
      `${NGINX}/force-ssl-redirect: "true", ${NGINX}/proxy-body-size: 10m, ${NGINX}/enable-cors: "true", ${NGINX}/auth-url: "http://auth/"`,
    ),
    [
      'class nginx',
      'force-ssl-redirect: true',
      'proxy-body-size: 10m',
      'enable-cors: true',
      'auth-url: http://auth/',
      ...STRIPS,
      GREEN,
    ],
  ],
  [
    'annotations of tools, an app-root and an alias, which are for the live host only',
    manifest(
      `ingressClassName: nginx, rules: [{host: a.test, ${ROOT}}]`,
      `cert-manager.io/cluster-issuer: le, kubernetes.io/tls-acme: "true", ${NGINX}/app-root: /app, ${NGINX}/server-alias: b.test`,
    ),
    ['class nginx', ...STRIPS, GREEN],
  ],
  [
    'a defaultBackend only',
    manifest(`ingressClassName: nginx, defaultBackend: ${backend('web')}`),
    ['class nginx', ...STRIPS, '<any host>/green(/|$)(.*) web-v2'],
  ],
  [
    'regex paths with captures, and no rewrite',
    manifest(
      `ingressClassName: nginx, rules: [{host: a.test, http: {paths: [${path('/(v1|v2)/users', 'api', 'ImplementationSpecific')}, ${path('/', 'web', 'ImplementationSpecific')}]}}]`,
      `${NGINX}/use-regex: "true"`,
    ),
    ['class nginx', 'rewrite-target: /$2', 'use-regex: true', 'a.test/green(/)((v1|v2)/users(.*|.*)) api-v2', GREEN],
  ],
  [
    'rewrite-target: / over several prefixes',
    manifest(
      `ingressClassName: nginx, rules: [{host: a.test, http: {paths: [${path('/app')}, ${path('/api', 'api')}]}}]`,
      `${NGINX}/rewrite-target: /`,
    ),
    ['class nginx', ...STRIPS, 'a.test/green()()()()/app web-v2', 'a.test/green()()()()/api api-v2'],
  ],
  [
    'rewrite-target: /$1 with everything beside it',
    manifest(
      `ingressClassName: nginx, rules: [{host: a.test, http: {paths: [${path('/?(.*)')}, ${path('/api/?(.*)', 'api')}]}}]`,
      `${NGINX}/rewrite-target: /$1`,
    ),
    ['class nginx', ...STRIPS, GREEN, 'a.test/green(/|/)api/?(.*) api-v2'],
  ],
  [
    'rewrite-target: /v1/$1',
    manifest(
      `ingressClassName: nginx, rules: [{host: a.test, http: {paths: [${path('/app/(.*)', 'web', 'ImplementationSpecific')}]}}]`,
      `${NGINX}/rewrite-target: /v1/$1`,
    ),
    ['class nginx', 'rewrite-target: /v1/$1', 'use-regex: true', 'a.test/green/app/(.*) web-v2'],
  ],
  [
    'rewrite-target: /$2, which strips as previews do: its preview is inside',
    manifest(
      `ingressClassName: nginx, rules: [{host: a.test, http: {paths: [${path('/api(/|$)(.*)', 'api', 'ImplementationSpecific')}]}}]`,
      `${NGINX}/rewrite-target: /$2`,
    ),
    [
      'test /spec/rules/0/host',
      'test /spec/rules/0/http/paths/0/path',
      'test /spec/rules/0/http/paths/0/backend',
      'add /spec/rules/0/http/paths/-',
    ],
  ],
  [
    'a snippet of headers',
    manifest(
      `ingressClassName: nginx, rules: [{host: a.test, ${ROOT}}]`,
      `${NGINX}/configuration-snippet: "add_header A b;", ${NGINX}/server-snippet: "gzip on;"`,
    ),
    ['class nginx', 'configuration-snippet: add_header A b;', ...STRIPS, GREEN],
  ],
  [
    'a wildcard and no host',
    manifest(`ingressClassName: nginx, rules: [{host: "*.a.test", ${ROOT}}, {${ROOT}}]`),
    ['class nginx', ...STRIPS, '*.a.test/green(/|$)(.*) web-v2', '<any host>/green(/|$)(.*) web-v2'],
  ],
  [
    'several paths to one Service',
    manifest(`ingressClassName: nginx, rules: [{host: a.test, http: {paths: [${path('/api')}, ${path('/')}]}}]`),
    ['class nginx', ...STRIPS, 'a.test/green(/)(api(/.*|$)) web-v2', GREEN],
  ],
];

describe('accepted', () => {
  test.each(ACCEPTED)('%s', (_, text, expected) => {
    expect(previewOf(text)).toEqual(expected);
  });

  test('beside a canary of the team', () => {
    const rules = `ingressClassName: nginx, rules: [{host: a.test, ${ROOT}}]`;
    const canary = ingressOf(manifest(rules, `${NGINX}/canary: "true", ${NGINX}/canary-by-header: X-Beta`));
    canary.metadata.name = 'beta';
    expect(previewOf(manifest(rules), [canary])).toEqual(['class nginx', ...STRIPS, GREEN]);
  });
});

describe('refused', () => {
  test.each<[string, string, string]>([
    ['no class', manifest(`rules: [{host: a.test, ${ROOT}}]`), 'route'],
    ['a class of another router', manifest(`ingressClassName: alb, rules: [{host: a.test, ${ROOT}}]`), 'route'],
    [
      'two Services on one host without regexes',
      manifest(
        `ingressClassName: nginx, rules: [{host: a.test, http: {paths: [${path('/api', 'api')}, ${path('/')}]}}]`,
      ),
      'preview-side-effect',
    ],
    [
      'a snippet that keeps people out',
      manifest(
        `ingressClassName: nginx, rules: [{host: a.test, ${ROOT}}]`,
        `${NGINX}/configuration-snippet: "deny all;"`,
      ),
      'preview-unprotected',
    ],
  ])('%s', (_, text, code) => {
    expect(thrownBy(() => previewOf(text))).toMatchObject({ code });
  });
});
