import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which Greenpath was measured. */
export interface Version {
  /** The commit of the checkout, and whether its files had changed since. */
  readonly commit: string;
  /** The first digits of the SHA-256 of `dist/index.js`, which the releases ran. */
  readonly dist: string;
}

const DIGITS = 12;
/** What the run itself writes is no change of Greenpath. */
const WRITTEN = [':!docs/routers.json', ':!docs/routers.md'];

/** What a checkout holds now. */
export function versionOf(folder = '.'): Version {
  // The tests need root, to whom the checkout may not belong.
  const options = ['-c', 'safe.directory=*'];
  const git = (...args: string[]) =>
    execFileSync('git', [...options, ...args], { cwd: folder, encoding: 'utf8' }).trim();
  const commit = git('rev-parse', `--short=${DIGITS}`, 'HEAD');
  const changes = git('status', '--porcelain', '--untracked-files=no', '--', '.', ...WRITTEN);
  const digest = createHash('sha256')
    .update(readFileSync(join(folder, 'dist/index.js')))
    .digest('hex');
  return { commit: changes === '' ? commit : `${commit} and changes`, dist: digest.slice(0, DIGITS) };
}
