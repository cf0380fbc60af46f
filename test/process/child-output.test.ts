import { describe, expect, test } from 'vitest';
import { ChildOutput, lastWords } from '../../src/process/child-output.ts';

/** What is kept of what a program writes. */

describe('of what it writes, the beginning is kept', () => {
  test.each<[string, readonly string[], string, boolean]>([
    ['all of little', ['ab', 'cd'], 'abcd', false],
    ['exactly as much as there is room for', ['abcd', 'e'], 'abcde', false],
    ['and the rest is dropped', ['abcd', 'efg', 'h'], 'abcde', true],
  ])('%s', (_, chunks, text, isCut) => {
    const output = new ChildOutput(5);
    for (const chunk of chunks) output.add(Buffer.from(chunk));
    expect([output.text(), output.isCut]).toEqual([text, isCut]);
  });
});

test('an error quotes the last five lines, and says nothing of a program that said nothing', () => {
  expect(lastWords(' \n')).toBe('');
  expect(lastWords('1\n2\n3\n\n5\n6\n')).toBe('. Its last lines:\n  2\n  3\n  5\n  6');
});
