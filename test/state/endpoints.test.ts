import { describe, expect, test } from 'vitest';
import { endpointsFor, liveUrl } from '../../src/state/endpoints.ts';
import { counterparts, ingress, look, situation, stackService } from './app.ts';

/** Where an app is asked, and what is reported of settings without effect. */

const SERVICES = [stackService('v1'), stackService('v2')];
const served = (ip: string) => ({ status: { loadBalancer: { ingress: [{ ip }] } } });
const endpoints = async (config: string, routes = [{ ...ingress(), ...served('127.0.0.1') }]) => {
  const looking = await look({ config });
  const found = await endpointsFor(looking.run, situation(looking, { ingresses: routes, services: SERVICES }));
  return { told: looking.told(), at: found.map(({ host, address }) => `${host} at ${address.host}:${address.port}`) };
};

describe('a route is asked', () => {
  test('where its status says', async () => {
    expect((await endpoints('{}')).at).toEqual(['shop.test at 127.0.0.1:80']);
  });

  test('where the config says instead', async () => {
    expect((await endpoints('addresses: ["http://10.0.0.1:8080"]')).at).toEqual(['shop.test at 10.0.0.1:8080']);
  });

  test('where its neighbours of the same class are, as long as it does not exist', async () => {
    const looking = await look();
    const neighbour = { ...ingress('other', { host: 'other.test' }), ...served('127.0.0.9') };
    const foreign = { ...ingress('far', { spec: { ingressClassName: 'kong' } }), ...served('127.0.0.8') };
    const planned = ingress('web', { paths: { '/': 'web' } });
    const found = situation(looking, { ingresses: [foreign, neighbour], services: [] }, counterparts('v2'), [planned]);
    const [endpoint] = await endpointsFor(looking.run, found);
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

  test('which names were made up', async () => {
    const wild = ingress('web', { host: '*.shop.test' });
    const { told, at } = await endpoints('addresses: ["10.0.0.1:80"]', [wild as never]);
    expect(told).toContain('*.shop.test is requested as greenpath-probe.shop.test');
    expect(at).toEqual(['greenpath-probe.shop.test at 10.0.0.1:80']);
  });
});
