import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { majorTag, notesOf } from '../../scripts/changelog.ts';

describe('notes of a release', () => {
  const changelog =
    '# Changelog\n\n## Unreleased\n\n## 1.10.0\n\n- New.\n\n## 1.1.0 (2026-12-01)\n\n- Old.\n- Older.\n';

  test.each([
    ['1.10.0', '- New.'],
    ['1.1.0', '- Old.\n- Older.'],
  ])('%s', (version, notes) => {
    expect(notesOf(changelog, version)).toBe(notes);
  });

  test.each([
    ['1.2.0', 'no section'],
    ['1.1', 'no section'],
    ['Unreleased', 'is empty'],
  ])('%s: %s', (version, problem) => {
    expect(() => notesOf(changelog, version)).toThrow(problem);
  });

  test('CHANGELOG.md collects what is not released yet', () => {
    expect(readFileSync('CHANGELOG.md', 'utf8')).toMatch(/^## Unreleased$/m);
  });
});

describe('the tag of the major version', () => {
  test.each([
    ['the first release', 'v1.0.0', ['v1.0.0'], 'v1'],
    ['the newest one', 'v1.10.0', ['v1', 'v1.2.0', 'v1.9.3', 'v1.10.0'], 'v1'],
    ['a fix of an earlier one', 'v1.9.4', ['v1', 'v1.9.4', 'v1.10.0'], ''],
    ['another major version', 'v2.0.0', ['v1', 'v1.10.0', 'v2.0.0'], 'v2'],
    ['an earlier major version', 'v1.10.1', ['v1.10.0', 'v1.10.1', 'v2.0.0'], 'v1'],
  ])('%s', (_, tag, tags, moved) => {
    expect(majorTag(tag, tags)).toBe(moved);
  });

  test.each(['v1', 'v1.0', 'v1.0.0-rc.1', ''])('%s is no release', (tag) => {
    expect(() => majorTag(tag, [])).toThrow('vX.Y.Z');
  });
});
