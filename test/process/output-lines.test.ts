import { expect, test } from 'vitest';
import { OutputLines } from '../../src/process/output-lines.ts';

function read(...pieces: (string | Buffer)[]) {
  const seen: string[] = [];
  const lines = new OutputLines((line) => seen.push(line));
  for (const piece of pieces) lines.add(Buffer.from(piece), 'stdout');
  return { last: lines.end(), seen };
}

test('lines are whole, however they come', () => {
  const umlaut = Buffer.from('ü');
  const { seen, last } = read('a', 'b\nc\r\n\n\u001b[2K\n10%\r20%\n', umlaut.subarray(0, 1), umlaut.subarray(1));
  expect(seen).toEqual(['ab', 'c', '10%', '20%', 'ü']);
  expect(last).toBe(seen.join('\n'));
});

test('a line of one output does not break one of the other', () => {
  const seen: string[] = [];
  const lines = new OutputLines((line) => seen.push(line));
  lines.add(Buffer.from('first '), 'stdout');
  lines.add(Buffer.from('error\nlast'), 'stderr');
  lines.add(Buffer.from('half\n'), 'stdout');
  lines.end();
  expect(seen).toEqual(['error', 'first half', 'last']);
});

test('a program that never stops writing fills neither log nor memory', () => {
  const { seen, last } = read('x'.repeat(10_000), `\n${'line\n'.repeat(3_000)}end`);
  expect(seen[0]).toBe(`${'x'.repeat(8_192)}…`);
  expect(seen).toHaveLength(2_001);
  expect(seen.at(-1)).toBe('… (1002 more lines)');
  expect(last.split('\n')).toHaveLength(20);
  expect(last).toMatch(/end$/);
});

test('a long line is never passed on in two parts, of which neither would hold a whole secret', () => {
  const secret = 'hunter2-hunter2';
  const { seen } = read('x'.repeat(8_185), secret, '-and-more', '\nnext');
  expect(seen).toEqual([`${'x'.repeat(8_185)}${secret.slice(0, 7)}…`, 'next']);
});
