import { describe, expect, test } from 'vitest';
import { classOf, dialectOf } from '../../src/routes/dialects.ts';
import { splitRoute } from '../core/routes.ts';
import { nginx } from '../core/support.ts';

const withClass = (spec: string, annotation = '') =>
  splitRoute({ spec, annotations: annotation === '' ? '' : `kubernetes.io/ingress.class: ${annotation}` });

describe('dialectOf', () => {
  test.each<[string, string, string | undefined, string | undefined]>([
    ['ingressClassName: nginx', '', undefined, 'nginx'],
    ['tls: []', 'nginx', undefined, 'nginx'],
    ['ingressClassName: traefik', '', 'nginx', 'nginx'],
    ['ingressClassName: traefik', '', undefined, undefined],
    ['ingressClassName: alb', 'nginx', undefined, undefined],
    ['tls: []', '', undefined, undefined],
  ])('%s, annotation "%s", configured %s: %s', (spec, annotation, configured, name) => {
    expect(dialectOf(withClass(spec, annotation), configured)?.name).toBe(name);
  });

  test('classOf: the field, else the annotation', () => {
    expect(classOf(withClass('ingressClassName: a', 'b'))).toBe('a');
    expect(classOf(withClass('tls: []', 'b'))).toBe('b');
    expect(classOf(withClass('tls: []'))).toBeUndefined();
  });
});

test.each([
  ['/green', '/'],
  ['/green/', '/'],
  ['/green/new', '/new'],
  ['/green/a/b', '/a/b'],
  ['/greenhouse', undefined],
  ['/', undefined],
])('the stripped path under /green: %s reaches the application as %s', (path, expected) => {
  const { mirrored, stripTo } = nginx();
  const match = new RegExp(`^${mirrored('/green', '/', 'Prefix')}`).exec(path);
  expect(match === null ? undefined : stripTo.replace('$2', match[2] ?? '')).toBe(expected);
});
