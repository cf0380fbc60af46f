import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../../src/core/base/error.ts';
import { again, type Content, isOtherContent, mustCompareSecrets } from '../../../src/core/release/redeploy.ts';
import type { StackRole } from '../../../src/core/release/stack-role.ts';
import { thrownBy } from '../support.ts';

const CONTENTS: readonly Content[] = ['same', 'other', 'unknown'];
const EXPECTED: readonly (readonly [StackRole, readonly [string, string, string]])[] = [
  ['absent', ['deploy', 'deploy', 'deploy']],
  ['idle', ['deploy', 'deploy', 'deploy']],
  ['candidate', ['deploy', 'void', 'void']],
  ['live', ['nothing', 'already-live', 'nothing']],
  ['previous', ['deploy', 'already-live', 'already-live']],
  ['retiring', ['retiring', 'retiring', 'retiring']],
];
const outcome = (role: StackRole, content: Content) => {
  try {
    return again('v2', role, content);
  } catch (error) {
    return error instanceof GreenpathError ? error.code : 'another error';
  }
};

describe('the same revision again', () => {
  test.each(EXPECTED)('%s', (role, outcomes) => {
    expect(CONTENTS.map((content) => outcome(role, content))).toEqual(outcomes);
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

  test('a refusal names what differs, of much only a part, and a likely cause', () => {
    const differences = Array.from({ length: 10 }, (_, index) => `ConfigMap c${index} (data.a)`);
    const error = (count: number, rendered: boolean) =>
      thrownBy(() => again('v2', 'live', 'other', { differences: differences.slice(0, count), rendered }));
    expect(error(2, false)).toMatchObject({
      message:
        'revision v2 is live with other content than these manifests: ConfigMap c0 (data.a); ConfigMap c1 (data.a)',
      next: 'Release other content under a new revision.',
    });
    expect(error(10, true)).toMatchObject({
      message: expect.stringContaining('ConfigMap c7 (data.a) and 2 more objects'),
      next: expect.stringContaining('the chart may write the time into what differs'),
    });
  });

  test.each(EXPECTED)('%s: differences are looked for where they are why it is refused', (role, outcomes) => {
    expect(CONTENTS.map((content) => isOtherContent(role, content))).toEqual(
      outcomes.map((one, index) => one === 'already-live' && CONTENTS[index] === 'other'),
    );
  });

  test('Secrets are compared where nothing else tells that the revision would be changed, and it must not', () => {
    const all = EXPECTED.flatMap(([role]) => CONTENTS.map((content) => [role, content] as const));
    expect(all.filter(([role, content]) => mustCompareSecrets(role, content))).toEqual([['previous', 'same']]);
  });

  test('a refusal says where the revision stands', () => {
    expect(String(thrownBy(() => again('v2', 'previous', 'unknown')))).toContain('it has no record');
    expect(String(thrownBy(() => again('v2', 'live', 'other')))).toContain('revision v2 is live with other content');
  });
});
