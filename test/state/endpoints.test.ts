import { describe, expect, test } from 'vitest';
import type { AdaptedRoute } from '../../src/routes/adapter.ts';
import { httpRoute } from '../../src/routes/httproute/adapter.ts';
import type { HttpRoute } from '../../src/routes/httproute/object.ts';
import { ingress as ingresses } from '../../src/routes/ingress/adapter.ts';
import { routeOf } from '../../src/routes/route-kind.ts';
import { endpointsFor, liveUrl } from '../../src/state/endpoints.ts';
import { readSituation } from '../../src/state/read-situation.ts';
import { counterparts, ingress, look, situation, stackService } from './app.ts';

/** Where an app is asked, and what is reported of settings without effect. */

const SERVICES = [stackService('v1'), stackService('v2')];
const served = (ip: string) => ({ status: { loadBalancer: { ingress: [{ ip }] } } });
const endpoints = async (config: string, routes = [{ ...ingress(), ...served('127.0.0.1') }]) => {
  const looking = await look({ config });
  const found = await endpointsFor(looking.run, situation(looking, { ingresses: routes, services: SERVICES }));
  return {
    told: looking.told(),
    at: found.current.map(({ host, address }) => `${host} at ${address.host}:${address.port}`),
  };
};

describe('a route is asked', () => {
  test('where its status says', async () => {
    expect((await endpoints('{}')).at).toEqual(['shop.test at 127.0.0.1:80']);
  });

  test('where the config says instead', async () => {
    expect((await endpoints('addresses: ["http://10.0.0.1:8080"]')).at).toEqual(['shop.test at 10.0.0.1:8080']);
  });

  test('at each address of a name that the config has', async () => {
    expect((await endpoints('addresses: ["localhost:8080"]')).at).toContain('shop.test at 127.0.0.1:8080');
  });

  test('where its neighbours of the same class are, as long as it does not exist', async () => {
    const looking = await look();
    const neighbour = { ...ingress('other', { host: 'other.test' }), ...served('127.0.0.9') };
    const foreign = { ...ingress('far', { spec: { ingressClassName: 'kong' } }), ...served('127.0.0.8') };
    const planned = ingress('web', { paths: { '/': 'web' } });
    const found = situation(looking, { ingresses: [foreign, neighbour], services: [] }, counterparts('v2'), [planned]);
    const [endpoint] = (await endpointsFor(looking.run, found)).current;
    expect(endpoint?.address).toEqual({ host: '127.0.0.9', port: 80 });
  });

  test('through DNS, as visitors do, where nobody says where it is', async () => {
    const local = ingress('web', { host: 'localhost' });
    const found = await endpoints('{}', [local as never]);
    expect(found.at).toContain('localhost at 127.0.0.1:80');
  });

  test('by an address, if it is for every host', async () => {
    const looking = await look();
    const { host: _, ...rule } = ingress().spec.rules?.[0] ?? {};
    const every = { ...ingress('web', { spec: { rules: [rule] } as never }), ...served('::1') };
    const found = situation(looking, { ingresses: [every], services: SERVICES });
    expect(liveUrl(found)).toBe('http://[::1]/');
  });
});

describe('the log says', () => {
  test('which settings no host uses', async () => {
    const { told } = await endpoints(
      'addresses: {other.test: "10.0.0.1:80", shop.test: "10.0.0.2:80"}\nhosts: [else.test]',
    );
    expect(told).toContain(
      'No host of the live routes uses the entries of addresses and hosts for 10.0.0.1:80, else.test',
    );
  });

  test('that DNS leads to one router only, where two serve a host', async () => {
    const looking = await look();
    const spec = {
      parentRefs: [{ name: 'g' }],
      hostnames: ['localhost'],
      rules: [{ backendRefs: [{ name: 'web-v1', port: 80 }] }],
    };
    const second = routeOf(httpRoute, {
      ...httpRoute.resource,
      metadata: { name: 'web', namespace: 'shop' },
      spec,
    } as HttpRoute);
    const first = routeOf(ingresses, { ...ingress('web', { host: 'localhost' }), ...served('127.0.0.1') });
    const routes = [first, second].map(({ ref }) => ref);
    const run = { ...looking.run, inputs: { ...looking.run.inputs, routes } };
    const whole = { allRoutes: [first, second] as AdaptedRoute[], services: SERVICES, slices: [] };
    const { config } = run.inputs;
    await endpointsFor(run, readSituation(run, whole, { counterparts: counterparts('v2'), config }));
    expect(looking.told()).toContain('localhost is asked where DNS leads to for httproute/web too');
    expect(looking.told()).toContain('addresses: {httproute/web: [host:port]}');
  });

  test('which names were made up', async () => {
    const wild = ingress('web', { host: '*.shop.test' });
    const { told, at } = await endpoints('addresses: ["10.0.0.1:80"]', [wild as never]);
    expect(told).toContain('*.shop.test is requested as greenpath-probe.shop.test');
    expect(at).toEqual(['greenpath-probe.shop.test at 10.0.0.1:80']);
  });
});
