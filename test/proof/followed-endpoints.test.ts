import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { RouteHost } from '../../src/core/base/route-host.ts';
import { endpointsOf, mapped, type Served } from '../../src/proof/followed-endpoints.ts';
import { Names } from '../../src/proof/names.ts';
import type { Endpoint } from '../../src/proof/probe.ts';
import { TestClock } from '../clock.ts';
import { NOBODY } from './backend.ts';
import { DnsServer } from './dns-server.ts';
import { listening } from './listening.ts';

/** Where hosts are reached: addresses by status, config and DNS, and those that are left out. */

const plainPort = await listening(createServer());

const { address: _, control, trust, ...SITE } = NOBODY;
const routeHost = (more: Partial<RouteHost>): RouteHost => ({ ...SITE, host: 'shop.test', ...more });
const common = { control, trust };
/** Where hosts are found, and what is told. */
async function findAt(served: readonly Served[], names = new Names(), ports?: { http: number; https: number }) {
  const told: string[] = [];
  const tools = { names, tell: (text: string) => void told.push(text), ...(ports && { ports }) };
  const endpoints = await endpointsOf(served, common, tools, AbortSignal.timeout(20_000));
  return { endpoints, told, at: textsOf(endpoints.current) };
}
const textsOf = (endpoints: readonly Endpoint[]) => endpoints.map(({ address: { host, port } }) => `${host} ${port}`);
const find = (more: Partial<RouteHost>, status: readonly string[]) => findAt([{ routeHost: routeHost(more), status }]);

test('the addresses and the port of an entrance come first, but for names that nobody knows here', async () => {
  const found = async (entrance: RouteHost['entrance'], status: string[] = []) => (await find({ entrance }, status)).at;
  expect(await found({ port: 8080, addresses: ['192.0.2.7', 'gateway.infra.svc.invalid'] }, ['192.0.2.8'])).toEqual([
    '192.0.2.7 8080',
  ]);
  expect(await found({ port: undefined, addresses: ['gateway.infra.svc.invalid'] }, ['192.0.2.8'])).toEqual([
    '192.0.2.8 80',
  ]);
});

/** No runner has a route to it: the kernel refuses to connect to a group of hosts (RFC 4291 section 2.7). */
const NOWHERE = 'ff0e::1';
describe('the addresses of a site', () => {
  test('those that the user gives count instead of the status, and are not tried', async () => {
    const given = [{ host: NOWHERE, port: 1, tls: true }];
    expect(await find({ given, tls: true }, ['192.0.2.1'])).toMatchObject({ told: [], at: [`${NOWHERE} 1`] });
  });

  test('the status names addresses and names; a name counts with all of its, and an address once', async () => {
    const { at } = await find({ tls: true }, ['127.0.0.7', 'localhost', '127.0.0.1']);
    expect(at).toContain('127.0.0.7 443');
    expect(at.filter((one) => one === '127.0.0.1 443')).toHaveLength(1);
  });

  test('a name that nobody knows stays, so that a request says why', async () => {
    expect((await find({}, ['lb.invalid'])).at).toEqual(['lb.invalid 80']);
  });

  test('without a status, they are those of the live host in DNS', async () => {
    const names = new Names({ lookUp: (await DnsServer.start({ 'shop.test': ['192.0.2.1', '192.0.2.2'] })).lookUp });
    const preview = routeHost({ host: 'green.shop.test', live: 'shop.test' });
    expect((await findAt([{ routeHost: preview, status: [] }], names)).at).toEqual(['192.0.2.1 80', '192.0.2.2 80']);
  });
});

describe('a name of which DNS says more later', () => {
  const SERVED = { routeHost: routeHost({}), status: ['lb.test'] };
  const { signal } = new AbortController();

  test('is at the new addresses too once it was looked up again, wherever the user gave it or not', async () => {
    const server = await DnsServer.start({ 'lb.test': ['192.0.2.1'] });
    const clock = new TestClock();
    const names = new Names({ lookUp: server.lookUp, clock });
    const given = [{ host: 'lb.test', port: 8443, tls: undefined }];
    const { endpoints, at } = await findAt([SERVED, { routeHost: routeHost({ given }), status: [] }], names);
    expect(at).toEqual(['192.0.2.1 80', '192.0.2.1 8443']);
    server.zone['lb.test'] = ['192.0.2.1', '192.0.2.2'];
    await clock.advance(1_000);
    const after = ['192.0.2.1 80', '192.0.2.2 80', '192.0.2.1 8443', '192.0.2.2 8443'];
    expect(textsOf(await endpoints.lookUp(signal))).toEqual(after);
    const below = mapped(endpoints, (one) => ({ ...one, prefix: '/green' }));
    expect(textsOf(below.current)).toEqual(after);
    expect(new Set(below.current.map(({ prefix }) => prefix))).toEqual(new Set(['/green']));
  });

  test('a run that is stopped does not wait for DNS', async () => {
    const server = await DnsServer.start();
    server.mood = 'silent';
    const names = new Names({ lookUp: server.lookUp, clock: new TestClock() });
    const stop = new AbortController();
    const tools = { names, tell: () => undefined };
    const found = endpointsOf([SERVED], common, tools, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(found).rejects.toThrow('stopped');
  });
});

describe('a family without a route', () => {
  const found = (status: readonly string[], http: number) =>
    findAt([{ routeHost: routeHost({}), status }], new Names(), { http, https: plainPort });

  test('is left out if the other one answers, which is told once', async () => {
    const { endpoints, at, told } = await found(['127.0.0.1', NOWHERE], plainPort);
    expect(at).toEqual([`127.0.0.1 ${plainPort}`]);
    expect(textsOf(await endpoints.lookUp(AbortSignal.timeout(20_000)))).toEqual(at);
    expect(told).toEqual([expect.stringContaining(`no route to IPv6 addresses: ${NOWHERE} was skipped`)]);
  });

  test('is not where nothing answers, where an address is refused, or where there is only one family', async () => {
    expect((await found(['127.0.0.1', NOWHERE], 1)).at).toHaveLength(2);
    expect((await found(['127.0.0.1', '::1'], plainPort)).at).toHaveLength(2);
    expect((await found([NOWHERE], plainPort)).at).toHaveLength(1);
  });

  test('is left out where nothing of it listens, of a name that the user gives and of the local machine', async () => {
    const server = await DnsServer.start({ 'lb.test': ['127.0.0.1', '::1'], 'a.localhost': ['127.0.0.1', '::1'] });
    const names = new Names({ lookUp: server.lookUp });
    const given = [{ host: 'lb.test', port: plainPort, tls: undefined }];
    const ports = { http: plainPort, https: plainPort };
    for (const served of [
      { routeHost: routeHost({ given }), status: [] },
      { routeHost: routeHost({}), status: ['a.localhost'] },
    ]) {
      const { endpoints, at, told } = await findAt([served], names, ports);
      expect(at).toEqual([`127.0.0.1 ${plainPort}`]);
      await endpoints.lookUp(AbortSignal.timeout(20_000));
      expect(told).toEqual([
        expect.stringContaining('Nothing listens at the IPv6 addresses of a name: ::1 was skipped'),
      ]);
    }
    expect((await findAt([{ routeHost: routeHost({}), status: ['lb.test'] }], names, ports)).at).toHaveLength(2);
  });

  test('where nothing listened is back once something does', async () => {
    const server = await DnsServer.start({ 'lb.test': ['127.0.0.1', '::1'] });
    const free = await listening(createServer());
    const given = [{ host: 'lb.test', port: free, tls: undefined }];
    const names = new Names({ lookUp: server.lookUp });
    const { endpoints, at } = await findAt([{ routeHost: routeHost({ given }), status: [] }], names);
    expect(at).toEqual([`127.0.0.1 ${free}`]);
    await listening(createServer(), '::1', free);
    expect(textsOf(await endpoints.lookUp(AbortSignal.timeout(20_000)))).toEqual(at.concat(`::1 ${free}`));
  });

  test('is left out of the addresses of a name that the user gives too', async () => {
    const server = await DnsServer.start({ 'lb.test': ['127.0.0.1', NOWHERE] });
    const given = [{ host: 'lb.test', port: plainPort, tls: undefined }];
    const names = new Names({ lookUp: server.lookUp });
    expect((await findAt([{ routeHost: routeHost({ given }), status: [] }], names)).at).toEqual([
      `127.0.0.1 ${plainPort}`,
    ]);
  });
});
