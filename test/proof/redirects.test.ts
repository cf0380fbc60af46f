import { describe, expect, test } from 'vitest';
import { measure, versionProbeFor } from '../../src/core/checks/version-probe.ts';
import type { Endpoint } from '../../src/proof/probe.ts';
import { type ProofRequest, prove } from '../../src/proof/proof.ts';
import { trustIn } from '../../src/proof/tls.ts';
import { configOf } from '../checks/checks.ts';
import { as, Backend, type Handler } from './backend.ts';
import { Authority } from './certificates.ts';
import { fixed } from './fixed.ts';

/** Proofs of hosts that redirect to https, and of applications that redirect to a login, over real sockets. */

const HOST = 'example.test';
const IDENTITY = configOf({ identity: { header: 'X-Revision' } });
const proveAt = (endpoint: Endpoint, more: Partial<ProofRequest> = {}) =>
  prove(
    {
      ...{ endpoints: fixed(endpoint), versionProbe: versionProbeFor(IDENTITY, 'v2'), answers: 10 },
      ...{ since: performance.now(), least: 300, settleTime: 300, within: 60_000, condemns: true },
      ...more,
    },
    AbortSignal.timeout(60_000),
  );
const redirect =
  (location: string, headers: Record<string, string> = {}): Handler =>
  (response) =>
    void response.writeHead(302, { location, ...headers }).end();

describe.concurrent('a balancer that ends TLS and redirects everybody to it', () => {
  const authority = new Authority('balancer');
  const toTls: Handler = (response, { headers, url }) =>
    void response.writeHead(301, { location: `https://${headers.host}${url}` }).end();

  test('is proven where visitors come in, by https', async () => {
    const { front } = await Backend.start(as('v2'), { certified: authority.issue(HOST) });
    const result = await proveAt({ ...front, trust: trustIn(authority.cert) });
    expect(result).toMatchObject({ verdict: 'proven', seen: { blue: 0, bad: 0, silent: 0 } });
  });

  test('is told at the preview long before the deadline, where it was asked without TLS', async () => {
    const { front } = await Backend.start(toTls);
    const start = performance.now();
    const result = await proveAt({ ...front, prefix: '/green' }, { condemns: false });
    expect(result).toMatchObject({ verdict: 'bad', refused: { refusal: 'tls' } });
    expect(result.complaint).toContain(`to https://${HOST}/green/`);
    expect(performance.now() - start).toBeLessThan(55_000);
  });

  test('that answers nothing else by https either is told as a redirect', async () => {
    const { front } = await Backend.start(toTls, { certified: authority.issue(HOST) });
    const endpoint = { ...front, trust: trustIn(authority.cert) };
    expect(await proveAt(endpoint, { condemns: false })).toMatchObject({ refused: { refusal: 'redirect' } });
  });
});

describe.concurrent('an application that redirects to a login', () => {
  test('is proven by its redirects, if they name the revision', async () => {
    const { front } = await Backend.start(redirect('/login', { 'x-revision': 'v2' }));
    expect(await proveAt(front)).toMatchObject({ verdict: 'proven', seen: { bad: 0, unknown: 0 } });
  });

  test('is waited for while the version before redirects to its own', async () => {
    const late: Handler = (...given) => redirect('/login', { 'x-revision': given[2] < 8 ? 'v1' : 'v2' })(...given);
    const { front } = await Backend.start(late);
    expect(await proveAt(front)).toMatchObject({ verdict: 'proven', seen: { blue: 7, bad: 0 } });
  });

  test('is proven as one of nobody known, if a check expects the redirect and nothing names the revision', async () => {
    const config = configOf({ checks: ['GET / 302'] });
    const { front } = await Backend.start(redirect('https://login.test/?state=x'));
    const other = measure(undefined, 'v1', '/', [{ status: 302, headers: {}, body: '' }]);
    const versionProbe = versionProbeFor(config, 'v2', { other });
    expect(versionProbe.proof).toBe('none');
    expect(await proveAt(front, { versionProbe })).toMatchObject({ verdict: 'proven', seen: { blue: 0, bad: 0 } });
  });

  test('is no proof, if something in front redirects and names nobody, though the version before had the same', async () => {
    const { front } = await Backend.start(redirect('https://login.test/'));
    const other = measure(IDENTITY.identity, 'v1', '/', [{ status: 302, headers: {}, body: '' }]);
    const versionProbe = versionProbeFor(IDENTITY, 'v2', { other });
    expect(await proveAt(front, { versionProbe, within: 2_000 })).toMatchObject({
      verdict: expect.not.stringMatching('proven'),
      seen: { green: 0 },
    });
  });
});
