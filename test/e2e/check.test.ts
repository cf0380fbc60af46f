import { describe, expect, test } from 'vitest';
import { runAction } from '../../harness/action.ts';
import { FOLDERS } from '../modes/check-folders.ts';
import { REFUSALS } from '../modes/check-refusals.ts';
import { RENDERED } from '../modes/check-rendered.ts';
import { CHECK, expected, saidBy, written } from '../modes/check-said.ts';

/** The bundle says the same of the folders as the sources, where there is no network, no home and no cluster. */

describe.each(Object.entries({ ...FOLDERS, ...REFUSALS, ...RENDERED }))('%s', (_, folder) => {
  test('is said completely', async () => {
    const options = {
      cwd: written(folder.files),
      env: { HOME: undefined, ...folder.env },
      wrapper: ['/usr/bin/unshare', '--net'],
    };
    expect(saidBy(await runAction({ ...CHECK, ...folder.inputs }, options), folder)).toEqual(expected(folder));
  });
});
