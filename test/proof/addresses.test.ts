import { describe, expect, test } from 'vitest';
import { versionProbeFor } from '../../src/core/checks/version-probe.ts';
import { type ProofRequest, prove } from '../../src/proof/proof.ts';
import { configOf } from '../checks/checks.ts';
import { until } from '../clock.ts';
import { as, type Handler } from './backend.ts';
import { type Balanced, balanced } from './balanced.ts';

/** Proofs through every address, over real sockets and a real DNS server. */

const versionProbe = versionProbeFor(configOf({ identity: { header: 'X-Revision' } }), 'v2');
const ANSWERS = 5;
const proveAt = ({ endpoints }: Pick<Balanced, 'endpoints'>, request: Partial<ProofRequest> = {}) =>
  prove(
    {
      ...{ endpoints, versionProbe, answers: ANSWERS, since: performance.now() },
      ...{ least: 500, settleTime: 500, within: 90_000, condemns: true },
      ...request,
    },
    AbortSignal.timeout(110_000),
  );
/** Answers as v1, and as v2 from the nth answer on. */
const from =
  (nth: number): Handler =>
  (...given) =>
    as(given[2] < nth ? 'v1' : 'v2')(...given);
const asked = ({ proxies }: Balanced, index: number) => proxies[index]?.asked.length ?? 0;

test('a proof through three proxies of which one lags never ends before the last one has switched, 20 of 20', async () => {
  const proofs = Array.from({ length: 20 }, async (_, turn) => {
    const start = performance.now();
    // From the first moment, shortly after it, and long after the others would be enough.
    const lags = 100 + turn * 150;
    let byGreen = 0;
    const late: Handler = (...given) => {
      const isGreen = performance.now() - start >= lags;
      byGreen += isGreen ? 1 : 0;
      as(isGreen ? 'v2' : 'v1')(...given);
    };
    const places = await balanced([as('v2'), late, as('v2')]);
    // So that twenty at once are no load.
    const result = await proveAt(places, { least: 1_500 });
    return { verdict: result.verdict, isLater: performance.now() - start >= lags, isWhole: byGreen >= ANSWERS };
  });
  for (const proof of await Promise.all(proofs))
    expect(proof).toEqual({ verdict: 'proven', isLater: true, isWhole: true });
});

describe.concurrent('a proof through every address', () => {
  test('of which one answers blue for ever ends at its deadline', async () => {
    const places = await balanced([as('v2'), as('v1'), as('v2')]);
    const start = performance.now();
    const result = await proveAt(places, { within: 8_000 });
    expect(result.verdict).toBe('lagging');
    expect(result.complaint).toContain('through 127.0.0.2:');
    expect(performance.now() - start).toBeGreaterThan(7_900);
  });

  test('which are IPv6 alone is one like any other', async () => {
    const places = await balanced([as('v2')], 1, ['::1']);
    expect(await proveAt(places)).toMatchObject({ verdict: 'proven', seen: { blue: 0 } });
    expect(asked(places, 0)).toBeGreaterThanOrEqual(ANSWERS);
  });

  test('asks each by the name of the host', async () => {
    const hosts: (string | undefined)[] = [];
    const noting: Handler = (response, request, count) => {
      hosts.push(request.headers.host);
      as('v2')(response, request, count);
    };
    await proveAt(await balanced([noting, noting]));
    expect(new Set(hosts)).toEqual(new Set(['example.test']));
  });
});

describe.concurrent('an address that appears in the middle', () => {
  test('needs its own whole count', async () => {
    const places = await balanced([as('v2'), from(6)], 1);
    const proof = proveAt(places, { answers: 20, least: 4_000 });
    await until(() => asked(places, 0) > 3);
    expect(asked(places, 1)).toBe(0);
    places.names(...places.proxies);
    await places.pass(1);
    expect(await proof).toMatchObject({ verdict: 'proven', seen: { blue: 5 } });
    expect(asked(places, 1)).toBeGreaterThanOrEqual(25);
  });

  test('and answers badly ends the proof, since it has visitors', async () => {
    const places = await balanced([as('v1'), as('v2', 500)], 1);
    const proof = proveAt(places);
    await until(() => asked(places, 0) > 5);
    places.names(...places.proxies);
    await places.pass(1);
    expect(await proof).toMatchObject({ verdict: 'bad' });
  });
});

describe.concurrent('an address that disappears from DNS', () => {
  test('is no longer waited for', async () => {
    const places = await balanced([as('v2'), as('v1')]);
    const proof = proveAt(places);
    await until(() => asked(places, 1) > 5);
    places.names(places.proxies[0]);
    await places.pass(12);
    expect(await proof).toMatchObject({ verdict: 'proven' });
  });

  test('only for a moment still is', async () => {
    const places = await balanced([as('v2'), from(30)]);
    const proof = proveAt(places);
    await until(() => asked(places, 1) > 5);
    places.names(places.proxies[0]);
    await places.pass(5);
    places.names(...places.proxies);
    await places.pass(12);
    expect(await proof).toMatchObject({ verdict: 'proven', seen: { blue: 29 } });
  });

  test('because look-ups fail still is', async () => {
    const places = await balanced([as('v2'), from(30)]);
    const proof = proveAt(places);
    await until(() => asked(places, 1) > 5);
    places.server.mood = 'fails';
    await places.pass(15);
    expect(await proof).toMatchObject({ verdict: 'proven', seen: { blue: 29 } });
  });
});

describe.concurrent('the count of an address restarts', () => {
  const once =
    (other: Handler): Handler =>
    (...given) =>
      (given[2] === 3 ? other : as('v2'))(...given);

  test.each<[string, Handler]>([
    ['at an answer by blue', as('v1')],
    ['at a 5xx by green', as('v2', 500)],
    ['at a 5xx that names nobody', (response) => void response.writeHead(502).end()],
    ['at a 503 that asks to come back later', as('v2', 503, { 'retry-after': '1' })],
  ])('%s', async (_, other) => {
    const places = await balanced([once(other)]);
    expect(await proveAt(places)).toMatchObject({ verdict: 'proven' });
    expect(asked(places, 0)).toBeGreaterThanOrEqual(3 + ANSWERS);
  });

  test('but not where a router limits the rate, which shows nothing', async () => {
    const places = await balanced([once((response) => void response.writeHead(429).end())]);
    expect(await proveAt(places, { least: 0 })).toMatchObject({ verdict: 'proven', seen: { silent: 1 } });
    expect(asked(places, 0)).toBeLessThan(3 + ANSWERS);
  });
});

test('nothing to ask is no proof', async () => {
  const nowhere = { current: [], lookUp: () => Promise.resolve([]) };
  expect(await proveAt({ endpoints: nowhere })).toMatchObject({ verdict: 'blind', asked: 0 });
});
