import { expect, test } from 'vitest';
import { STATES } from '../../src/state/outcome.ts';
import { promoted } from './stories.ts';
import { summary } from './story.ts';

/** States that say nothing by themselves: nothing was done, or the error says what was. */
const WITHOUT = ['unchanged', 'restored'];

test.each(STATES.filter((state) => !WITHOUT.includes(state)))('the summary has a verdict for the state %s', (state) => {
  const said = summary({ ...promoted, result: { ...promoted.result, mode: 'release', state } });
  expect(said.split('\n')[0]).not.toContain('Nothing to do');
});

test('a promotion without a proof is live, and its summary does not claim that it answers', () => {
  const said = summary({ ...promoted, result: { ...promoted.result, proof: '' } });
  expect(said.split('\n')[0]).toMatch(/^### ⚠️ .* is live at .*, and this step did not prove that it answers$/);
});
