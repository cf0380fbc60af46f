import { describe, expect, test } from 'vitest';
import { bake } from '../../src/checks/bake.ts';
import { checksAt } from '../../src/checks/registry.ts';
import { repeat } from '../../src/checks/repeat.ts';
import { CLOCK } from '../../src/process/clock.ts';
import { until } from '../clock.ts';
import { as, type Handler } from '../proof/backend.ts';
import { type Balanced, balanced } from '../proof/balanced.ts';
import { checkOf, configOf, subjectOf, toolsIn } from './checks.ts';

/** Checks while the addresses of what is checked change in DNS, over real sockets. */

const config = configOf({ identity: { header: 'X-Revision' }, checks: [{ request: 'GET /', timeout: '10s' }] });
const asked = ({ proxies }: Balanced, index: number) => proxies[index]?.asked.length ?? 0;
const subjectAt = ({ endpoints }: Balanced) => ({ ...subjectOf([], { identity: config.identity }), endpoints });

describe('in the bake', () => {
  /** Bakes for 30 s of the clock of look-ups, in each of which everything is requested once. */
  function baking(places: Balanced) {
    const { clock } = places;
    const checks = checksAt('bake', config, toolsIn({}, clock));
    const request = { checks, subject: subjectAt(places), clock, end: 120_000 };
    const settings = { for: 30_000, every: 1_000, errors: 0.01 };
    const result = bake(settings, request, AbortSignal.timeout(60_000));
    let isDone = false;
    void result.finally(() => {
      isDone = true;
    });
    const pass = async (seconds: number) => {
      for (let second = 0; second < seconds && !isDone; second += 1) {
        const before = asked(places, 0);
        await clock.advance(1_000);
        await until(() => isDone || asked(places, 0) > before);
      }
    };
    return {
      pass,
      end: async () => {
        await pass(29);
        while (!isDone) await clock.advance(1_000);
        return result;
      },
    };
  }

  test('an address that appears is checked too', async () => {
    const places = await balanced([as('v2'), as('v2', 500)], 1);
    const { pass, end } = baking(places);
    await pass(3);
    expect(asked(places, 1)).toBe(0);
    places.names(...places.proxies);
    expect(await end()).toMatchObject({ verdict: 'bad', complaints: [expect.stringContaining('127.0.0.2:')] });
  });

  test('the budget is a share of the attempts at all addresses, also of those that appear', async () => {
    const twice: Handler = (...given) => as('v2', given[2] <= 2 ? 500 : 200)(...given);
    const eight = [as('v2'), twice, ...Array.from({ length: 6 }, () => as('v2'))];
    const places = await balanced(eight, 1);
    const { pass, end } = baking(places);
    await pass(1);
    places.names(...places.proxies);
    expect(await end()).toMatchObject({ verdict: 'proven', failed: 2, allowed: 2 });
  });

  test('an address that disappears leaves no doubt behind', async () => {
    const places = await balanced([as('v2'), as('v2')]);
    const { pass, end } = baking(places);
    await pass(3);
    await places.proxies[1]?.close();
    places.names(places.proxies[0]);
    expect(await end()).toMatchObject({ verdict: 'proven', failed: 0, whole: true });
  });
});

test('in verify, each round goes through the addresses of that time', async () => {
  const places = await balanced([as('v2', 500), as('v2', 500)], 1);
  const check = checkOf('GET /');
  const settings = { passes: 3, interval: 10, within: 60_000 };
  const result = repeat(check, subjectAt(places), settings, CLOCK, AbortSignal.timeout(60_000));
  await until(() => asked(places, 0) > 1);
  const [first, second] = places.proxies;
  places.names(first, second);
  await places.clock.advance(1_000);
  if (first) first.handler = as('v2');
  await until(() => asked(places, 1) > 1);
  if (second) second.handler = as('v2');
  expect((await result).result).toMatchObject({ passed: true });
  expect(asked(places, 1)).toBeGreaterThanOrEqual(5);
});
