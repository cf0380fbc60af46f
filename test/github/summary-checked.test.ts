import { expect, test } from 'vitest';
import { accepted, finding, refused } from './check-stories.ts';
import { summary } from './story.ts';

/** What people see of a run of `check`. */

const rowsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('| '));

test('the first line says that the manifests are accepted, and what becomes of how many', () => {
  const said = summary(accepted);
  expect(said.split('\n')[0]).toBe(
    '### ✅ deploy-green accepts these manifests, as far as they show: 6 objects&#58; 2 coloured, 1 live route, 1 backing, 1 shared and 1 left alone',
  );
  expect(said).not.toContain('Visitors');
  expect(said).toContain('#### Warnings');
});

test('each object has its row: what it is, its name, its place and the reason', () => {
  const rows = rowsOf(summary(accepted)).slice(2);
  expect(rows).toHaveLength(6);
  expect(rows[3]).toBe(
    '| 🗄️ backing | <code>StatefulSet db</code> | <code>k8s/db.yaml&#58;3</code> | is a StatefulSet, whose pods have volumes of their own |',
  );
});

test('what is wired and what only the cluster can say follow', () => {
  const said = summary(accepted);
  expect(said).toContain('🔗 Plain names in the pods of each revision');
  expect(said.split('#### Not looked at: needs the cluster')[1]?.match(/^- /gm)).toHaveLength(2);
});

test('a refusal comes first, with its place, and the objects follow all the same', () => {
  const said = summary(refused);
  expect(said.split('\n')[0]).toBe('### ❌ check failed (manifest)');
  expect(said).toContain('- <code>k8s/front.yaml&#58;7</code> Rollout front cannot be released');
  expect(rowsOf(said)[2]).toMatch(/^\| ❌ refused \| <code>Rollout front<\/code> \|/);
  expect(said).not.toContain('Visitors');
});

test('words of the manifests stay words', () => {
  const name = 'a | b\n# c <img src=x> [d](https://evil.test)';
  const said = summary(finding(name));
  expect(said).not.toMatch(/<img|\]\(https|^# c/m);
  expect(
    rowsOf(said)
      .slice(2)
      .map((row) => row.split(' | ').length),
  ).toEqual([4]);
});
