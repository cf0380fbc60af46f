import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';

/** Why `path`, which is relative to the working directory, may not be there: the end of a sentence, or nothing. */
export function checkoutHint(path: string): string {
  if (isAbsolute(path) || isInCheckout(path)) return '';
  const names = readdirSync('.');
  if (names.length === 0)
    return ', and the working directory is empty: add a step with actions/checkout before this one';
  const inside = insideHint(path);
  if (inside !== '') return inside;
  return '; the working directory has no .git: if the file is in the repository, add a step with actions/checkout before this one';
}

/** Why a command may find nothing in its folder, which is below the working directory: the end of a sentence, or nothing. */
export function commandHint(folder: string): string {
  if (isInCheckout(folder)) return '';
  return insideHint(folder, 'folder: ') || NO_CHECKOUT;
}

const NO_CHECKOUT =
  ', and this job has no checkout (the working directory has no .git): if the command needs the repository, add a step with actions/checkout before this one';

/** Where a path is if the repository is in a folder of the working directory, and the setting that takes it. */
function insideHint(path: string, setting = ''): string {
  const inside = readdirSync('.').find((name) => existsSync(join(name, '.git')));
  return inside === undefined
    ? ''
    : `; the repository is in the folder ${inside}: write ${setting}${join(inside, path)}`;
}

/** Whether a path is in a repository that is the working directory or below it. */
function isInCheckout(path: string): boolean {
  const parts = normalize(path).split('/');
  return ['.', ...parts.map((_, index) => join(...parts.slice(0, index + 1)))].some((one) =>
    existsSync(join(one, '.git')),
  );
}
