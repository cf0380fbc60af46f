import { describe, expect, test } from 'vitest';
import { bake } from '../../src/checks/bake.ts';
import type { BakeRequest } from '../../src/checks/bake-series.ts';
import { checksAt } from '../../src/checks/registry.ts';
import { measure, versionProbeFor } from '../../src/core/checks/version-probe.ts';
import { CLOCK } from '../../src/process/clock.ts';
import type { Endpoint } from '../../src/proof/probe.ts';
import { as, Backend, hang, NOBODY } from '../proof/backend.ts';
import { configOf, subjectOf, toolsIn } from './checks.ts';

/** The bake over real sockets: what it counts, and when it ends. */

/** Long enough for a busy machine, and short enough to wait for. */
const TIMEOUT = '2s';
const config = configOf({
  identity: { header: 'X-Revision' },
  checks: [{ request: 'GET /', timeout: TIMEOUT }],
});
const v1 = { status: 200, headers: { 'x-revision': 'v1' }, body: '' };
const versionProbe = versionProbeFor(config, 'v2', { other: measure(config.identity, 'v1', '/', [v1]) });
const { identity } = config;
/** What bakes over these endpoints, for as long as it may. */
const requestFor = (endpoints: readonly Endpoint[], within = 60_000): BakeRequest => ({
  checks: checksAt('bake', config, toolsIn()),
  subject: subjectOf(endpoints, { identity, versionProbe }),
  clock: CLOCK,
  end: CLOCK.now() + within,
});
async function bakeOver(
  handler: Parameters<typeof Backend.start>[0],
  { for: lasts = 1_000, every = 50, errors = 0.01, within = 60_000 } = {},
) {
  const { front: endpoint, asked } = await Backend.start(handler);
  const start = performance.now();
  const request = requestFor([endpoint], within);
  const result = await bake({ for: lasts, every, errors }, request, AbortSignal.timeout(60_000));
  return { ...result, took: performance.now() - start, requests: asked.length };
}

describe.concurrent('given what answers while it bakes', () => {
  test('green: it lasts as long as it should, and asks on time', async () => {
    const result = await bakeOver(as('v2'));
    expect(result).toMatchObject({ verdict: 'proven', attempts: 20, failed: 0, allowed: 1, whole: true });
    // A timer may be a part of a millisecond early.
    expect(result.took).toBeGreaterThanOrEqual(999);
  });

  test('slow answers: rounds overlap, so that it does not take longer', async () => {
    const slow: Parameters<typeof bakeOver>[0] = (...given) => void setTimeout(() => as('v2')(...given), 600);
    const result = await bakeOver(slow);
    expect(result).toMatchObject({ verdict: 'proven', attempts: 20, whole: true });
    // One after the other they would take 12 s.
    expect(result.took).toBeLessThan(8_000);
  });

  test('green that hangs: its fault, found long before the end', async () => {
    const result = await bakeOver(hang, { for: 30_000 });
    expect(result).toMatchObject({ verdict: 'bad' });
    expect(result.complaints.join()).toContain('although the proxy itself answers');
    expect(result.took).toBeLessThan(15_000);
  });

  test('one lost answer of few is within the budget; a budget of nothing allows none', async () => {
    const once: Parameters<typeof bakeOver>[0] = (response, request, count) =>
      as('v2', count === 3 ? 500 : 200)(response, request, count);
    expect(await bakeOver(once)).toMatchObject({ verdict: 'proven', failed: 1, allowed: 1 });
    expect(await bakeOver(once, { errors: 0 })).toMatchObject({ verdict: 'bad', failed: 1, allowed: 0 });
  });

  test('the version that was left: another verdict than bad', async () => {
    expect(await bakeOver(as('v1'), { for: 5_000 })).toMatchObject({ verdict: 'lagging' });
  });

  test('nothing any more, since the way is cut: nothing is known', async () => {
    let server: Backend | undefined;
    server = await Backend.start((response, request, count) => {
      as('v2')(response, request, count);
      if (count === 10) server?.cut();
    });
    const request = requestFor([server.front]);
    const result = await bake({ for: 2_000, every: 50, errors: 0.01 }, request, AbortSignal.timeout(60_000));
    expect(result).toMatchObject({ verdict: 'blind', failed: 0 });
  });

  test('one of two addresses, and nothing of the other: nothing is known of that one', async () => {
    const fine = await Backend.start(as('v2'));
    const request = requestFor([fine.front, NOBODY]);
    const result = await bake({ for: 1_000, every: 50, errors: 0.01 }, request, AbortSignal.timeout(60_000));
    expect(result).toMatchObject({ verdict: 'blind', failed: 0, silent: 20 });
  });

  test('green that asks everybody to come back later: its fault, at the end, and the message says that it was green', async () => {
    const result = await bakeOver(as('v2', 503, { 'retry-after': '5' }));
    expect(result).toMatchObject({ verdict: 'bad', failed: 0, busy: 20, whole: true });
    expect(result.complaints.join()).toMatch(/status 503; .*, and v2 itself asks to come back later$/);
  });

  test('green that does so until its last answer: nothing is known', async () => {
    const result = await bakeOver((...given) =>
      (given[2] < 20 ? as('v2', 503, { 'retry-after': '5' }) : as('v2'))(...given),
    );
    expect(result).toMatchObject({ verdict: 'blind', failed: 0, busy: 19, whole: true });
  });

  test('a router that limits the rate: nothing is known, for as long as it does', async () => {
    const result = await bakeOver((response) => void response.writeHead(429).end());
    expect(result).toMatchObject({ verdict: 'blind', failed: 0, silent: 20, busy: 0 });
    expect(result.complaints.join()).toContain('the proxy limits how often it is asked');
  });

  test('two routes at one URL and address, told apart by a header: each is checked as often', async () => {
    const byHeader: Record<string, number> = {};
    const { front } = await Backend.start((response, asked, count) => {
      const route = `${asked.headers['x-route']}`;
      byHeader[route] = (byHeader[route] ?? 0) + 1;
      as('v2')(response, asked, count);
    });
    const routes = ['a', 'b'].map((route) => ({ ...front, route, headers: { 'x-route': route } }));
    const result = await bake({ for: 500, every: 50, errors: 0 }, requestFor(routes), AbortSignal.timeout(60_000));
    expect(result).toMatchObject({ verdict: 'proven', attempts: 20 });
    expect(byHeader).toEqual({ a: 10, b: 10 });
  });

  test('too late, since a restore needs its time: it claims nothing of what was not answered', async () => {
    const result = await bakeOver(hang, { for: 500, within: 1_000 });
    expect(result).toMatchObject({ failed: 0, whole: false });
  });

  test('a restore needs its time: it ends when that begins, and says that it is not whole', async () => {
    const result = await bakeOver(as('v2'), { for: 30_000, within: 600 });
    expect(result).toMatchObject({ verdict: 'proven', whole: false });
    expect(result.took).toBeLessThan(5_000);
  });
});

test('several checks, and nothing of one address: nothing is known of that one, however many others answer', async () => {
  const fine = await Promise.all([1, 2, 3].map(() => Backend.start(as('v2'))));
  const checks = Array.from({ length: 6 }, (_, index) => ({ request: `GET /${index}`, timeout: '30s' }));
  const request = {
    ...requestFor([...fine.map(({ front }) => front), NOBODY]),
    checks: checksAt('bake', configOf({ identity, checks }), toolsIn()),
  };
  const result = await bake({ for: 1_000, every: 200, errors: 0.05 }, request, AbortSignal.timeout(60_000));
  expect(result).toMatchObject({ verdict: 'blind', failed: 0, silent: 30, allowed: 6 });
  expect(result.complaints).toHaveLength(6);
});
