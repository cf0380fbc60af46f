import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { again, type Content, type Stands } from '../../src/core/again.ts';
import { GreenpathError } from '../../src/core/error.ts';
import { thrownBy } from './support.ts';

const CONTENTS: readonly Content[] = ['same', 'other', 'unknown'];
const EXPECTED: readonly (readonly [Stands, readonly [string, string, string]])[] = [
  ['absent', ['deploy', 'deploy', 'deploy']],
  ['candidate', ['deploy', 'void', 'void']],
  ['live', ['nothing', 'already-live', 'nothing']],
  ['previous', ['deploy', 'already-live', 'already-live']],
  ['retiring', ['retiring', 'retiring', 'retiring']],
];
const outcome = (stands: Stands, content: Content) => {
  try {
    return again('v2', stands, content);
  } catch (error) {
    return error instanceof GreenpathError ? error.code : 'another error';
  }
};

describe('the same revision again', () => {
  test.each(EXPECTED)('%s', (stands, outcomes) => {
    expect(CONTENTS.map((content) => outcome(stands, content))).toEqual(outcomes);
  });

  test('the page for people has the same rows and the same refusals', () => {
    const rows = readFileSync('docs/same-revision.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| '));
    expect(rows.slice(2)).toHaveLength(EXPECTED.length);
    for (const [index, [, outcomes]] of EXPECTED.entries()) {
      const cells = rows[index + 2]?.split('|').slice(2, 5) ?? [];
      const refusals = cells.map((cell) => /refused \(`([\w-]+)`\)/.exec(cell)?.[1]);
      expect(refusals).toEqual(outcomes.map((one) => (['deploy', 'void', 'nothing'].includes(one) ? undefined : one)));
    }
  });

  test('a refusal says where the revision stands', () => {
    expect(String(thrownBy(() => again('v2', 'previous', 'unknown')))).toContain('its record was deleted');
    expect(String(thrownBy(() => again('v2', 'live', 'other')))).toContain('revision v2 is live with other content');
  });
});
