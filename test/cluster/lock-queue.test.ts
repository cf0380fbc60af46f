import { describe, expect, test } from 'vitest';
import { Line } from '../../src/cluster/lock-queue.ts';
import type { LockRequest } from '../../src/cluster/lock-request.ts';
import type { HeldLock, LockHolder } from '../../src/core/kube/lease.ts';
import { TestClock } from '../clock.ts';

/** What one who waits for the lock does next, by what it saw of the Lease and when. */

const PROMOTE: LockHolder = {
  mode: 'promote',
  revision: 'v2',
  run: 'r',
  job: 'a/b/1/x',
  attempt: 1,
  actor: '',
  since: 's',
};
const ROLLBACK: LockHolder = { ...PROMOTE, mode: 'rollback', job: 'a/b/2/back' };
const ME: LockHolder = { ...PROMOTE, job: 'a/b/3/y' };
const held = (more: Partial<HeldLock> = {}): HeldLock => ({
  id: 'other',
  holder: PROMOTE,
  wanted: undefined,
  renewed: '1',
  seconds: 20,
  resourceVersion: '1',
  ...more,
});
const FREE = held({ id: '' });
const GONE = undefined;

/** What somebody saw, each at its time in milliseconds, oldest first. */
type Story = readonly (readonly [at: number, seen: HeldLock | undefined])[];

async function stands(story: Story, me = ME) {
  const clock = new TestClock();
  const told: string[] = [];
  const ignore = () => undefined;
  const request: LockRequest = {
    namespace: 'shop',
    app: 'web',
    holder: me,
    waiting: (text) => void told.push(text),
    wanted: ignore,
    lost: ignore,
  };
  const line = new Line(request, clock);
  for (const [at, seen] of story) {
    await clock.advance(at - clock.now());
    line.see(seen);
    line.next();
  }
  const nextAt = async (at: number) => {
    await clock.advance(at - clock.now());
    const step = line.next();
    return typeof step === 'string' ? step : 'take';
  };
  return { line, told, nextAt };
}

describe('the next step', () => {
  test.each<[string, Story, number, 'wait' | 'create' | 'take']>([
    ['nothing was seen yet', [], 0, 'wait'],
    ['somebody holds it', [[0, held()]], 19_999, 'wait'],
    ['it was not renewed for as long as it lasts', [[0, held()]], 20_000, 'take'],
    [
      'it was renewed',
      [
        [0, held()],
        [19_000, held({ renewed: '2' })],
      ],
      38_999,
      'wait',
    ],
    [
      'it was seen again as it was',
      [
        [0, held()],
        [19_000, held({ resourceVersion: '2' })],
      ],
      20_000,
      'take',
    ],
    [
      'somebody else took it',
      [
        [0, held()],
        [19_000, held({ id: 'third' })],
      ],
      38_999,
      'wait',
    ],
    ['it lasts longer, since the server is slow', [[0, held({ seconds: 45 })]], 44_999, 'wait'],
    ['it lasts longer, and is over', [[0, held({ seconds: 45 })]], 45_000, 'take'],
    [
      'it was given back',
      [
        [0, held()],
        [1_000, FREE],
      ],
      1_000,
      'take',
    ],
    [
      'somebody deleted the Lease',
      [
        [0, held()],
        [1_000, GONE],
      ],
      1_000,
      'create',
    ],
    ['an earlier attempt of this job holds it', [[0, held({ holder: { ...ME, attempt: 0 } })]], 0, 'take'],
    ['it is free, and a rollback wants it', [[0, held({ id: '', wanted: ROLLBACK })]], 4_999, 'wait'],
    ['it is free, and a rollback that wanted it is gone', [[0, held({ id: '', wanted: ROLLBACK })]], 5_000, 'take'],
    [
      'a rollback wants it, and somebody else had it meanwhile',
      [
        [0, held({ id: '', wanted: ROLLBACK })],
        [4_000, held({ wanted: ROLLBACK })],
        [5_000, held({ id: '', wanted: ROLLBACK })],
      ],
      9_999,
      'wait',
    ],
  ])('%s', async (_, story, at, step) => {
    const { nextAt } = await stands(story);
    expect(await nextAt(at)).toBe(step);
  });

  test('a rollback leaves a free lock to nobody', async () => {
    const { nextAt } = await stands([[0, held({ id: '', wanted: ROLLBACK })]], ROLLBACK);
    expect(await nextAt(0)).toBe('take');
  });
});

test('each holder is reported once', async () => {
  const { told } = await stands([
    [0, held()],
    [1_000, held({ renewed: '2' })],
    [2_000, held({ id: 'third', holder: ROLLBACK })],
  ]);
  expect(told).toEqual(['promote of v2 (r) since s', 'rollback of v2 (r) since s']);
});

test('a rollback asks each holder once, and again after a wish was seen', async () => {
  const { line } = await stands([[0, held()]], ROLLBACK);
  expect([line.asks(), line.asks()]).toEqual([true, false]);
  line.see(held({ id: 'third' }));
  expect(line.asks()).toBe(true);
  line.see(held({ id: 'third', wanted: ROLLBACK }));
  line.see(held({ id: 'third' }));
  expect(line.asks()).toBe(true);
  const other = await stands([[0, held()]]);
  expect(other.line.asks()).toBe(false);
});
