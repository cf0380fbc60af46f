import { describe, expect, onTestFinished, test } from 'vitest';
import type { Handler } from '../../proof/backend.ts';
import { answer, faultOf } from './fault.ts';

/** Expectations and bodies that take long to compare, or are meant to. */

describe('a body that is hard to compare', () => {
  test('a pattern or a JSONPath that takes for ever fails the check, and the run goes on', async () => {
    const slow = '{body: {matches: "^(b+)+$"}}';
    expect(await faultOf(slow, answer(`${'b'.repeat(60)}c`))).toMatchObject({
      reason: '/^(b+)+$/ takes too long to search for in the body',
    });
    const nested = '{body: {json: {"$..[?count($..[?count($..[?count($..*) > 0]) > 0]) > 0]": {count: 0}}}}';
    expect(await faultOf(nested, answer(Array.from({ length: 400 }, () => [1, [2]])))).toMatchObject({
      reason: expect.stringContaining('takes too long to evaluate'),
    });
  });

  test('slow patterns of many checks, whose answers come at once, let timers fire between', async () => {
    const seen: string[] = [];
    const waiting: (() => void)[] = [];
    // All answers are sent at once, so that they are there at once.
    const together: Handler = (...given) => {
      waiting.push(() => answer(`${'b'.repeat(60)}c`)(...given));
      if (waiting.length === 4) for (const send of waiting) send();
    };
    const timer = setInterval(() => seen.push('timer'), 1);
    onTestFinished(() => clearInterval(timer));
    const judged = Array.from({ length: 4 }, async (_, index) => {
      const fault = await faultOf(`{body: {matches: "^(b+)+$|${index}"}}`, together);
      seen.push('judged');
      return fault?.reason;
    });
    for (const reason of await Promise.all(judged)) expect(reason).toContain('takes too long to search for');
    expect(seen.join(' ')).not.toContain('judged judged');
  });

  test('a harmless pattern for very many values does not stop the run, which has to renew its lock', async () => {
    const answered = answer(Array.from({ length: 20_000 }, (_, index) => `item ${index % 1_000}`));
    const gaps: number[] = [];
    let last = performance.now();
    const timer = setInterval(() => {
      gaps.push(performance.now() - last);
      last = performance.now();
    }, 10);
    onTestFinished(() => clearInterval(timer));
    expect(await faultOf('{body: {json: {"$[*]": {matches: "^item "}}}}', answered)).toBeUndefined();
    expect(await faultOf('{body: {json: {"$[*]": {matches: "^item .{1,2}$"}}}}', answered)).toMatchObject({
      reason: '$[*] is "item 100"; expected a text that matches /^item .{1,2}$/',
    });
    expect(Math.max(...gaps)).toBeLessThan(2_000);
  });

  test('a pattern that takes for ever in one of many values is stopped once, and not for each of them', async () => {
    const values = Array.from({ length: 50 }, (_, index) => (index < 49 ? 'b' : `${'b'.repeat(60)}c`));
    const expected = '{"$[*]": {matches: "^(b+)+$"}, "$[0]": x}';
    expect(await faultOf(`{body: {json: ${expected}}}`, answer(values))).toMatchObject({
      reason: '/^(b+)+$/ takes too long to search for in what $[*] selects',
    });
  });

  test('a hostile one breaks nothing: deep, of odd keys, cut in the middle', async () => {
    const json = '{body: {json: {$..a: {absent: true}}}}';
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(await faultOf(json, answer(deep))).toMatchObject({ who: 'bad' });
    expect(await faultOf(json, answer('{"__proto__": {"a": 1}}'))).toMatchObject({ reason: expect.any(String) });
    expect(await faultOf(json, answer(`[${'1,'.repeat(200_000)}1]`))).toMatchObject({
      reason: 'the body is not JSON; only its first 256 KiB are read',
    });
  });
});
