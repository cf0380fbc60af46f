import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLOCK } from '../../../src/process/clock.ts';
import { only } from '../../core/support.ts';
import { NOBODY } from '../../proof/backend.ts';
import { checkOf, subjectOf, toolsIn } from '../checks.ts';

/** What is said of the repository when a command fails: only where files may be missing. */

const home = process.cwd();
afterAll(() => process.chdir(home));

/** Why a command fails. */
async function reasonOf(given: object): Promise<string> {
  const check = checkOf(given, 'preview', toolsIn({ PATH: process.env.PATH }, CLOCK));
  const ended = await only(check.targets(subjectOf([NOBODY]))).attempt(new AbortController().signal);
  return ended.passed ? 'it passed' : ended.reason;
}

describe('a repository in a folder of the working directory', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'greenpath workspace-'));
  mkdirSync(join(workspace, 'app', '.git'), { recursive: true });
  mkdirSync(join(workspace, 'app', 'e2e'));
  writeFileSync(join(workspace, 'app', 'e2e', 'smoke.sh'), 'exit 1');
  beforeAll(() => process.chdir(workspace));

  test.each(['app', 'app/e2e', './app/'])('is the checkout of a command in %s', async (folder) => {
    expect(await reasonOf({ command: 'no-such-program', folder })).toBe('exit code 127');
    expect(await reasonOf({ command: 'exit 1', folder })).toBe('exit code 1');
  });

  test.each([
    ['.', 'app'],
    ['e2e', 'app/e2e'],
  ])('is named for a command in %s that finds nothing there', async (folder, right) => {
    const hint = `; the repository is in the folder app: write folder: ${right}`;
    expect((await reasonOf({ command: './smoke.sh', folder })).endsWith(hint)).toBe(true);
  });

  test('is no matter for a command that ran', async () => {
    expect(await reasonOf({ command: 'exit 1' })).toBe('exit code 1');
    expect(await reasonOf({ command: 'sleep 60', timeout: '100ms' })).toBe(
      'it was still running after 100 ms, its timeout',
    );
  });
});

describe('no repository at all', () => {
  const NO_CHECKOUT = /, and this job has no checkout .*: if the command needs the repository, add a step with actions/;
  const folder = mkdtempSync(join(tmpdir(), 'greenpath plain-'));
  beforeAll(() => process.chdir(folder));

  test('is said of a command that cannot be there, or has no files', async () => {
    expect(await reasonOf({ command: 'exit 1' })).toMatch(NO_CHECKOUT);
    writeFileSync('a', '');
    expect(await reasonOf({ command: './a.sh' })).toMatch(NO_CHECKOUT);
    expect(await reasonOf({ command: './a' })).toMatch(NO_CHECKOUT);
    expect(await reasonOf({ command: 'exit 1', folder: 'e2e' })).toMatch(NO_CHECKOUT);
  });

  test('is not said of one that ran', async () => {
    expect(await reasonOf({ command: 'exit 1' })).toBe('exit code 1');
    expect(await reasonOf({ command: 'kill -9 $$' })).toBe('a signal ended it');
  });
});
