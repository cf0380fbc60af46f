import { describe, expect, test } from 'vitest';
import { httpRoute } from '../../src/routes/httproute/adapter.ts';
import { readNamespace } from '../../src/state/namespace.ts';
import { readRoutes } from '../../src/state/read-routes.ts';
import { type Answering, json } from '../cluster/server.ts';
import { byPath, ingress, items, look } from './app.ts';

test('a route of the cluster that is none is refused by name', async () => {
  const broken = ingress('web', { spec: { tls: 7 } });
  const { run } = await look({}, byPath({ 'GET ingresses': items(broken) }));
  await expect(readRoutes(run)).rejects.toMatchObject({
    code: 'route',
    message: 'Ingress web cannot be read',
    problems: [{ text: 'Ingress web: spec.tls is a number, but must be a list' }],
  });
});

test('what opens parking is hidden as soon as it is read, of whichever app, and also where it cannot be used', async () => {
  const [path, other, token] = ['0123456789abcdef'.repeat(2), '1'.repeat(32), 'fedcba9876543210'.repeat(2)];
  const parking = ingress('greenpath-web-parking', {
    paths: { [`/${path}`]: 'web-v1' },
    metadata: { labels: { 'greenpath.dev/app': 'web' }, annotations: { 'konghq.com/headers.x': token } },
  });
  const unlabelled = ingress('greenpath-api-parking.part-2', { paths: { [`/${other}`]: 'api-v1' }, spec: { tls: 7 } });
  const { run } = await look({}, byPath({ 'GET ingresses': items(parking, unlabelled) }));
  await expect(readRoutes(run)).rejects.toMatchObject({ code: 'route' });
  expect(run.report.masked(`/${path} http://a.test/${other}?b=c "${token}"`)).toBe('/*** http://a.test/***?b=c "***"');
});

test('what a route of somebody else says stays visible', async () => {
  const digest = '0123456789abcdef'.repeat(2);
  const { run } = await look(
    {},
    byPath({ 'GET ingresses': items(ingress('web', { paths: { [`/${digest}`]: 'a' } })) }),
  );
  await readRoutes(run);
  expect(run.report.masked(`/${digest}`)).toBe(`/${digest}`);
});

describe('where there are two kinds of routes', () => {
  const rule = { matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: 'web-v1', port: 80 }] };
  const spec = { hostnames: ['shop.test'], rules: [rule] };
  const other = { ...httpRoute.resource, metadata: { name: 'web', namespace: 'shop' }, spec };
  const forbidden = (resource: string) =>
    json(403, {
      message: `${resource} is forbidden: User "ci" cannot list resource "${resource}" in API group "" in the namespace "shop"`,
    });
  const absent = json(404, { message: 'the server could not find the requested resource' });

  /** Reads as a run whose input `route` names these kinds. */
  async function readWith(kinds: readonly string[], answers: Readonly<Record<string, Answering>>) {
    const { asked, told, run } = await look({}, byPath(answers));
    const routes = kinds.map((kind) => ({ kind, name: 'web' }));
    const reading = readRoutes({ ...run, inputs: { ...run.inputs, routes } });
    const found = (await reading).map(({ ref }) => `${ref.kind}/${ref.name}`);
    return { found, told, asked: asked.map(({ path }) => path.split('/').at(-1)) };
  }

  test('a run behind an Ingress asks for no other kind: the cluster may lack it, and the Role the rule', async () => {
    const { found, asked } = await readWith(['ingress'], { 'GET ingresses': items(ingress()) });
    expect(asked).toEqual(['ingresses']);
    expect(found).toEqual(['ingress/web']);
  });

  test('a run behind another kind reads both', async () => {
    const answers = { 'GET ingresses': items(ingress()), 'GET httproutes': items(other) };
    const { found } = await readWith(['httproute'], answers);
    expect(found).toEqual(['ingress/web', 'httproute/web']);
  });

  test.each([
    ['the Role may not list', forbidden('ingresses')],
    ['the cluster does not serve', absent],
  ])('%s Ingresses: a run behind another kind goes on, and says so', async (_, answer) => {
    const { found, told } = await readWith(['httproute'], { 'GET ingresses': answer, 'GET httproutes': items(other) });
    expect(found).toEqual(['httproute/web']);
    expect(told()).toContain('No live route is one of the ingresses, and these were not read');
  });

  test('what a live route is attached to is read where the account may, in its own namespace', async () => {
    const attached = {
      ...other,
      spec: { ...spec, parentRefs: [{ name: 'public', namespace: 'infra' }, { name: 'own' }] },
    };
    const gateway = { kind: 'Gateway', metadata: { name: 'public', namespace: 'infra' }, spec: {} };
    const { run, asked } = await look({}, (response, got, count) => {
      const { path } = got;
      if (path.endsWith('/namespaces/infra/gateways/public')) return json(200, gateway)(response, got, count);
      if (path.endsWith('/gateways/own')) return forbidden('gateways')(response, got, count);
      return items(...(path.endsWith('/httproutes') ? [attached] : []))(response, got, count);
    });
    const routes = [{ kind: 'httproute', name: 'web' }];
    const { parents } = await readNamespace({ ...run, inputs: { ...run.inputs, routes } });
    expect(parents?.map(({ metadata }) => metadata.name)).toEqual(['public']);
    expect(asked.map(({ path }) => path)).toContain('/apis/gateway.networking.k8s.io/v1/namespaces/shop/gateways/own');
  });

  test.each([
    ['may not be listed', forbidden('httproutes'), 'forbidden', 'docs/role.yaml has the rule for HTTPRoutes'],
    ['is not served', absent, 'route', 'Install the CRDs of Gateway API'],
  ])('the kind of a live route %s: that ends the run, and says what to do', async (_, answer, code, next) => {
    const answers = { 'GET ingresses': items(), 'GET httproutes': answer };
    const wanted = { code, next: expect.stringContaining(next) };
    await expect(readWith(['ingress', 'httproute'], answers)).rejects.toMatchObject(wanted);
  });

  test('a server that fails is no kind that is missing', async () => {
    const answers = { 'GET ingresses': json(400, { message: 'no' }), 'GET httproutes': items(other) };
    await expect(readWith(['httproute'], answers)).rejects.toMatchObject({ code: 'refused-by-server' });
  });
});
