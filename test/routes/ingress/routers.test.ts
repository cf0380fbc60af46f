import { describe, expect, test } from 'vitest';
import { STRIP_TO } from '../../../src/routes/ingress/nginx/annotations.ts';
import { mirrored } from '../../../src/routes/ingress/nginx/mirrors.ts';
import { classOf } from '../../../src/routes/ingress/object.ts';
import { routerOf, undecided } from '../../../src/routes/ingress/routers.ts';
import type { RouterHints } from '../../../src/routes/router-hints.ts';
import { thrownBy } from '../../core/support.ts';
import { splitRoute } from '../ingresses.ts';

const withClass = (spec: string, annotation = '') =>
  splitRoute({ spec, annotations: annotation === '' ? '' : `kubernetes.io/ingress.class: ${annotation}` });

/** What the cluster may say of its classes. */
const classes = (controllers: Readonly<Record<string, string>>, usual = '') =>
  Object.entries(controllers).map(([name, controller]) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name, annotations: { 'ingressclass.kubernetes.io/is-default-class': `${name === usual}` } },
    spec: { controller },
  }));
const NGINX = 'k8s.io/ingress-nginx';
const F5 = 'nginx.org/ingress-controller';

describe('the router that serves a route', () => {
  test.each([
    ['ingressClassName: nginx', '', {}, { name: 'nginx', by: 'name' }],
    ['tls: []', 'nginx', {}, { name: 'nginx', by: 'name' }],
    ['ingressClassName: web', '', { configured: 'nginx' }, { name: 'nginx', by: 'config' }],
    ['ingressClassName: web', '', { classes: classes({ web: NGINX }) }, { name: 'nginx', by: 'controller' }],
    ['tls: []', 'web', { classes: classes({ web: NGINX }) }, { name: 'nginx', by: 'controller' }],
    [
      'ingressClassName: web',
      '',
      { classes: classes({ web: 'k8s.io/internal-ingress-nginx' }) },
      { name: 'nginx', by: 'controller' },
    ],
    ['tls: []', '', { classes: classes({ web: NGINX, more: F5 }, 'web') }, { name: 'nginx', by: 'name' }],
    [
      'ingressClassName: traefik',
      '',
      { configured: 'nginx', classes: classes({ traefik: 'traefik.io/ingress-controller' }) },
      { name: 'nginx', by: 'config' },
    ],
  ])('%s, annotation "%s", %j: %o', (spec, annotation, hints, { name, by }) => {
    const chosen = routerOf([withClass(spec, annotation)], hints);
    expect([chosen.router.name, chosen.by]).toEqual([name, by]);
  });

  test.each([
    ['ingressClassName: web', '', {}, 'Ingress shop has the class web, and Greenpath does not know'],
    [
      'ingressClassName: web',
      '',
      { classes: [] },
      'has the class web, and the cluster has no IngressClass of that name',
    ],
    [
      'ingressClassName: web',
      '',
      { classes: classes({ web: 'example.com/other' }) },
      'has the class web, whose controller is example.com/other, and Greenpath does not know',
    ],
    ['tls: []', '', {}, 'Ingress shop names no class, so Greenpath does not know which router serves it'],
    ['tls: []', '', { classes: classes({ web: NGINX }) }, 'Ingress shop names no class, so'],
    ['ingressClassName: alb', 'nginx', {}, 'Ingress shop has the class alb. That is the AWS Load Balancer Controller'],
    [
      'ingressClassName: web',
      '',
      { configured: 'nginx', classes: classes({ web: 'ingress.k8s.aws/alb' }) },
      'That is the AWS Load Balancer Controller',
    ],
    ['tls: []', 'gce', {}, 'That is the Ingress controller of GKE'],
    ['ingressClassName: azure-application-gateway', '', {}, 'which configures an Application Gateway'],
  ])('%s, annotation "%s", %j: nothing is guessed', (spec, annotation, hints, text) => {
    expect(() => routerOf([withClass(spec, annotation)], hints)).toThrow(text);
  });

  test('what to do if none is known: a right that is missing comes first', () => {
    const web = withClass('ingressClassName: web');
    const next = (hints: RouterHints) => thrownBy(() => routerOf([web], hints));
    expect(next({})).toMatchObject({
      next: expect.stringMatching(/^Let the account read IngressClasses.*router: nginx/),
    });
    expect(next({ classes: [] })).toMatchObject({ next: expect.stringMatching(/^If its router/) });
  });

  test('reads annotations of the prefix in the config, which only one router has', () => {
    const router = (hints: RouterHints) => routerOf([withClass('ingressClassName: nginx')], hints).router;
    expect(router({ prefix: 'nginx.example.com' })).toBe(router({ prefix: 'nginx.example.com' }));
    expect(router({ prefix: 'nginx.example.com' })).not.toBe(router({}));
    expect(() => router({ prefix: 'nginx.example.com', configured: 'traefik' })).toThrow(
      'which the router traefik does not read',
    );
  });

  test('the name of a cloud is not worth more than the config', () => {
    expect(routerOf([withClass('ingressClassName: alb')], { configured: 'nginx' }).router.name).toBe('nginx');
  });

  test('is one for all routes of an app', () => {
    const routes = [withClass('ingressClassName: nginx'), withClass('ingressClassName: other')];
    expect(() => routerOf(routes, { configured: 'nginx' })).toThrow(
      'the live routes have different classes (nginx, other)',
    );
  });
});

describe('without a cluster', () => {
  test.each([
    ['tls: []', undefined, { what: 'since it names no class', isNamed: false }],
    [
      'ingressClassName: web',
      undefined,
      { what: 'since only the IngressClass web says which controller serves it', isNamed: false },
    ],
    [
      'ingressClassName: nginx',
      undefined,
      { what: expect.stringContaining('judged as the router nginx'), isNamed: true },
    ],
    ['ingressClassName: web', 'nginx', undefined],
    ['ingressClassName: alb', undefined, undefined],
  ])('%s, configured %s: %o', (spec, configured, expected) => {
    expect(undecided(withClass(spec), configured)).toEqual(expected);
  });
});

test('classOf: the field, else the annotation', () => {
  expect(classOf(withClass('ingressClassName: a', 'b'))).toBe('a');
  expect(classOf(withClass('tls: []', 'b'))).toBe('b');
  expect(classOf(withClass('tls: []'))).toBeUndefined();
});

test.each([
  ['/green', '/'],
  ['/green/', '/'],
  ['/green/new', '/new'],
  ['/green/a/b', '/a/b'],
  ['/greenhouse', undefined],
  ['/', undefined],
])('the stripped path under /green: %s reaches the application as %s', (path, expected) => {
  const match = new RegExp(`^${mirrored('/green', '/', 'Prefix')}`).exec(path);
  expect(match === null ? undefined : STRIP_TO.replace('$2', match[2] ?? '')).toBe(expected);
});
