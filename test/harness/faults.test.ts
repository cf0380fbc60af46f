import { describe, expect, test } from 'vitest';
import { faultsIn, lostIn } from '../../harness/faults.ts';
import type { Answer } from '../../harness/load.ts';

/** What a load test says of answers that are wrong. */

const NOON = Date.parse('2026-05-01T12:00:00Z');
interface One {
  at: number;
  fault?: string;
}

const sentAt = ({ at }: One) => NOON + at * 1_000;
const answers: One[] = [{ at: 1 }, { at: 2, fault: 'a' }, { at: 3, fault: 'b' }, { at: 4, fault: 'a' }, { at: 9 }];
const acts = [
  { name: 'deploy-green v2', from: NOON, to: NOON + 2_500 },
  { name: 'promote v2', from: NOON + 3_500, to: NOON + 5_000 },
];
const faultOf = ({ fault }: One) => fault;

describe('the faults in answers', () => {
  test('are one line each: how many, from when to when, and what ran then', () => {
    expect(faultsIn(answers, { sentAt, faultOf, acts })).toEqual([
      '2 × a, sent 12:00:02.000 to 12:00:04.000, during deploy-green v2, promote v2',
      '1 × b, sent 12:00:03.000 to 12:00:03.000, during nothing',
    ]);
  });

  test('are none where every answer is right', () => {
    expect(faultsIn([{ at: 1 }], { sentAt, faultOf, acts })).toEqual([]);
  });

  test('are the same one whatever port a connection had', () => {
    const refused = [41_234, 51_234].map((port) => ({ at: 1, fault: `read 10.0.0.1:${port}->10.0.0.2:80: reset` }));
    expect(faultsIn(refused, { sentAt, faultOf, acts: [] })).toEqual([
      '2 × read 10.0.0.1:*->10.0.0.2:80: reset, sent 12:00:01.000 to 12:00:01.000',
    ]);
  });
});

test('what visitors lost is told by client and path, with what the answer said', () => {
  const good = { status: 200, who: 'v1', error: undefined, closed: false };
  const answer: Answer = { client: 'fresh', path: '/', sent: 1, ended: 2, ...good };
  const lost: Answer = { ...answer, path: '/cart', status: 502, who: 'nobody', error: 'status 502: Bad Gateway' };
  expect(lostIn([answer, lost], [])).toEqual([
    expect.stringMatching(/^1 × fresh \/cart: status 502: Bad Gateway, sent/),
  ]);
});
