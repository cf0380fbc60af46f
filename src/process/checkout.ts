import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** Why `path`, which is relative to the working directory, may not be there: the end of a sentence, or nothing. */
export function checkoutHint(path: string): string {
  if (isAbsolute(path) || hasCheckout()) return '';
  const names = readdirSync('.');
  if (names.length === 0)
    return ', and the working directory is empty: add a step with actions/checkout before this one';
  const inside = names.find((name) => existsSync(join(name, '.git')));
  if (inside !== undefined) return `; the repository is in the folder ${inside}: write ${join(inside, path)}`;
  return '; the working directory has no .git: if the file is in the repository, add a step with actions/checkout before this one';
}

/** Whether the working directory is that of a repository. */
export function hasCheckout(): boolean {
  return existsSync('.git');
}
