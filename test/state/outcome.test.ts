import { describe, expect, test } from 'vitest';
import { Observer } from '../../src/state/outcome.ts';
import { look } from './app.ts';

/** What a run ends with: each thing that it observed, and what it had to leave in doubt. */

const BEFORE = 'http://shop.test/ is served by web-v1 (revision v1).';
const SENT = 'the switch was sent and not confirmed.';

describe('an outcome', () => {
  test('is of a run that has seen nothing, until it observes', () => {
    const { outcome } = new Observer();
    expect(outcome).toMatchObject({ state: 'unchanged', changed: false, liveUrl: '', proof: '' });
    expect(outcome.visitors).toContain('not checked yet');
  });

  test('holds the newest of each thing, and is no outcome of what is observed later', () => {
    const observer = new Observer();
    const first = observer.observe({ visitors: BEFORE, state: 'candidate' });
    const second = observer.observe({ state: 'live', proof: 'identity' });
    expect(first).toMatchObject({ visitors: BEFORE, state: 'candidate', proof: '' });
    expect(second).toMatchObject({ visitors: BEFORE, state: 'live', proof: 'identity' });
  });
});

describe('a doubt', () => {
  const doubting = (seen: () => Promise<object>) => {
    const observer = new Observer();
    observer.observe({ visitors: BEFORE });
    observer.observe({ doubt: { visitors: SENT, look: seen } });
    return observer;
  };
  const never = () => Promise.reject(new Error('nobody was to look'));

  test('hides where visitors were, until it ends: then that holds again', () => {
    const observer = doubting(never);
    expect(observer.outcome.visitors).toBe(SENT);
    expect(observer.observe({ changed: true })).toMatchObject({ visitors: SENT, changed: true });
    expect(observer.observe({ doubt: undefined }).visitors).toBe(BEFORE);
  });

  test('is settled by a last look', async () => {
    const { run } = await look();
    const observer = doubting(() => Promise.resolve({ visitors: 'it was moved', state: 'switched' }));
    expect(await observer.settle(run.api)).toBe(true);
    expect(observer.outcome).toMatchObject({ visitors: 'it was moved', state: 'switched' });
  });

  test('stays where that look shows nothing', async () => {
    const { run } = await look();
    const observer = doubting(never);
    expect(await observer.settle(run.api)).toBe(false);
    expect(observer.outcome.visitors).toBe(SENT);
  });

  test('that has ended needs no last look, which would say less', async () => {
    const { run } = await look();
    const observer = doubting(() => Promise.resolve({ state: 'switched' }));
    observer.observe({ visitors: 'back', state: 'restored', doubt: undefined });
    expect(await observer.settle(run.api)).toBe(true);
    expect(observer.outcome).toMatchObject({ visitors: 'back', state: 'restored' });
  });

  test('that there is none of needs no look', async () => {
    const { run, asked } = await look();
    expect(await new Observer().settle(run.api)).toBe(true);
    expect(asked).toEqual([]);
  });
});
