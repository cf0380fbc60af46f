import { expect, test } from 'vitest';
import type { AnswerSeen } from '../../../src/core/report/journal.ts';
import { Recorder } from '../../../src/core/report/recorder.ts';

const answer = (at: number): AnswerSeen => ({ at, who: 'green', ms: 1 });

test('a restore after a failure is a look and stages of its own, and what failed is what was open then', () => {
  const recorder = new Recorder();
  recorder.begin('Switch', 0);
  recorder.look('v2', 'switch');
  recorder.answer(answer(-1));
  recorder.begin('Proof', 10);
  recorder.look('v2', 'look');
  recorder.answer(answer(2));
  recorder.begin('Bake', 20);
  recorder.end('failed', 30);
  recorder.begin('Restore', 30);
  recorder.look('v1', 'switch');
  recorder.begin('Proof of the switch back', 40);
  recorder.look('v1', 'look');
  recorder.answer(answer(3));
  recorder.end('done', 50);
  recorder.end('failed', 60);
  const { stages, looks } = recorder.journal();
  expect(stages.map(({ title, from, to, failed }) => [title, from, to, failed])).toEqual([
    ['Switch', 0, 10, false],
    ['Proof', 10, 20, false],
    ['Bake', 20, 30, true],
    ['Restore', 30, 40, false],
    ['Proof of the switch back', 40, 50, false],
  ]);
  expect(looks).toEqual([
    { to: 'v2', zero: 'switch', answers: [answer(-1), answer(2)] },
    { to: 'v1', zero: 'switch', answers: [answer(3)] },
  ]);
});

test('a look at a switch of an earlier run counts from itself, and one that saw nothing is none', () => {
  const recorder = new Recorder();
  recorder.look('v2', 'look');
  recorder.answer(answer(0));
  recorder.look('v1', 'switch');
  expect(recorder.journal().looks).toEqual([{ to: 'v2', zero: 'look', answers: [answer(0)] }]);
});

test('what the live URL led to is noted with its time when another revision is live, and only then', () => {
  const recorder = new Recorder();
  const live = (revision: string) => ({ url: 'https://example.com/', service: `web-${revision}`, revision });
  recorder.serves({ live: live('v9') }, 1);
  recorder.scene({ live: live('v1'), preview: undefined }, 2);
  recorder.serves({ preview: live('v2') }, 3);
  recorder.serves({ live: live('v2'), preview: undefined }, 4);
  recorder.scene({ live: live('v2'), preview: undefined }, 5);
  recorder.serves({ live: live('v1') }, 6);
  const { before, after, spells } = recorder.journal();
  expect(spells.map(({ live: { revision }, from }) => [revision, from])).toEqual([
    ['v1', 2],
    ['v2', 4],
    ['v1', 6],
  ]);
  expect([before?.live.revision, after?.live.revision]).toEqual(['v1', 'v1']);
});
