import { describe, expect, test } from 'vitest';
import { type Holder, holderText, isFree, leaseFields, leaseObject, readLease } from '../../src/core/lease.ts';
import type { KubeObject } from '../../src/core/objects.ts';

const HOLDER: Holder = {
  mode: 'promote',
  revision: 'v2',
  run: 'https://github.com/a/b/actions/runs/1/attempts/1',
  job: 'a/b/1/promote',
  attempt: 1,
  actor: 'octocat',
  since: '2026-05-01T10:00:00.000Z',
};
const lease = (id: string, holder: Holder = HOLDER): KubeObject => {
  const object = leaseObject('web', 'shop', leaseFields(id, holder, '2026-05-01T10:00:05.000Z'));
  return { ...object, metadata: { ...object.metadata, resourceVersion: '7' } };
};

test('a Lease gives back who took it, with times as the API has them', () => {
  expect(readLease(lease('x'))).toEqual({ id: 'x', holder: HOLDER, resourceVersion: '7' });
  expect(lease('x').spec).toMatchObject({
    leaseDurationSeconds: 20,
    acquireTime: '2026-05-01T10:00:00.000000Z',
    renewTime: '2026-05-01T10:00:05.000000Z',
  });
  expect(lease('x').metadata.name).toBe('greenpath-web');
});

describe('a lock is free without waiting', () => {
  test.each<[string, string, Partial<Holder>, boolean]>([
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
    const held = readLease({
      ...strange,
      metadata: { ...strange.metadata, annotations: { 'greenpath.dev/holder': text } },
    });
    expect(held.holder).toBeUndefined();
    expect(isFree(held, { ...HOLDER, attempt: 9 })).toBe(false);
    expect(holderText(held)).toBe('somebody (x)');
  });
});

test('a sentence says who, what, which run and since when', () => {
  expect(holderText(readLease(lease('x')))).toBe(
    'promote of v2 by octocat (https://github.com/a/b/actions/runs/1/attempts/1) since 2026-05-01T10:00:00.000Z',
  );
  expect(holderText(readLease(lease('x', { ...HOLDER, revision: '', actor: '' })))).toMatch(/^promote \(https/);
});
