import { describe, expect, test } from 'vitest';
import { STRIP_TO } from '../../../src/routes/ingress/nginx/annotations.ts';
import { mirrored } from '../../../src/routes/ingress/nginx/mirrors.ts';
import { classOf } from '../../../src/routes/ingress/object.ts';
import { routerOf } from '../../../src/routes/ingress/routers.ts';
import { splitRoute } from '../ingresses.ts';

const withClass = (spec: string, annotation = '') =>
  splitRoute({ spec, annotations: annotation === '' ? '' : `kubernetes.io/ingress.class: ${annotation}` });

describe('the router that serves a route', () => {
  test.each([
    ['ingressClassName: nginx', '', undefined, 'nginx'],
    ['tls: []', 'nginx', undefined, 'nginx'],
    ['ingressClassName: traefik', '', 'nginx', 'nginx'],
  ])('%s, annotation "%s", configured %s: %s', (spec, annotation, configured, name) => {
    expect(routerOf([withClass(spec, annotation)], configured).name).toBe(name);
  });

  test.each([
    ['ingressClassName: traefik', '', 'Ingress shop has the class traefik, and Greenpath does not know'],
    ['ingressClassName: alb', 'nginx', 'Ingress shop has the class alb'],
    ['tls: []', '', 'Ingress shop names no class, so Greenpath does not know which router serves it'],
  ])('%s, annotation "%s": nothing is guessed', (spec, annotation, text) => {
    expect(() => routerOf([withClass(spec, annotation)], undefined)).toThrow(text);
  });

  test('is one for all routes of an app', () => {
    const routes = [withClass('ingressClassName: nginx'), withClass('ingressClassName: other')];
    expect(() => routerOf(routes, 'nginx')).toThrow('the live routes have different classes (nginx, other)');
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
