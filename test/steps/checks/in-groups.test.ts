import { expect, test } from 'vitest';
import type { Check } from '../../../src/checks/check.ts';
import { inGroups } from '../../../src/steps/checks/in-groups.ts';
import { turn } from '../../clock.ts';

/** Checks by their names; the letter before a dot is the group. */
function checksOf(...names: string[]): Check[] {
  return names.map((name) => ({
    name,
    kind: 'k',
    isReadOnly: true,
    points: [],
    group: name.includes('.') ? name.split('.')[0] : undefined,
    targets: () => [],
  }));
}

/** Starts checks that end when the test says so. */
function running(checks: readonly Check[], atOnce: number) {
  const open = new Map<string, () => void>();
  const ended = inGroups(checks, atOnce, async ({ name }) => {
    await new Promise<void>((resolve) => open.set(name, resolve));
    open.delete(name);
    return name.toUpperCase();
  });
  const end = async (name: string) => {
    open.get(name)?.();
    await turn();
  };
  return { open: () => [...open.keys()], end, ended };
}

test('groups run beside each other up to the limit, and in order inside', async () => {
  const { open, end, ended } = running(checksOf('a.1', 'x', 'a.2', 'y', 'a.3'), 2);
  await turn();
  expect(open()).toEqual(['a.1', 'x']);
  await end('x');
  expect(open()).toEqual(['a.1', 'y']);
  await end('a.1');
  expect(open()).toEqual(['y', 'a.2']);
  for (const name of ['a.2', 'a.3', 'y']) await end(name);
  expect(await ended).toEqual(['A.1', 'X', 'A.2', 'Y', 'A.3']);
});

test('one at once is the order of the config, where no groups are named', async () => {
  const { open, end, ended } = running(checksOf('c', 'b', 'a'), 1);
  for (const name of ['c', 'b', 'a']) {
    await turn();
    expect(open()).toEqual([name]);
    await end(name);
  }
  expect(await ended).toEqual(['C', 'B', 'A']);
});

test('a failure ends what has not begun', async () => {
  const begun: string[] = [];
  const ended = inGroups(checksOf('a', 'b', 'c'), 1, async ({ name }) => {
    begun.push(name);
    if (name === 'b') throw new Error('over');
  });
  await expect(ended).rejects.toThrow('over');
  expect(begun).toEqual(['a', 'b']);
});
