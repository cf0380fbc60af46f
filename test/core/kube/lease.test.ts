import { describe, expect, test } from 'vitest';
import { SLOW_LEASE_SECONDS } from '../../../src/core/base/timing.ts';
import {
  comesFirst,
  type HeldLock,
  hasPrecedence,
  hasToAsk,
  holderText,
  isFree,
  type LockHolder,
  leaseObject,
  readLease,
  releasePatch,
  renewPatch,
  takeFreePatch,
  takeOverPatch,
  wantPatch,
  withdrawPatch,
} from '../../../src/core/kube/lease.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';

const HOLDER: LockHolder = {
  mode: 'promote',
  revision: 'v2',
  run: 'https://github.com/a/b/actions/runs/1/attempts/1',
  job: 'a/b/1/promote',
  attempt: 1,
  actor: 'octocat',
  since: '2026-05-01T10:00:00.000Z',
};
const ROLLBACK: LockHolder = { ...HOLDER, mode: 'rollback', revision: '', job: 'a/b/2/rollback' };
const claim = (id: string, holder: LockHolder) => ({ id, holder, now: '2026-05-01T10:00:05.000Z' });
const lease = (id: string, holder: LockHolder = HOLDER): KubeObject => {
  const object = leaseObject('web', 'shop', claim(id, holder));
  return { ...object, metadata: { ...object.metadata, resourceVersion: '7' } };
};
const wantedBy = (holder: LockHolder): HeldLock => ({ ...readLease(lease('x')), wanted: holder });

test('a Lease gives back who took it, with times as the API has them', () => {
  const renewed = '2026-05-01T10:00:05.000000Z';
  expect(readLease(lease('x'))).toEqual({
    id: 'x',
    holder: HOLDER,
    wanted: undefined,
    renewed,
    seconds: 20,
    resourceVersion: '7',
  });
  expect(lease('x').spec).toMatchObject({ leaseDurationSeconds: 20, acquireTime: renewed, renewTime: renewed });
  expect(lease('x').metadata.name).toBe('greenpath-web');
});

describe('a lock outlives its last renewal', () => {
  const lasting = (seconds: unknown) => {
    const object = lease('x');
    return readLease({ ...object, spec: { ...(object.spec as object), leaseDurationSeconds: seconds } }).seconds;
  };
  test.each([
    ['for 20 s', 20, 20],
    ['for 45 s once the server was slow', 45, 45],
    ['never for longer, whatever somebody wrote', 100_000, 45],
    ['never for less', 1, 20],
    ['as if nothing stood there, if it is no number', 'ever', 20],
  ])('%s', (_, seconds, expected) => expect(lasting(seconds)).toBe(expected));

  test('a renewal while the server is slow says so, and no other touches how long it lasts', () => {
    const at = '2026-05-01T10:00:09.000Z';
    const longer = { op: 'add', path: '/spec/leaseDurationSeconds', value: SLOW_LEASE_SECONDS };
    expect(renewPatch('x', at, { isSlow: true })).toEqual([...renewPatch('x', at), longer]);
    expect(JSON.stringify(renewPatch('x', at))).not.toContain('leaseDurationSeconds');
  });
});

describe('a lock is free without waiting', () => {
  test.each<[string, string, Partial<LockHolder>, boolean]>([
    ['when nobody holds it', '', {}, true],
    ['for a later attempt of the same job', 'x', { attempt: 2 }, true],
    ['not for the same attempt', 'x', {}, false],
    ['not for an earlier attempt', 'x', { attempt: 0 }, false],
    ['not for a later attempt of another job', 'x', { attempt: 2, job: 'a/b/1/other' }, false],
    ['not for a run outside of GitHub', 'x', { attempt: 2, job: '' }, false],
  ])('%s', (_, id, me, free) => {
    const held = readLease(lease(id, me.job === '' ? { ...HOLDER, job: '' } : HOLDER));
    expect(isFree(held, { ...HOLDER, ...me })).toBe(free);
  });

  test.each(['', '{', '{"mode":1}', '[]'])('a holder that cannot be read (%s) is still one', (text) => {
    const strange = lease('x');
    const annotations = { 'greenpath.dev/holder': text, 'greenpath.dev/wanted': text };
    const held = readLease({ ...strange, metadata: { ...strange.metadata, annotations } });
    expect(held.holder).toBeUndefined();
    expect(isFree(held, { ...HOLDER, attempt: 9 })).toBe(false);
    expect(holderText(held)).toBe('somebody (x)');
    expect(comesFirst(held, HOLDER)).toBeUndefined();
  });
});

describe('a rollback comes first', () => {
  test.each(['deploy-green', 'verify', 'promote', 'reject', 'retire', 'release'])('%s gives way to it', (mode) => {
    expect(comesFirst(wantedBy(ROLLBACK), { mode })).toEqual(ROLLBACK);
    expect(comesFirst(wantedBy({ ...HOLDER, mode }), { mode: 'promote' })).toBeUndefined();
    expect(comesFirst(readLease(lease('x')), { mode })).toBeUndefined();
    expect(hasPrecedence({ mode })).toBe(false);
  });

  test('no rollback gives way to another one: both would never end', () =>
    expect(comesFirst(wantedBy(ROLLBACK), { mode: 'rollback' })).toBeUndefined());

  test('what asks for the lock touches nothing of the holder, and what renews it nothing of who asks', () => {
    expect(wantPatch(ROLLBACK)).toEqual({
      metadata: { annotations: { 'greenpath.dev/wanted': JSON.stringify(ROLLBACK) } },
    });
    expect(renewPatch('x', '2026-05-01T10:00:09.000Z')).toEqual([
      { op: 'test', path: '/spec/holderIdentity', value: 'x' },
      { op: 'replace', path: '/spec/renewTime', value: '2026-05-01T10:00:09.000000Z' },
    ]);
    expect(releasePatch('x')[0]).toEqual({ op: 'test', path: '/spec/holderIdentity', value: 'x' });
  });

  test('a free lock is not taken past it, and taken by it; whoever takes the lock ends the asking', () => {
    const test = { op: 'test', path: '/metadata/annotations/greenpath.dev~1wanted', value: null };
    expect(takeFreePatch(claim('y', HOLDER))).toContainEqual(test);
    expect(takeFreePatch(claim('y', ROLLBACK))).not.toContainEqual(test);
    expect(takeOverPatch(claim('y', HOLDER), '7')).toMatchObject({
      metadata: { resourceVersion: '7', annotations: { 'greenpath.dev/wanted': null } },
      spec: { holderIdentity: 'y' },
    });
  });

  describe('it asks, while it waits,', () => {
    const held = readLease(lease('x'));
    const byRollback = readLease(lease('y', ROLLBACK));
    test.each<[string, HeldLock, Pick<LockHolder, 'mode'>, string, boolean]>([
      ['whoever holds the lock', held, ROLLBACK, '', true],
      ['not while a wish stands, its own or that of another', wantedBy(ROLLBACK), ROLLBACK, '', false],
      ['not the same holder twice', held, ROLLBACK, 'x', false],
      ['anew after another rollback took the lock, which ended all asking', byRollback, ROLLBACK, 'x', true],
      ['anew whoever took the lock before it', readLease(lease('z')), ROLLBACK, 'x', true],
      ['not where nobody holds it', readLease(lease('')), ROLLBACK, 'x', false],
      ['and nobody else does', held, HOLDER, '', false],
    ])('%s', (_, seen, me, asked, asks) => expect(hasToAsk(seen, me, asked)).toBe(asks));
  });

  test('only what was asked by the very run is taken back', () =>
    expect(withdrawPatch(ROLLBACK)[0]).toMatchObject({ op: 'test', value: JSON.stringify(ROLLBACK) }));
});

test('a sentence says who, what, which run and since when', () => {
  expect(holderText(readLease(lease('x')))).toBe(
    'promote of v2 by octocat (https://github.com/a/b/actions/runs/1/attempts/1) since 2026-05-01T10:00:00.000Z',
  );
  expect(holderText(readLease(lease('x', { ...HOLDER, revision: '', actor: '' })))).toMatch(/^promote \(https/);
});
