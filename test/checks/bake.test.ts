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
