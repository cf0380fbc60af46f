import { Agent } from 'node:https';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/cluster/connect.ts';
import { Credentials } from '../../src/cluster/credentials.ts';
import { TestClock } from '../clock.ts';

/** When credentials that a server refused are read again. */

const connection = (token: string): Connection => ({
  server: new URL('https://api.test'),
  agent: new Agent(),
  headers: {},
  secrets: [token],
  namespace: undefined,
});

/** Credentials that are, each time they are read, the next of `tokens`. */
async function reading(...tokens: string[]) {
  const clock = new TestClock();
  let read = 0;
  const connect = async () => connection(tokens[read++] ?? 'last');
  const credentials = await Credentials.obtain(connect, clock);
  return { clock, credentials, reads: () => read };
}

describe('after a refusal', () => {
  test('others are others from then on', async () => {
    const { credentials, reads } = await reading('old', 'new');
    expect(await credentials.renewed(credentials.now)).toBe(true);
    expect(credentials.now.secrets).toEqual(['new']);
    expect(reads()).toBe(2);
  });

  test('the same are no reason to ask again', async () => {
    const { credentials } = await reading('old', 'old');
    const before = credentials.now;
    expect(await credentials.renewed(before)).toBe(false);
    expect(credentials.now).toBe(before);
  });

  test('of what was replaced meanwhile, nothing is read', async () => {
    const { credentials, reads } = await reading('old', 'new');
    const used = credentials.now;
    await credentials.renewed(used);
    expect(await credentials.renewed(used)).toBe(true);
    expect(reads()).toBe(2);
  });

  test('all that are refused at the same time wait for one reading', async () => {
    const { credentials, reads } = await reading('old', 'new');
    const used = credentials.now;
    expect(await Promise.all([credentials.renewed(used), credentials.renewed(used)])).toEqual([true, true]);
    expect(reads()).toBe(2);
  });

  test('they are not read again within five seconds, and then they are', async () => {
    const { clock, credentials, reads } = await reading('a', 'b', 'c');
    await credentials.renewed(credentials.now);
    await clock.advance(4_999);
    expect(await credentials.renewed(credentials.now)).toBe(false);
    expect(reads()).toBe(2);
    await clock.advance(1);
    expect(await credentials.renewed(credentials.now)).toBe(true);
    expect(credentials.now.secrets).toEqual(['c']);
  });
});
