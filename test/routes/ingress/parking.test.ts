import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLOSED } from '../../../src/routes/ingress/nginx/annotations.ts';
import { nginx } from '../../../src/routes/ingress/nginx/router.ts';
import type { Ingress } from '../../../src/routes/ingress/object.ts';
import { pathsOf } from '../../../src/routes/ingress/paths.ts';
import { parkedServices, parkingHost, parkingName } from '../../../src/routes/own.ts';
import { only, present } from '../../core/support.ts';
import { read, splitRoute } from '../ingresses.ts';

const park = (
  services: string[],
  existing?: Ingress,
  annotations: Record<string, string> = {},
  ports: (number | string)[] = [80],
  route = splitRoute(),
) => {
  const parked = services.flatMap((service) => ports.map((port) => ({ service, port })));
  const present = existing === undefined ? [] : [read(existing)];
  const request = { app: 'web', namespace: 'shop', parked, annotations, routes: [read(route)], present };
  return only(nginx.parking(request)) as Ingress;
};
const pathBy = (parking: Ingress) =>
  new Map(pathsOf(parking).map(({ service, port, path }) => [`${service}:${port}`, path]));

describe('parking', () => {
  test('names every Service at every port, on a host that does not resolve', () => {
    const parking = park(['web-v1', 'web-v2'], undefined, {}, [80, 'http']);
    expect([...pathBy(parking).keys()]).toEqual(['web-v1:80', 'web-v1:http', 'web-v2:80', 'web-v2:http']);
    expect(new Set(pathsOf(parking).map((rule) => rule.host))).toEqual(new Set(['web.shop.greenpath.invalid']));
    expect(parking.metadata).toMatchObject({ name: parkingName('web'), namespace: 'shop' });
    expect(parking.metadata.labels).toEqual({ 'greenpath.dev/app': 'web' });
    expect(parking.spec.ingressClassName).toBe('nginx');
  });

  test('paths are unguessable: long, random, never the same twice', () => {
    const names = Array.from({ length: 50 }, (_, index) => `web-${index}`);
    const paths = [...pathBy(park(names)).values(), ...pathBy(park(names)).values()];
    for (const path of paths) expect(path).toMatch(/^\/[0-9a-f]{32}$/);
    expect(new Set(paths).size).toBe(100);
  });

  test('Services keep the paths they have; only new ones get new paths', () => {
    const names = fc.uniqueArray(fc.constantFrom('web-v1', 'web-v2', 'web-v3', 'web-v4'), { minLength: 1 });
    fc.assert(
      fc.property(names, names, (before, after) => {
        const existing = park(before);
        const old = pathBy(existing);
        for (const [target, path] of pathBy(park(after, existing))) {
          if (old.has(target)) expect(path).toBe(old.get(target));
          else expect([...old.values()]).not.toContain(path);
        }
      }),
    );
  });

  test.each(['/', '/guessed', `/${'0'.repeat(31)}`, `/${'A'.repeat(32)}`, `/x/${'0'.repeat(32)}`])(
    'a path that somebody changed to %s is unguessable again',
    (path) => {
      const changed = park(['web-v1', 'web-v2']);
      const [first, second] = changed.spec.rules?.[0]?.http?.paths ?? [];
      Object.assign(present(first), { path });
      const now = pathBy(park(['web-v1', 'web-v2'], changed));
      expect(now.get('web-v1:80')).toMatch(/^\/[0-9a-f]{32}$/);
      expect(now.get('web-v2:80')).toBe(second?.path);
    },
  );

  test('the same again is the same object', () => {
    const parking = park(['web-v1', 'web-v2'], undefined, {}, [80, 'http']);
    expect(park(['web-v1', 'web-v2'], parking, {}, [80, 'http'])).toEqual(parking);
  });

  test("is closed to everybody, whatever the user's annotations say", () => {
    const open = Object.fromEntries(Object.keys(CLOSED).map((key) => [key, '0.0.0.0/0']));
    expect(park(['web-v1'], undefined, { ...open, team: 'shop' }).metadata.annotations).toMatchObject({
      ...CLOSED,
      team: 'shop',
    });
  });

  test('is closed also where the user opens it by the other name of that annotation', () => {
    const allow = 'nginx.ingress.kubernetes.io/allowlist-source-range';
    const { annotations } = park(['web-v1'], undefined, { [allow]: '0.0.0.0/0' }).metadata;
    expect(annotations?.[allow] ?? '192.0.2.1/32').toBe('192.0.2.1/32');
  });

  test('tells external-dns to leave it alone, whatever the user says', () => {
    const key = 'external-dns.alpha.kubernetes.io/controller';
    expect(park(['web-v1'], undefined, { [key]: 'dns-controller' }).metadata.annotations).toHaveProperty(
      [key],
      'greenpath',
    );
  });

  test("takes over nothing else of the live route's annotations", () => {
    const route = splitRoute({
      annotations: 'nginx.ingress.kubernetes.io/auth-url: x, kubernetes.io/ingress.class: nginx',
      spec: 'tls: []',
    });
    const { annotations } = park(['web-v1'], undefined, {}, [80], route).metadata;
    expect(annotations).not.toHaveProperty(['nginx.ingress.kubernetes.io/auth-url']);
    expect(annotations).toHaveProperty(['kubernetes.io/ingress.class'], 'nginx');
  });
});

test('parkingHost: two apps or namespaces have two hosts', () => {
  expect(new Set([parkingHost('a', 'b'), parkingHost('b', 'a'), parkingHost('a', 'c')]).size).toBe(3);
});

test('parkedServices: what the object names, and nothing if there is none', () => {
  expect(parkedServices([read(park(['web-v1', 'web-v2'], undefined, {}, [80, 'http']))])).toEqual(
    new Set(['web-v1', 'web-v2']),
  );
  expect(parkedServices([])).toEqual(new Set());
  const bucket = park(['web-v1']);
  only(bucket.spec.rules ?? []).http = { paths: [{ backend: { resource: { name: 'b' } } }] };
  expect(parkedServices([read(bucket)])).toEqual(new Set());
});
