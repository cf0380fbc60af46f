import { expect, test } from 'vitest';
import { type CheckedObject, tallyText } from '../../../src/core/report/checked.ts';

const objects = (count: number, word: CheckedObject['word']): CheckedObject[] =>
  Array.from({ length: count }, (_, index) => ({ object: `Thing ${index}`, word, why: '', file: 'a.yaml' }));

test('the tally counts objects by what becomes of them', () => {
  expect(tallyText([])).toBe('0 objects');
  expect(tallyText(objects(1, 'route'))).toBe('1 object: 1 live route');
  expect(tallyText([...objects(4, 'shared'), ...objects(6, 'coloured'), ...objects(2, 'route')])).toBe(
    '12 objects: 6 coloured, 2 live routes and 4 shared',
  );
});
