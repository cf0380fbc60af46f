import { beforeEach } from 'vitest';

/** Says that the tests of a file go on from one another: once one has failed, those after it are skipped. */
export function tellOneStory(): void {
  let failed: string | undefined;
  beforeEach(({ skip, onTestFailed, task }) => {
    if (failed !== undefined) skip(`the story ended at "${failed}"`);
    onTestFailed(() => {
      failed ??= task.name;
    });
  });
}
