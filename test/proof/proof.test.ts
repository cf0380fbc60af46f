import { describe, expect, test } from 'vitest';
import { ROUTER_HEADER } from '../../src/core/base/config.ts';
import { versionProbeFor } from '../../src/core/checks/version-probe.ts';
import type { Endpoint } from '../../src/proof/probe.ts';
import { type ProofRequest, prove } from '../../src/proof/proof.ts';
import { proofText } from '../../src/proof/proof-text.ts';
import { configOf } from '../checks/checks.ts';
import { as, Backend, hang, NOBODY } from './backend.ts';
import { fixed } from './fixed.ts';

/** Proofs over real sockets: what the sight of an answer, or of none, is taken for. */

const versionProbe = { ...versionProbeFor(configOf({ identity: { header: 'X-Revision' } }), 'v2'), timeout: 1_500 };
type Given = Omit<Partial<ProofRequest>, 'endpoints'> & { readonly endpoints: readonly Endpoint[] };
const proveWith = ({ endpoints, ...request }: Given) =>
  prove(
    {
      endpoints: fixed(...endpoints),
      versionProbe,
      answers: 5,
      since: performance.now(),
      least: 200,
      settleTime: 200,
      within: 4_000,
      condemns: true,
      ...request,
    },
    AbortSignal.timeout(60_000),
  );

describe.concurrent('given what answers after a switch, when it is proven', () => {
  test('green: then it is proven, over a connection each', async () => {
    const { front: endpoint, asked } = await Backend.start(as('v2'));
    const result = await proveWith({ endpoints: [endpoint] });
    expect(result).toMatchObject({ verdict: 'proven', seen: { blue: 0, bad: 0, silent: 0 }, complaint: undefined });
    expect(asked.length).toBeGreaterThanOrEqual(5);
  });

  test('pods that hang behind a proxy that answers by itself: then it is bad, and the message says so', async () => {
    const { front: endpoint } = await Backend.start(hang);
    const result = await proveWith({ endpoints: [endpoint], within: 60_000 });
    expect(result).toMatchObject({ verdict: 'bad', seen: { silent: 0 } });
    expect(result.complaint).toMatch(/no complete answer within 1500 ms, although the proxy itself answers$/);
  });

  test('the router itself, which puts the header of green on its own 503 too: then it is bad', async () => {
    const { front: endpoint } = await Backend.start(as('v2', 503));
    expect(await proveWith({ endpoints: [endpoint], within: 60_000 })).toMatchObject({
      verdict: 'bad',
      seen: { green: 0 },
    });
  });

  test('an answer that is cut off in the middle: then it is bad', async () => {
    const { front: endpoint } = await Backend.start((response) => {
      response.writeHead(200, { 'content-length': '100', 'x-revision': 'v2' });
      response.write('half', () => response.destroy());
    });
    expect(await proveWith({ endpoints: [endpoint], within: 60_000 })).toMatchObject({ verdict: 'bad' });
  });

  test('nothing, since nobody listens: then nothing is known', async () => {
    const result = await proveWith({ endpoints: [NOBODY] });
    expect(result).toMatchObject({ verdict: 'blind', seen: { bad: 0 } });
    expect(result.complaint).toContain('ECONNREFUSED');
  });

  test('a proxy that hangs for everybody: then nothing is known', async () => {
    const whole = await Backend.start(hang);
    const endpoint = { ...whole.front, control: { host: 'example.test', path: '/' } };
    expect(await proveWith({ endpoints: [endpoint], within: 5_000 })).toMatchObject({
      verdict: 'blind',
      seen: { bad: 0 },
    });
  });

  test('what only the router names: then five answers in a row are needed, however few are asked for', async () => {
    const byRouter = versionProbeFor(configOf({ identity: 'router' }), 'v2');
    const mark = ROUTER_HEADER.toLowerCase();
    const { front: endpoint, asked } = await Backend.start((response, _, count) => {
      // The third answer is stamped with the other version.
      response.writeHead(200, { [mark]: count === 3 ? 'v1' : 'v2' }).end();
    });
    const request = { endpoints: [endpoint], answers: 1, least: 0, settleTime: 0 };
    const result = await proveWith({ ...request, versionProbe: byRouter });
    expect(result).toMatchObject({ verdict: 'proven', seen: { green: expect.any(Number), blue: 1 } });
    expect(asked.length).toBeGreaterThanOrEqual(8);
  });

  test('one of two addresses that hangs: then it is bad, whichever answered last', async () => {
    const [fine, other] = [await Backend.start(as('v2')), await Backend.start(hang)];
    expect(await proveWith({ endpoints: [fine.front, other.front], within: 60_000 })).toMatchObject({ verdict: 'bad' });
  });

  test('one of two pods that hangs: then the other one proves nothing meanwhile', async () => {
    const { front: endpoint } = await Backend.start((...given) => (given[2] % 2 ? hang : as('v2'))(...given));
    expect(await proveWith({ endpoints: [endpoint], within: 60_000 })).toMatchObject({ verdict: 'bad' });
  });

  test('one of two pods that answers 500: then it is bad', async () => {
    const { front: endpoint } = await Backend.start((response, request, count) =>
      as('v2', count % 2 ? 500 : 200)(response, request, count),
    );
    expect(await proveWith({ endpoints: [endpoint], within: 60_000 })).toMatchObject({ verdict: 'bad' });
  });

  test('the right version with a 404: then it is bad, for visitors get it', async () => {
    const { front: endpoint } = await Backend.start(as('v2', 404));
    const result = await proveWith({ endpoints: [endpoint], within: 60_000 });
    expect(result).toMatchObject({ verdict: 'bad' });
    expect(result.complaint).toContain('status 404, not as expected');
  });

  test('a success that names no version: then nobody says that another one answered', async () => {
    const { front: endpoint } = await Backend.start((response) => void response.writeHead(200).end('maintenance'));
    const result = await proveWith({ endpoints: [endpoint] });
    expect(result.verdict).toBe('lagging');
    expect(result.complaint).toContain('nothing in it shows which version answered');
    expect(proofText(result, 'v2')).toContain('version unknown');
  });
});

describe.concurrent('given a proxy that limits the rate of one client', () => {
  test.each<[string, Parameters<typeof Backend.start>[0]]>([
    ['429', (response) => void response.writeHead(429).end()],
    ['503 and Retry-After', (response) => void response.writeHead(503, { 'retry-after': '1' }).end()],
  ])('with %s: when green answers within the limit, then it is proven', async (_, limited) => {
    let allowed = 8;
    const refill = setInterval(() => {
      allowed = Math.min(8, allowed + 1);
    }, 200);
    const { front: endpoint } = await Backend.start((response, request, count) => {
      if (allowed === 0) return limited(response, request, count);
      allowed -= 1;
      as('v2')(response, request, count);
    });
    const result = await proveWith({ endpoints: [endpoint], answers: 20, within: 60_000 }).finally(() =>
      clearInterval(refill),
    );
    expect(result).toMatchObject({ verdict: 'proven', seen: { bad: 0, blue: 0 } });
  });

  test('when it limits everything, then it is asked less and less often, and nothing is known', async () => {
    const { front: endpoint, asked } = await Backend.start((response) => void response.writeHead(429).end());
    const result = await proveWith({ endpoints: [endpoint], within: 4_000 });
    expect(result).toMatchObject({ verdict: 'blind' });
    expect(result.complaint).toContain('status 429: the proxy limits the rate of requests');
    const gaps = asked.slice(1).map((at, index) => at - (asked[index] ?? at));
    expect(Math.max(...gaps)).toBeGreaterThan(500);
  });

  test('when the application asks to come back later and nothing else comes, then it is bad', async () => {
    const { front: endpoint } = await Backend.start(as('v2', 503, { 'retry-after': '5' }));
    expect(await proveWith({ endpoints: [endpoint] })).toMatchObject({ verdict: 'bad' });
  });

  test('20 answers fit into the settling time of ingress-nginx at less than 5 a second', async () => {
    const { front: endpoint, asked } = await Backend.start(as('v2'));
    const result = await proveWith({
      endpoints: [endpoint],
      answers: 20,
      least: 4_500,
      settleTime: 4_500,
      within: 20_000,
    });
    expect(result.verdict).toBe('proven');
    const seconds = ((asked.at(-1) ?? 0) - (asked[0] ?? 0)) / 1_000;
    expect((asked.length - 1) / seconds).toBeLessThan(5);
  });
});

describe.concurrent('given what stands before the application and refuses, at a preview that harms nobody', () => {
  const refuse = (status: number, headers: Record<string, string> = {}): Parameters<typeof Backend.start>[0] => {
    return (response) => void response.writeHead(status, headers).end('no');
  };
  const preview = { condemns: false, within: 60_000 };

  test.each<[string, Parameters<typeof Backend.start>[0], string]>([
    ['a login', refuse(401, { 'www-authenticate': 'Basic' }), 'login'],
    ['an allow-list', refuse(403), 'client'],
    ['a redirect to TLS', refuse(308, { location: 'https://example.test/green/' }), 'tls'],
    ['a redirect to a login page', refuse(302, { location: 'https://login.test/?rd=x' }), 'redirect'],
    [
      'TLS that is asked without TLS',
      (response) => void response.writeHead(400).end('Client sent an HTTP request to an HTTPS server.'),
      'tls',
    ],
  ])('%s: then it ends soon after the settling time, not at once', async (_, handler, refusal) => {
    const endpoints = [(await Backend.start(handler)).front, (await Backend.start(handler)).front];
    const since = performance.now();
    const result = await proveWith({ ...preview, endpoints, since });
    expect(result).toMatchObject({ verdict: 'bad', refused: { refusal, path: '/' } });
    expect(performance.now() - since).toBeGreaterThan(3_000);
    expect(performance.now() - since).toBeLessThan(10_000);
  });

  test('one address of two: then it may heal, and is waited for', async () => {
    const endpoints = [(await Backend.start(refuse(401))).front, (await Backend.start(as('v2'))).front];
    const result = await proveWith({ ...preview, endpoints, within: 6_000 });
    expect(result).toMatchObject({ verdict: 'bad', refused: undefined });
  });

  test('one router of two that have a route each for the host: then it ends soon after the settling time', async () => {
    const old = { ...(await Backend.start(as('v2'))).front, route: 'ingress/web' };
    const next = { ...(await Backend.start(refuse(401))).front, route: 'httproute/web' };
    const result = await proveWith({ ...preview, endpoints: [old, next] });
    expect(result).toMatchObject({ verdict: 'bad', refused: { refusal: 'login', endpoint: next, path: '/' } });
  });

  test.each<[string, Parameters<typeof Backend.start>[0]]>([
    ['a login that goes away', (...given) => (given[2] < 8 ? refuse(401) : as('v2'))(...given)],
    [
      'what a router gives that does not know the path yet',
      (...given) => (given[2] < 8 ? refuse(404) : as('v2'))(...given),
    ],
  ])('%s within the settling time: then it is proven', async (_, handler) => {
    const { front: endpoint } = await Backend.start(handler);
    expect(await proveWith({ ...preview, endpoints: [endpoint] })).toMatchObject({
      verdict: 'proven',
      refused: undefined,
    });
  });

  test('another version that names itself: then it is waited for', async () => {
    const { front: endpoint } = await Backend.start(as('v1', 401));
    expect(await proveWith({ ...preview, endpoints: [endpoint], within: 5_000 })).toMatchObject({
      verdict: 'lagging',
      refused: undefined,
    });
  });

  test('404 all the time: then it is waited for until the deadline', async () => {
    const { front: endpoint } = await Backend.start(refuse(404));
    const since = performance.now();
    const result = await proveWith({ ...preview, endpoints: [endpoint], since, within: 5_500 });
    expect(result).toMatchObject({ verdict: 'bad', refused: undefined });
    expect(performance.now() - since).toBeGreaterThan(5_400);
  });
});

test('a status that a check expects counts, where nothing tells who answers', async () => {
  const expecting = configOf({ checks: [{ request: 'GET /', expect: { status: 401 } }] });
  const { front: endpoint } = await Backend.start((response) => void response.writeHead(401).end());
  const given = { endpoints: [endpoint], versionProbe: versionProbeFor(expecting, 'v2') };
  expect(await proveWith({ ...given, condemns: false })).toMatchObject({ verdict: 'proven' });
  expect(await proveWith(given)).toMatchObject({ verdict: 'proven', seen: { unknown: expect.any(Number), bad: 0 } });
});

test('a proof that begins long after the change has its whole time', async () => {
  const { front: endpoint } = await Backend.start(as('v2'));
  const late = await proveWith({ endpoints: [endpoint], since: performance.now() - 70_000 });
  expect(late).toMatchObject({ verdict: 'proven' });
  const once = await Backend.start((response, request, count) =>
    as('v2', count === 1 ? 500 : 200)(response, request, count),
  );
  const forgiven = await proveWith({ endpoints: [once.front], since: performance.now() - 70_000 });
  expect(forgiven).toMatchObject({ verdict: 'proven' });
});

test('a run that is stopped ends the proof with its reason', async () => {
  const { front: endpoint } = await Backend.start(hang);
  const stop = new AbortController();
  const times = { since: performance.now(), least: 0, settleTime: 0, within: 60_000 };
  const request = { endpoints: fixed(endpoint), versionProbe, answers: 5, ...times, condemns: true };
  const proof = prove(request, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(proof).rejects.toThrow('stopped');
});
