import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer as createPlain } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Target } from '../../src/proof/exchange.ts';
import { askAt, type Endpoint, probe } from '../../src/proof/probe.ts';
import { trustIn } from '../../src/proof/tls.ts';
import { NOBODY } from './backend.ts';
import { Authority } from './certificates.ts';
import { listening } from './listening.ts';

/** TLS over real sockets, and whom to trust. */

const authority = new Authority('internal');
let asked = 0;
/** Where `shop.test` is served by TLS, and says which name was asked for. */
const port = await listening(
  createServer(authority.issue('shop.test', '*.wild.test', '127.0.0.1'), ({ socket }, response) => {
    asked += 1;
    response.end(`asked for ${'servername' in socket ? socket.servername : ''}`);
  }),
);
let plainAsked = 0;
const plainPort = await listening(
  createPlain((_, response) => {
    plainAsked += 1;
    response.end('plain');
  }),
);

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

describe('by TLS', () => {
  test('a CA that the config names is trusted, and the host is asked for by its name', async () => {
    expect(await ask({ trust: trustIn(authority.cert) })).toBe('asked for shop.test');
    expect(await ask({ trust: trustIn(authority.cert), host: 'a.wild.test' })).toBe('asked for a.wild.test');
  });

  test('it is read once, however many attempts need it, and is not taken for another', () => {
    const ca = new Authority('other').cert;
    expect(trustIn(`${ca}`)).toBe(trustIn(ca));
    expect(trustIn(authority.cert)).not.toBe(trustIn(ca));
    expect(trustIn(undefined)).toBeUndefined();
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

describe('a request that names a certificate', () => {
  const trust = trustIn(authority.cert);
  const askWith = async (tls: Target['tls'], more: Partial<Endpoint> = {}) => {
    const target = { host: 'shop.test', path: '/', headers: { authorization: 'Bearer x' }, tls };
    const reply = await askAt(endpoint({ certified: false, ...more }), target, 5_000, AbortSignal.timeout(20_000));
    return 'error' in reply ? reply.error : reply.body;
  };

  test('gets it, also where none is checked otherwise', async () => {
    expect(await askWith({ trust })).toBe('asked for shop.test');
    expect(await askWith({ name: 'a.wild.test' }, { trust })).toBe('asked for a.wild.test');
    expect(await askWith({})).toBe('asked for shop.test');
  });

  test('is not sent to another one', async () => {
    const before = asked;
    expect(await askWith({ name: 'shop.test' })).toContain('does not trust the issuer');
    expect(await askWith({ trust: trustIn(new Authority('other').cert) })).toContain('does not trust the issuer');
    expect(await askWith({ name: 'cart.test', trust })).toContain("is not in the cert's altnames");
    expect(asked).toBe(before);
  });

  test.each<Target['tls']>([{ name: 'shop.test' }, { trust }])('is not sent where there is no TLS', async (tls) => {
    const before = plainAsked;
    const plain = { tls: false, address: { host: '127.0.0.1', port: plainPort } };
    expect(await askWith(tls, plain)).toBe(
      'nothing was sent, since requests to shop.test use no TLS and the check demands a certificate (tls). Use https://host:port in addresses, or leave tls out of the check',
    );
    expect(plainAsked).toBe(before);
    expect(await askWith({}, plain)).toBe('plain');
  });
});
