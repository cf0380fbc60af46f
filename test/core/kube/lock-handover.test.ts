import { describe, expect, test } from 'vitest';
import type { HeldLock, LockHolder } from '../../../src/core/kube/lease.ts';
import { endedBeforeSwitch, gaveBack } from '../../../src/core/kube/lock-handover.ts';

const holder = (mode: string, revision: string): LockHolder => ({
  mode,
  revision,
  run: 'https://github.com/a/b/actions/runs/1/attempts/1',
  job: 'a/b/1/promote',
  attempt: 1,
  actor: 'octocat',
  since: '2026-05-01T10:00:00.000Z',
});
const PROMOTE = holder('promote', 'v3');
const held = (id: string): HeldLock => ({
  id,
  holder: PROMOTE,
  wanted: undefined,
  renewed: '',
  seconds: 20,
  resourceVersion: '7',
});

describe('who gave the lock back', () => {
  test.each<[string, HeldLock | undefined, HeldLock, LockHolder | undefined]>([
    ['the holder, which does not hold it any more', held('x'), held(''), PROMOTE],
    ['the holder, and somebody else has it', held('x'), held('y'), PROMOTE],
    ['nobody, if the same holds it', held('x'), held('x'), undefined],
    ['nobody, if nobody held it', held(''), held(''), undefined],
    ['nobody, at the first look', undefined, held('x'), undefined],
    ['nobody, if the holder cannot be read', { ...held('x'), holder: undefined }, held(''), undefined],
  ])('%s', (_, before, now, who) => expect(gaveBack(before, now)).toEqual(who));
});

describe('v2 is live: the rollback ended before its switch', () => {
  test.each<[string, LockHolder[], LockHolder | undefined]>([
    ['promote of v3', [PROMOTE], PROMOTE],
    ['release of v3', [holder('release', 'v3')], holder('release', 'v3')],
    ['promote of v3, and another rollback was first', [PROMOTE, holder('rollback', '')], PROMOTE],
    ['no promote of v2: that one has switched', [holder('promote', 'v2')], undefined],
    [
      'no step that makes nothing live',
      ['deploy-green', 'verify', 'reject', 'retire'].map((m) => holder(m, 'v3')),
      undefined,
    ],
    ['nobody', [], undefined],
  ])('%s', (_, overtaken, ended) => expect(endedBeforeSwitch(overtaken, 'v2')).toEqual(ended));

  test('also where what is live has no name', () => expect(endedBeforeSwitch([PROMOTE], undefined)).toEqual(PROMOTE));
});
