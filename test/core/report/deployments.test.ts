import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../../src/core/base/error.ts';
import {
  type Deployment,
  deploymentTarget,
  finalStatus,
  ours,
  outdated,
} from '../../../src/core/report/deployments.ts';
import { resultOf } from '../../../src/core/report/result.ts';
import type { Result } from '../../../src/core/report/result-schema.ts';
import { NOTHING, PROMOTED } from './results.ts';

function result(change: Partial<Result>, error?: GreenpathError): Result {
  const facts = { ...PROMOTED, liveUrl: 'http://a/', previewUrl: 'http://a/green/' };
  return { ...resultOf(facts, NOTHING, error), ...change };
}
const deployment = (id: number, revision: string, app = 'web'): Deployment => ({ id, sha: 'a', app, revision });
const previews = [deployment(1, 'v2'), deployment(2, 'v3'), deployment(3, 'v2', 'other')];
const lives = [deployment(4, 'v1'), deployment(5, 'v2'), deployment(6, 'v1', 'other')];

test.each([
  ['deploy-green', { environment: 'production-preview', isProduction: false }],
  ['promote', { environment: 'production', isProduction: true }],
  ['release', { environment: 'production', isProduction: true }],
  ['rollback', { environment: 'production', isProduction: true }],
  ['verify', undefined],
  ['reject', undefined],
  ['retire', undefined],
  ['status', undefined],
])('%s brings a revision to %j', (mode, target) => {
  expect(deploymentTarget(mode, 'production')).toEqual(target);
});

describe('what is over after a run', () => {
  const failed = new GreenpathError('check-failed', 'no', 'Fix it.');
  test.each<[string, Partial<Result>, GreenpathError | undefined, number | undefined, number[]]>([
    ['promoted: the one before, and every preview', {}, undefined, 5, [4, 1, 2]],
    ['promoted, and not proven: nothing', { state: 'switched' }, undefined, 5, []],
    ['failed: nothing', {}, failed, 5, []],
    ['deployed: other previews', { mode: 'deploy-green', state: 'candidate' }, undefined, 1, [2]],
    ['live already: nothing', { mode: 'deploy-green', state: 'live' }, undefined, 1, []],
    ['rejected: its preview', { mode: 'reject', state: 'rejected' }, undefined, undefined, [1]],
    ['rolled back: the one that was left', { mode: 'rollback', state: 'rolled-back' }, undefined, 4, [5]],
    ['verified: nothing', { mode: 'verify', state: 'verified' }, undefined, undefined, []],
    ['retired: nothing', { mode: 'retire', state: 'retired' }, undefined, undefined, []],
  ])('%s', (_, change, error, own, over) => {
    expect(outdated(result(change, error), own, previews, lives).map(({ id }) => id)).toEqual(over);
  });
});

describe('how a deployment ends', () => {
  test('well: with the address of its mode', () => {
    expect(finalStatus(result({}))).toEqual({ state: 'success', description: 'v2: live', url: 'http://a/' });
    const green = result({ mode: 'deploy-green', state: 'candidate' });
    expect(finalStatus(green)).toMatchObject({ state: 'success', url: 'http://a/green/' });
  });

  test('of a preview by header: with the header, and without a link that would show the live version', () => {
    const how = { previewUrl: '', previewHeader: 'X-Preview: green' };
    expect(finalStatus(result({ mode: 'deploy-green', state: 'candidate', ...how }))).toEqual({
      state: 'success',
      description: 'v2: candidate, at the live URLs with the header X-Preview: green',
      url: '',
    });
    expect(finalStatus(result({ state: 'live', ...how })).description).toBe('v2: live');
  });

  test.each(['live', 'switched'] as const)('of a revision that is %s already: there is no preview', (state) => {
    expect(finalStatus(result({ mode: 'deploy-green', state, previewUrl: '' }))).toEqual({
      state: 'inactive',
      description: `v2: ${state}`,
      url: '',
    });
  });

  test('badly: with the reason on one line that GitHub takes, and where visitors are', () => {
    const error = new GreenpathError('green-failed', `answers\n${'x'.repeat(500)}`, 'Fix it.');
    const { state, description } = finalStatus(result({ state: 'restored' }, error));
    expect(state).toBe('failure');
    expect(description).toMatch(/^visitors are back; green-failed: answers x+…$/);
    expect(finalStatus(result({ state: 'restored', proof: '' }, error)).description).toContain('back (not proven); ');
    expect(description).toHaveLength(140);
    for (const stays of ['switched', 'live'] as const)
      expect(finalStatus(result({ state: stays }, error)).description).toMatch(
        /^visitors are routed to v2; green-failed/,
      );
  });
});

test.each<[unknown, boolean]>([
  [{ app: 'web', revision: 'v1' }, true],
  ['{"app":"web","revision":"v1"}', true],
  ['', false],
  ['{', false],
  [null, false],
  [{ app: 1, revision: 'v1' }, false],
])('a payload of %j is one of ours: %s', (payload, is) => {
  expect(ours({ id: 1, sha: 'a', payload }) !== undefined).toBe(is);
});
