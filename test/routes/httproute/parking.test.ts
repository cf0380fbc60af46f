import { expect, test } from 'vitest';
import { diffOf } from '../../../src/core/kube/diff.ts';
import { httpRoute } from '../../../src/routes/httproute/adapter.ts';
import type { HttpRoute } from '../../../src/routes/httproute/object.ts';
import { gateway } from '../../../src/routes/httproute/router.ts';
import { routeOf } from '../../../src/routes/route-kind.ts';
import { present } from '../../core/support.ts';
import { httpRouteOf } from './routes.ts';

const LIVE = httpRouteOf(
  '{parentRefs: [{name: public, namespace: infra}], hostnames: [shop.test], rules: [{backendRefs: [{name: web-v1, port: 80}]}]}',
);

function parkingOf(services: readonly string[], before: readonly HttpRoute[] = [], live = [LIVE]): HttpRoute[] {
  const objects = gateway.parking({
    app: 'web',
    namespace: 'shop',
    annotations: { 'example.com/team': 'shop' },
    parked: services.map((service) => ({ service, port: 80 })),
    routes: live.map((one) => routeOf(httpRoute, one)),
    present: before.map((one) => routeOf(httpRoute, one)),
  });
  return objects as HttpRoute[];
}

const names = (objects: readonly HttpRoute[]) =>
  objects.map(({ metadata, spec }) => [
    metadata.name,
    (spec.rules ?? []).map(({ backendRefs }) => backendRefs?.[0]?.name),
  ]);

test('parking is on the live hosts and Gateways, behind an exact path and a header, which the answer carries too', () => {
  const [parking] = parkingOf(['web-v1']);
  const [rule] = present(parking).spec.rules ?? [];
  const [header] = rule?.matches?.[0]?.headers ?? [];
  expect(header).toMatchObject({ type: 'Exact', value: expect.stringMatching(/^[0-9a-f]{32}$/) });
  const path = rule?.matches?.[0]?.path;
  expect(path).toEqual({ type: 'Exact', value: expect.stringMatching(/^\/[0-9a-f]{32}$/) });
  expect(path?.value).not.toContain(header?.value);
  const { name, value } = present(header);
  expect(parking).toEqual({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: {
      name: 'greenpath-web-parking',
      namespace: 'shop',
      labels: { 'greenpath.dev/app': 'web' },
      annotations: { 'external-dns.alpha.kubernetes.io/controller': 'greenpath', 'example.com/team': 'shop' },
    },
    spec: {
      parentRefs: [{ name: 'public', namespace: 'infra' }],
      hostnames: ['shop.test'],
      rules: [
        {
          matches: [{ path, headers: [header] }],
          filters: [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name, value }] } }],
          backendRefs: [{ name: 'web-v1', port: 80 }],
        },
      ],
    },
  });
  expect(httpRoute.paths(present(parking))[0]?.condition?.headers).toEqual({ [name]: value });
});

test('no text shows the header', () => {
  const [parking] = parkingOf(['web-v1']);
  const value = present(parking).spec.rules?.[0]?.matches?.[0]?.headers?.[0]?.value;
  expect(diffOf(undefined, present(parking))).not.toContain(value);
  expect(httpRoute.paths(present(parking)).map(({ text }) => text)).not.toContain(value);
});

test('more Services than one route has rules are in several, and none moves between them', () => {
  const services = Array.from({ length: 18 }, (_, index) => `web-v${index + 10}`);
  const first = parkingOf(services);
  expect(names(first)).toEqual([
    ['greenpath-web-parking', services.slice(0, 16)],
    ['greenpath-web-parking.part-2', services.slice(16)],
  ]);
  // One of the first goes, and one that comes before all others by its name takes its room.
  const second = parkingOf(['web-v1', ...services.slice(1)], first);
  expect(names(second)).toEqual([
    ['greenpath-web-parking', [...services.slice(1, 16), 'web-v1']],
    ['greenpath-web-parking.part-2', services.slice(16)],
  ]);
  expect(second[1]).toEqual(first[1]);
});

test('a rule that somebody opened is closed again', () => {
  const [parking] = parkingOf(['web-v1']);
  const opened = structuredClone(present(parking));
  const [match] = opened.spec.rules?.[0]?.matches ?? [];
  delete match?.headers;
  const [again] = parkingOf(['web-v1'], [opened]);
  const now = again?.spec.rules?.[0]?.matches?.[0];
  expect(now?.headers?.[0]?.value).toMatch(/^[0-9a-f]{32}$/);
  expect(now?.path).toEqual(match?.path);
});

test('each set of Gateways has parking of its own, and listeners of one Gateway count', () => {
  const place = (parent: object, name: string) => ({
    ...LIVE,
    metadata: { name, namespace: 'shop' },
    spec: { ...LIVE.spec, parentRefs: [parent] },
  });
  const live = [
    LIVE,
    place({ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'infra' }, 'same'),
    place({ name: 'inner' }, 'inner'),
  ] as HttpRoute[];
  const parking = parkingOf(['web-v1'], [], live);
  expect(names(parking)).toEqual([
    ['greenpath-web-parking', ['web-v1']],
    ['greenpath-web-parking.part-2', ['web-v1']],
  ]);
  expect(parking.map(({ spec }) => spec.parentRefs?.[0]?.name)).toEqual(['public', 'inner']);
  expect(parkingOf(['web-v1'], parking, live)).toEqual(parking);
});
