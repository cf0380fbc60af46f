import { expect, test } from 'vitest';
import type { HttpRoute, ParentStatus } from '../../../src/routes/httproute/object.ts';
import { reportsOf } from '../../../src/routes/httproute/reports.ts';
import { gateway } from '../../../src/routes/httproute/router.ts';
import { httpRouteOf } from './routes.ts';

const SPEC = '{parentRefs: [{name: public, namespace: infra}]}';
type Said = NonNullable<ParentStatus['conditions']>[number];

function said(conditions: Said[], more: Partial<ParentStatus> = {}): ParentStatus {
  const parentRef = { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'infra', name: 'public' };
  return { parentRef, controllerName: 'example.com/ours', conditions, ...more };
}
const yes = (type: string, observedGeneration = 2): Said => ({ type, status: 'True', observedGeneration });
const route = (...parents: ParentStatus[]) => httpRouteOf(SPEC, { status: { parents } });
const good = route(said([yes('Accepted'), yes('ResolvedRefs')]));

test('a route that its Gateway accepts, with all that it names', () => {
  expect(reportsOf(good, good)).toEqual({
    accepted: ['HTTPRoute web by Gateway infra/public (example.com/ours)'],
    troubles: [],
    pending: [],
  });
});

test('a refusal is told with its reason, and who it is by', () => {
  const refused: Said = { ...yes('ResolvedRefs'), status: 'False', reason: 'BackendNotFound', message: 'no web-v9' };
  expect(reportsOf(route(said([yes('Accepted'), refused])), good)).toEqual({
    accepted: [],
    troubles: [
      'Gateway infra/public (example.com/ours) says ResolvedRefs: False of HTTPRoute web (BackendNotFound: no web-v9)',
    ],
    pending: [],
  });
});

test('what was said of an earlier generation counts for nothing', () => {
  const { accepted, pending } = reportsOf(route(said([yes('Accepted', 1), yes('ResolvedRefs')])), good);
  expect(accepted).toEqual([]);
  expect(pending).toEqual([
    'Gateway infra/public (example.com/ours) has said nothing yet of Accepted of HTTPRoute web as it is now',
  ]);
});

test('only controllers that accept the live route count, at its own parents', () => {
  const no: Said = { ...yes('Accepted'), status: 'False' };
  const mine = said([yes('Accepted'), yes('ResolvedRefs')]);
  const foreign = said([no], { controllerName: 'example.com/other' });
  const elsewhere = said([no], { parentRef: { name: 'public' } });
  expect(reportsOf(route(foreign, elsewhere, mine), good).troubles).toEqual([]);
  expect(reportsOf(route(foreign), route(foreign)).troubles).toHaveLength(1);
});

test('a route of which nobody says anything is neither accepted nor in trouble', () => {
  expect(reportsOf(route(), good)).toEqual({ accepted: [], troubles: [], pending: [] });
});

test.each<[string, HttpRoute, number]>([
  ['Traefik', route(said([yes('Accepted')], { controllerName: 'traefik.io/gateway-controller' })), 3_500],
  ['Contour', route(said([yes('Accepted')], { controllerName: 'projectcontour.io/gateway-controller' })), 1_500],
  ['one that nobody measured', good, 4_500],
  ['nobody yet', route(), 4_500],
  [
    'two of which one is slow',
    route(
      said([yes('Accepted')], { controllerName: 'istio.io/gateway-controller' }),
      said([yes('Accepted')], { controllerName: 'traefik.io/gateway-controller' }),
    ),
    3_500,
  ],
  [
    'one that does not refuse it',
    route(
      said([yes('Accepted')], { controllerName: 'istio.io/gateway-controller' }),
      said([{ ...yes('Accepted'), status: 'False' }]),
      said([yes('Accepted')], { parentRef: { name: 'mesh', kind: 'Service', group: '' } }),
    ),
    1_500,
  ],
])('the settling time of a route that is served by %s', (_, served, time) => {
  expect(gateway.settleTimeOf?.(served)).toBe(time);
});

test.each([
  ['istio.io/gateway-controller', 11_000],
  ['projectcontour.io/gateway-controller', 1_500],
  ['traefik.io/gateway-controller', 3_500],
  ['example.com/ours', 4_500],
])('where answers do not show their version, %s counts as slow as it can be', (controllerName, time) => {
  expect(gateway.longestSettleTimeOf?.(route(said([yes('Accepted')], { controllerName })))).toBe(time);
});
