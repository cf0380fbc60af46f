import { describe, expect, test } from 'vitest';
import { Names } from '../../src/proof/names.ts';
import { TestClock, until } from '../clock.ts';
import { DnsServer } from './dns-server.ts';

/** Look-ups at a real DNS server, whose records change. */

const NAME = 'lb.example.test';
async function lookingUp(...addresses: string[]) {
  const server = await DnsServer.start({ [NAME]: addresses });
  const clock = new TestClock();
  const told: string[] = [];
  const noted = (text: string) => void told.push(text);
  const names = new Names({ lookUp: server.lookUp, clock, changed: noted, tell: noted });
  /** What is known after so many seconds, in each of which the name was asked for. */
  const following = async (seconds: number) => {
    let found = await names.of(NAME);
    for (let second = 0; second < seconds; second += 1) {
      await clock.advance(1_000);
      found = await names.of(NAME);
    }
    return found;
  };
  const becomes = (...next: string[]) => {
    server.zone[NAME] = next;
  };
  return { server, clock, told, names, following, becomes };
}

describe('the addresses of a name', () => {
  test('are those of all its A and AAAA records', async () => {
    const { names } = await lookingUp('192.0.2.1', '192.0.2.2', '2001:db8::7');
    expect(await names.of(NAME)).toEqual(['192.0.2.1', '192.0.2.2', '2001:db8::7']);
  });

  test('may all be IPv6', async () => {
    const { names } = await lookingUp('2001:db8::7');
    expect(await names.of(NAME)).toEqual(['2001:db8::7']);
  });

  test('are looked up again after a second, and not before', async () => {
    const { server, names, following, becomes } = await lookingUp('192.0.2.1');
    await names.of(NAME);
    becomes('192.0.2.1', '192.0.2.9');
    const before = server.asked;
    expect(await names.of(NAME)).toEqual(['192.0.2.1']);
    expect(server.asked).toBe(before);
    expect(await following(1)).toEqual(['192.0.2.1', '192.0.2.9']);
  });

  test('are told as they come and go, but not the first ones', async () => {
    const { told, following, becomes } = await lookingUp('192.0.2.1');
    await following(1);
    expect(told).toEqual([]);
    becomes('192.0.2.9');
    await following(12);
    expect(told).toEqual([`${NAME} is at 192.0.2.9 too now, by DNS`, `${NAME} is no longer at 192.0.2.1, by DNS`]);
  });

  test('stay for 10 s after DNS leaves one out, since an answer may hold only some', async () => {
    const { following, becomes } = await lookingUp('192.0.2.1', '192.0.2.2');
    await following(0);
    becomes('192.0.2.2');
    expect(await following(9)).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(await following(2)).toEqual(['192.0.2.2']);
  });

  test('stay all the time while DNS gives them by turns', async () => {
    const { following, becomes } = await lookingUp('192.0.2.1');
    for (let turn = 0; turn < 15; turn += 1) {
      becomes(`192.0.2.${1 + (turn % 3)}`);
      await following(1);
    }
    expect((await following(0)).toSorted()).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  });

  test('stay as they are while look-ups fail, or find nothing', async () => {
    const { server, following, becomes } = await lookingUp('192.0.2.1', '192.0.2.2');
    await following(0);
    server.mood = 'fails';
    expect(await following(15)).toEqual(['192.0.2.1', '192.0.2.2']);
    server.mood = 'well';
    becomes();
    expect(await following(15)).toEqual(['192.0.2.1', '192.0.2.2']);
    // The time without an answer does not count.
    becomes('192.0.2.2');
    expect(await following(2)).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  test('are none where nobody ever knew it, and those that come later', async () => {
    const { server, following, becomes } = await lookingUp();
    delete server.zone[NAME];
    expect(await following(1)).toEqual([]);
    becomes('192.0.2.1');
    expect(await following(1)).toEqual(['192.0.2.1']);
  });

  test('are no more than 64, which is told once', async () => {
    const all = Array.from({ length: 70 }, (_, index) => `192.0.2.${index}`);
    const { told, following } = await lookingUp(...all);
    expect(await following(2)).toHaveLength(64);
    expect(told).toEqual([`${NAME} has more than 64 addresses: the others are not requested`]);
  });
});

describe('a DNS server that does not answer', () => {
  test('is waited for 3 s, and then only one look-up is left open', async () => {
    const { server, clock, names } = await lookingUp('192.0.2.1');
    server.mood = 'silent';
    const first = names.of(NAME);
    await until(() => server.asked > 0);
    let isDone = false;
    void first.then(() => {
      isDone = true;
    });
    await clock.advance(2_900);
    expect(isDone).toBe(false);
    await clock.advance(100);
    expect(await first).toEqual([]);
    const asked = server.asked;
    // At once: the look-up before is still under way.
    expect(await names.of(NAME)).toEqual([]);
    expect(server.asked).toBe(asked);
  });
});

test('an address is its own, and this machine knows localhost', async () => {
  const names = new Names();
  expect(await names.of('2001:db8::7')).toEqual(['2001:db8::7']);
  expect(await names.of('localhost')).toContain('127.0.0.1');
});
