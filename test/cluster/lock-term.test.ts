import { describe, expect, test } from 'vitest';
import { Term } from '../../src/cluster/lock-term.ts';
import { GreenpathError } from '../../src/core/base/error.ts';
import { TestClock, turn } from '../clock.ts';

/** The fence: a write is sent only while the lock is surely held, and given up before it might not be. */

type Renewal = 'ours' | 'theirs' | 'fails' | 'hangs';
const never = new AbortController().signal;

/** A term that began at 0, and how each of its renewals goes. */
function begun(renewal: (count: number) => Renewal, taken: 'answered' | 'lost' = 'answered') {
  const clock = new TestClock();
  const renewals: { at: number; isSlow: boolean }[] = [];
  const renew = ({ isSlow }: { isSlow: boolean }, signal: AbortSignal): Promise<boolean> => {
    renewals.push({ at: clock.now(), isSlow });
    const how = renewal(renewals.length);
    if (how === 'hangs')
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    return how === 'fails'
      ? Promise.reject(new GreenpathError('unreachable', 'no answer', ''))
      : Promise.resolve(how === 'ours');
  };
  const term = new Term('web', renew, clock);
  term.begin(taken === 'lost' ? undefined : 0);
  return { clock, renewals, term };
}

/** How a write that is asked for now ends: its answer, or the code of its error. */
function written(term: Term, clock: TestClock, takes = 0): Promise<string> {
  const send = async (until: AbortSignal) => {
    if (takes > 0) await clock.pause(takes, until).catch(() => undefined);
    until.throwIfAborted();
    return 'sent';
  };
  return term.guard(send, never).catch((error) => error.code);
}

describe('a write is asked for', () => {
  test.each<[string, (count: number) => Renewal, number, string, number]>([
    ['at once after the lock was taken: sent', () => 'fails', 0, 'sent', 0],
    ['while the lock is sure, though it was not renewed: sent', () => 'fails', 12_000, 'sent', 12_000],
    ['after ten minutes of renewals: sent', () => 'ours', 600_000, 'sent', 600_000],
    [
      'when the lock may soon be over: renewed, then sent',
      (count) => (count < 3 ? 'fails' : 'ours'),
      13_000,
      'sent',
      13_000,
    ],
    [
      'while a renewal hangs: another one, then sent',
      (count) => (count < 3 ? 'hangs' : 'ours'),
      13_000,
      'sent',
      18_000,
    ],
    ['while the server is gone: its error', () => 'fails', 13_000, 'unreachable', 13_000],
    ['while no renewal ends: the lock counts as lost', () => 'hangs', 13_000, 'lock-lost', 43_000],
    ['after somebody else took the lock: lost', () => 'theirs', 6_000, 'lock-lost', 6_000],
  ])('%s', async (_, renewal, at, end, ended) => {
    const { clock, term } = begun(renewal);
    await clock.advance(at);
    let endedAt: number | undefined;
    const write = written(term, clock).finally(() => {
      endedAt = clock.now();
    });
    for (await turn(); endedAt === undefined; ) await clock.advance(1_000);
    expect(await write).toBe(end);
    expect(endedAt).toBe(ended);
    await term.end();
  });
});

test('a lock whose request was not answered is renewed before the first write', async () => {
  const { renewals, term, clock } = begun(() => 'ours', 'lost');
  expect(await written(term, clock)).toBe('sent');
  expect(renewals).toHaveLength(1);
  await term.end();
});

describe('a write that takes long', () => {
  test('is given up before the lock is over, if that cannot be renewed', async () => {
    const { term, clock } = begun(() => 'hangs');
    const write = written(term, clock, 60_000);
    await clock.advance(17_999);
    let ended = false;
    void write.then(() => {
      ended = true;
    });
    await clock.advance(0);
    expect(ended).toBe(false);
    await clock.advance(1);
    expect(await write).toBe('unreachable');
    await term.end();
  });

  test('goes on as long as the lock is renewed, for longer at a time', async () => {
    const { term, clock, renewals } = begun(() => 'ours');
    expect(term.isSlow).toBe(false);
    const write = written(term, clock, 34_000);
    await clock.advance(34_000);
    expect(await write).toBe('sent');
    expect(renewals[0]).toEqual({ at: 3_000, isSlow: true });
    expect(renewals.every(({ isSlow }) => isSlow)).toBe(true);
    expect(term.isSlow).toBe(true);
    await term.end();
  });

  test('is given up at once when the lock turns out to be somebody else’s', async () => {
    const { term, clock } = begun(() => 'theirs');
    const write = written(term, clock, 60_000);
    await clock.advance(5_000);
    expect(await write).toBe('lock-lost');
    expect(term.gone.reason).toMatchObject({ code: 'lock-lost', message: expect.stringContaining('web') });
    await term.end();
  });
});

test('a run that has ended renews nothing any more', async () => {
  const { term, clock, renewals } = begun(() => 'ours');
  await clock.advance(11_000);
  expect(renewals.map(({ at }) => at)).toEqual([5_000, 10_000]);
  await term.end();
  await clock.advance(60_000);
  expect(renewals).toHaveLength(2);
});
