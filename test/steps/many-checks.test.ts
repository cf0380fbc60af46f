import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Backend } from '../proof/backend.ts';

/** What so many checks, as many at once, take of a process of their own, in megabytes. */
async function memoryOf(port: number, count: number, parallel: number): Promise<number> {
  const args = ['test/steps/many-checks.ts', `${port}`, `${count}`, `${parallel}`];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { passed, megabytes } = JSON.parse(stdout) as { passed: number; megabytes: number };
  expect(passed).toBe(count);
  return megabytes;
}

// The bundle with one check takes 60 MB (docs/decisions/0002-bundle.md); the sources as they are take more. The larger
// pages would take more than 250 MB if they were kept.
test.each([
  { name: '90 MB more than one does, so less than 150 MB', page: 20, most: 90 },
  { name: '180 MB more if pages are ten times as large, as none is kept', page: 200, most: 180 },
])('500 checks, 20 at once, take less than $name', async ({ page, most }) => {
  const text = 'x'.repeat(page * 1024);
  const { front } = await Backend.start((response, { url }) => response.end(`${text}end of ${url}`));
  const { port } = front.address;
  expect((await memoryOf(port, 500, 20)) - (await memoryOf(port, 1, 1))).toBeLessThan(most);
});
