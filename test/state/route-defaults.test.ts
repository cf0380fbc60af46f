import { describe, expect, test } from 'vitest';
import { withRouteDefaults } from '../../src/state/route-defaults.ts';
import { type Answering, type Asked, json } from '../cluster/server.ts';
import { ingressOf, read } from '../routes/ingresses.ts';
import { look } from './app.ts';

/** A route of the manifests that leaves to the API server which router serves it. */

const CREATE = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses';
const served = json(200, { resources: [{ name: 'ingresses', kind: 'Ingress', namespaced: true }] });
const withoutClass = (name = 'web') => ingressOf(`{metadata: {name: ${name}, namespace: other}, spec: {rules: []}}`);

/** What becomes of `object`, and what the server was asked, which creates with `class` or answers as told. */
async function completed(object = withoutClass(), creates: object | Answering = {}, exists = false) {
  const answer: Answering = (response, asked, count) => {
    if (asked.path !== CREATE) served(response, asked, count);
    else if (typeof creates === 'function') (creates as Answering)(response, asked, count);
    else json(201, { ...(asked.body as object), spec: { rules: [], ...creates } })(response, asked, count);
  };
  const looking = await look({}, answer);
  const namespace = { allRoutes: exists ? [read(object)] : [], services: [], slices: [] };
  const manifest = { object, place: { file: 'web.yaml', line: 1 }, given: '' };
  const { routes } = await withRouteDefaults(looking.run, { routes: [manifest] } as never, namespace);
  const tried = looking.asked.filter(({ path }: Asked) => path === CREATE);
  return { spec: routes[0]?.object.spec, tried, told: looking.told() };
}

describe('an Ingress without a class', () => {
  test('gets the default class that the API server would give it, which keeps nothing', async () => {
    const { spec, tried, told } = await completed(withoutClass(), { ingressClassName: 'internal' });
    expect(spec).toEqual({ rules: [], ingressClassName: 'internal' });
    expect(tried).toMatchObject([{ query: { dryRun: 'All' }, body: { metadata: { namespace: 'shop' } } }]);
    expect(told).toContain("Ingress web names no class, and gets the cluster's default, internal");
  });

  test('stays without one where the cluster has none', async () => {
    const { spec, told } = await completed();
    expect(spec).toEqual({ rules: [] });
    expect(told).toContain('Ingress web names no class, and the cluster has no default one');
  });

  test('stays without one where the server does not say, and that is told', async () => {
    const denied = json(400, { kind: 'Status', message: 'admission webhook "policy.test" denied the request: no' });
    const { spec, told } = await completed(withoutClass(), denied);
    expect(spec).toEqual({ rules: [] });
    expect(told).toContain('whether the cluster has a default one is not known');
    expect(told).toContain('denied the request: no');
  });
});

test.each([
  ['names its class', ingressOf('{metadata: {name: web}, spec: {ingressClassName: nginx}}'), false],
  [
    'names it in the annotation',
    ingressOf('{metadata: {name: web, annotations: {kubernetes.io/ingress.class: nginx}}, spec: {}}'),
    false,
  ],
  ['exists', withoutClass(), true],
  ['is no live route', withoutClass('other'), false],
])('nothing is asked about an Ingress that %s', async (_, object, exists) => {
  const { spec, tried } = await completed(object, { ingressClassName: 'internal' }, exists);
  expect(spec).toEqual(object.spec);
  expect(tried).toEqual([]);
});
