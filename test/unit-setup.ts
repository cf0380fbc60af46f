import { afterAll, afterEach, expect, vi } from 'vitest';
import { endOpened } from './opened.ts';

// Runs before every file: files of one process share their modules, so a hook in a module that they import would run
// after the first of them only.

const around = () => ({ folder: process.cwd(), environment: { ...process.env } });
const before = around();
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await endOpened();
  expect(around(), 'the file must leave its process as it found it').toEqual(before);
});
