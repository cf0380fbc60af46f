import { expect, test } from 'vitest';
import { strangers } from '../../harness/edges.ts';
import type { Answer } from '../../harness/load.ts';

/** Which answers contradict a switch that was said to be proven. */

const EDGES = [
  { before: 'v1', after: 'v2', started: 100, proven: 200 },
  { before: 'v2', after: 'v3', started: 500, proven: 600 },
];

function answer(who: string, sent: number, ended: number, status = 200): Answer {
  return { client: 'fresh', path: '/', sent, ended, status, who, error: undefined, closed: false };
}

test.each([
  ['the version before, asked for after the proof', answer('v1', 201, 210), true],
  ['the version before, until the proof', answer('v1', 150, 190), false],
  ['the version before, asked for before the proof', answer('v1', 190, 1_700), false],
  ['the proven version', answer('v2', 201, 210), false],
  ['the next version, while the next switch is under way', answer('v3', 490, 510), false],
  ['the version before, after the last proof', answer('v2', 9_000, 9_010), true],
  ['nobody, since the request was lost', answer('nobody', 300, 310, 0), false],
])('an answer by %s', (_, given, contradicts) => {
  expect(strangers([answer('v1', 1, 2), given], EDGES)).toEqual(contradicts ? [given] : []);
});
