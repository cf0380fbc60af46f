import { describe, expect, test } from 'vitest';
import { runAction } from '../../harness/action.ts';
import { FOLDERS } from './check-folders.ts';
import { REFUSALS } from './check-refusals.ts';
import { RENDERED } from './check-rendered.ts';
import { CHECK, expected, saidBy, written } from './check-said.ts';

/** What `check` says of small folders, as a process of its own: no cluster, no home, no credentials. */

describe.each(Object.entries({ ...FOLDERS, ...REFUSALS, ...RENDERED }))('%s', (_, folder) => {
  test('is said completely', async () => {
    const cwd = written(folder.files);
    const env = { HOME: undefined, ...folder.env };
    const outcome = await runAction({ ...CHECK, ...folder.inputs }, { program: 'src/main.ts', cwd, env });
    expect(saidBy(outcome, folder)).toEqual(expected(folder));
  });
});
