import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { versionOf } from '../../../harness/routers/version.ts';

/** Which Greenpath a run says that it measured: of a checkout in a folder of its own. */

let folder: string;
const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenpath-version-'));
  for (const name of ['dist', 'docs', 'src']) mkdirSync(join(folder, name));
  for (const file of ['dist/index.js', 'docs/routers.json', 'docs/routers.md', 'src/main.ts']) write(file, '');
  git('init', '--quiet');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@b.test', 'commit', '--quiet', '--message=One');
});

test('it is the commit, and the digest of what the releases ran', () => {
  const commit = git('rev-parse', 'HEAD').slice(0, 12);
  expect(versionOf(folder)).toEqual({ commit, dist: 'e3b0c44298fc' });
});

test('what the run itself writes is no change', () => {
  for (const file of ['docs/routers.json', 'docs/routers.md', 'untracked']) write(file, 'new');
  expect(versionOf(folder).commit).toMatch(/^[0-9a-f]{12}$/);
});

test.each(['src/main.ts', 'dist/index.js'])('a change of %s is said', (file) => {
  const before = versionOf(folder);
  write(file, 'new');
  expect(versionOf(folder).commit).toBe(`${before.commit} and changes`);
  expect(versionOf(folder).dist === before.dist).toBe(file !== 'dist/index.js');
});
