import { expect, test } from 'vitest';
import { Mask } from '../../src/core/base/masking.ts';
import { VOCABULARY } from '../../src/state/vocabulary.ts';

test('words of Greenpath are never hidden', () => {
  const mask = new Mask();
  mask.learn(VOCABULARY);
  expect(mask.hide('Run rollback again')).toBe('Run *** again');
  mask.allow(VOCABULARY.join('\n'));
  for (const word of ['conflict', 'promote', 'rollback', 'candidate', 'switched', 'Proof of the switch back'])
    expect(mask.hide(`said ${word}.`)).toBe(`said ${word}.`);
});
