import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer as createPlain } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import type { RouteHost } from '../../src/core/base/route-host.ts';
import { endpointsOf, mapped, type Served } from '../../src/proof/followed-endpoints.ts';
import { Names } from '../../src/proof/names.ts';
import { type Endpoint, probe } from '../../src/proof/probe.ts';
import { trustIn } from '../../src/proof/tls.ts';
import { TestClock } from '../clock.ts';
import { NOBODY } from './backend.ts';
import { Authority } from './certificates.ts';
import { DnsServer } from './dns-server.ts';

/** The ways to a site over real sockets: TLS, whom to trust, and addresses to which there is no route. */

const authority = new Authority('internal');
const started: Server[] = [];
afterAll(() => {
  for (const server of started) server.close();
});
const listening = async (server: Server, host = '127.0.0.1') => {
  started.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
};
/** Where `shop.test` is served by TLS, and says which name was asked for. */
const port = await listening(
  createServer(authority.issue('shop.test', '*.wild.test', '127.0.0.1'), ({ socket }, response) => {
    response.end(`asked for ${'servername' in socket ? socket.servername : ''}`);
  }),
);
const plainPort = await listening(createPlain((_, response) => void response.end('plain')));

const { address: _, control, trust, ...SITE } = NOBODY;
const routeHost = (more: Partial<RouteHost>): RouteHost => ({ ...SITE, host: 'shop.test', ...more });
const endpoint = (more: Partial<Endpoint>): Endpoint => ({
  ...NOBODY,
  host: 'shop.test',
  tls: true,
  address: { host: '127.0.0.1', port },
  ...more,
});
const ask = async (more: Partial<Endpoint>) => {
  const reply = await probe(endpoint(more), '/', 5_000, AbortSignal.timeout(20_000));
  return 'error' in reply ? reply.error : reply.body;
};

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

describe('by TLS', () => {
  test('a CA that the config names is trusted, and the host is asked for by its name', async () => {
    expect(await ask({ trust: trustIn(authority.cert) })).toBe('asked for shop.test');
    expect(await ask({ trust: trustIn(authority.cert), host: 'a.wild.test' })).toBe('asked for a.wild.test');
  });

  test('without it, the failure names both ways to say whom to trust', async () => {
    const failure = await ask({});
    expect(failure).toContain('Set an internal CA in the config (ca)');
    expect(failure).toContain('NODE_EXTRA_CA_CERTS');
    expect(await ask({ trust: trustIn(new Authority('other').cert) })).toBe(failure);
  });

  test('a certificate for another name is refused with its names', async () => {
    expect(await ask({ trust: trustIn(authority.cert), host: 'cart.test' })).toMatch(
      /cart\.test\. is not in the cert's altnames: DNS:shop\.test/,
    );
  });

  test('a host that is an address is asked for without a name', async () => {
    for (const host of ['127.0.0.1', '[::1]'])
      expect(await ask({ trust: trustIn(authority.cert), host })).toBe('asked for false');
  });

  test('where no TLS is spoken, the failure says how to leave it out', async () => {
    expect(await ask({ address: { host: '127.0.0.1', port: plainPort } })).toContain('http://host:port');
    expect(await ask({ address: { host: '127.0.0.1', port: plainPort }, tls: false })).toBe('plain');
  });

  test('the environment of the process names a CA too, beside the one of the config', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'greenpath-ca-'));
    const file = join(folder, 'ca.pem');
    writeFileSync(file, authority.cert);
    const modules = new URL('../../src/proof/', import.meta.url).href;
    const script = `
      const { probe } = await import('${modules}probe.ts');
      const { trustIn } = await import('${modules}tls.ts');
      for (const ca of [undefined, ${JSON.stringify(new Authority('other').cert)}]) {
        const front = { host: 'shop.test', prefix: '', tls: true, certified: true, address: { host: '127.0.0.1', port: ${port} }, trust: trustIn(ca) };
        console.log((await probe(front, '/', 5000, AbortSignal.timeout(20000))).body);
      }`;
    const run = (env: NodeJS.ProcessEnv) =>
      promisify(execFile)(process.execPath, ['--input-type=module', '--no-warnings', '-e', script], { env });
    expect((await run({ ...process.env, NODE_EXTRA_CA_CERTS: file })).stdout).toBe(
      'asked for shop.test\nasked for shop.test\n',
    );
    expect((await run(process.env)).stdout).toBe('undefined\nundefined\n');
  });
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
    findAt([{ routeHost: routeHost({}), status }], new Names(), { http, https: port });

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

  test('is left out of the addresses of a name that the user gives too', async () => {
    const server = await DnsServer.start({ 'lb.test': ['127.0.0.1', NOWHERE] });
    const given = [{ host: 'lb.test', port: plainPort, tls: undefined }];
    const names = new Names({ lookUp: server.lookUp });
    expect((await findAt([{ routeHost: routeHost({ given }), status: [] }], names)).at).toEqual([
      `127.0.0.1 ${plainPort}`,
    ]);
  });
});
