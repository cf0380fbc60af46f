import { expect, test } from 'vitest';
import { whyInstall } from '../../scripts/lockfile.mjs';

const locked = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/a/node_modules/b': { version: '2.0.0' },
    'node_modules/for-macos': { version: '3.0.0', optional: true },
  },
};
const { '': _root, 'node_modules/for-macos': _optional, ...needed } = locked.packages;

test.each([
  ['nothing', undefined, 'nothing is installed yet'],
  ['all but another platform’s', { packages: needed }, undefined],
  ['all', { packages: { ...needed, 'node_modules/for-macos': { version: '3.0.0' } } }, undefined],
  [
    'an older version',
    { packages: { ...needed, 'node_modules/a': { version: '0.9.0' } } },
    'a is not installed in version 1.0.0',
  ],
  [
    'an older version of an optional one',
    { packages: { ...needed, 'node_modules/for-macos': { version: '2.0.0' } } },
    'for-macos is not installed in version 3.0.0',
  ],
  [
    'all but one below another',
    { packages: { 'node_modules/a': { version: '1.0.0' } } },
    'b is not installed in version 2.0.0',
  ],
  [
    'one too many',
    { packages: { ...needed, 'node_modules/c': { version: '1.0.0' } } },
    'c is installed and not wanted any more',
  ],
])('%s is installed', (_, installed, why) => {
  expect(whyInstall(locked, installed)).toBe(why);
});
