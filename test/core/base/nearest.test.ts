import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { didYouMean, nearest, slipOf } from '../../../src/core/base/nearest.ts';

const KNOWN = ['mode', 'route', 'revision', 'to', 'dry-run', 'images', 'kubeconfig', 'require-verified', 'deployment'];

describe('nearest', () => {
  test.each<[string, string | undefined, string]>([
    ['revison', 'revision', 'a letter is missing'],
    ['rouet', 'route', 'two letters are swapped'],
    ['mdoe', 'mode', 'two letters are swapped'],
    ['image', 'images', 'the number is another'],
    ['dry_run', 'dry-run', 'an underscore for a hyphen'],
    ['DryRun', 'dry-run', 'capitals, and no hyphen'],
    ['require', 'require-verified', 'only the beginning'],
    ['kubeconfig-file', 'kubeconfig', 'more than the beginning'],
    ['toto', undefined, 'a word that is too short to be meant'],
    ['namespace', undefined, 'a word that is like no other'],
    ['', undefined, 'nothing'],
    ['mode', undefined, 'the word itself'],
    ['m'.repeat(1_000_000), undefined, 'a word of any length'],
  ])('%.20s: %s (%s)', (word, expected, _why) => {
    expect(nearest(word, KNOWN)).toBe(expected);
  });

  test('the nearest of several, and the first of those that are equally near', () => {
    expect(nearest('pasth', ['patch', 'path', 'pasta'])).toBe('path');
    expect(nearest('paths', ['pathx', 'pathy'])).toBe('pathx');
  });

  test('one wrong letter in a word of four is always near, wherever it is', () => {
    const word = fc.stringMatching(/^[a-z]{4,12}$/);
    fc.assert(
      fc.property(word, fc.nat(), (right, where) => {
        const at = where % right.length;
        const dropped = right.slice(0, at) + right.slice(at + 1);
        const added = `${right.slice(0, at)}#${right.slice(at)}`;
        for (const wrong of [dropped, added]) expect(nearest(wrong, [right])).toBe(right);
      }),
    );
  });
});

describe('slipOf', () => {
  const INPUTS = [...KNOWN, 'app', 'namespace', 'environment', 'values', 'manifests'];
  test.each<[string, string | undefined]>([
    ['mdoe', 'mode'],
    ['modes', 'mode'],
    ['apps', 'app'],
    ['value', 'values'],
    ['DRY_RUN', 'dry-run'],
    ['rout', undefined],
    ['rouet', 'route'],
    ['revison', 'revision'],
    ['namspace', 'namespace'],
    ...['api', 'node', 'code', 'model', 'do', 'name', 'env', 'apple'].map(
      (word) => [word, undefined] as [string, undefined],
    ),
  ])('%s: %s', (word, expected) => {
    expect(slipOf(word, INPUTS)).toBe(expected);
  });
});

test('didYouMean ends a sentence, or adds nothing to it', () => {
  expect(didYouMean('rout', KNOWN)).toBe('; did you mean route?');
  expect(didYouMean('namespace', KNOWN)).toBe('');
});
