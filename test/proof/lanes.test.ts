import { expect, test } from 'vitest';
import { Lanes } from '../../src/proof/lanes.ts';
import { Backend } from './backend.ts';
import { fixed } from './fixed.ts';

/** Requests that are outstanding while a limit is met. */
const OUTSTANDING = 5;

test('given requests on their way when the proxy limits the rate, when all are limited, then the pause grows once', async () => {
  const { front } = await Backend.start((response) => void response.end());
  const stop = new AbortController();
  const grown: number[] = [];
  let asked = 0;
  const all = Promise.withResolvers<void>();
  const lanes = new Lanes(
    fixed(front),
    { path: '/', anywhere: false },
    {
      open: () => undefined,
      close: () => undefined,
      ask: async () => {
        asked += 1;
        if (asked > OUTSTANDING) {
          stop.abort();
          return false;
        }
        if (asked === OUTSTANDING) all.resolve();
        await all.promise;
        return true;
      },
      pauseAfter: (before, isBusy) => {
        if (isBusy) grown.push(before);
        return isBusy ? before * 2 : before;
      },
      pace: 1,
    },
  );
  await lanes.run(stop.signal).catch(() => undefined);
  expect(grown).toEqual([1]);
});
