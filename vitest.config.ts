import { defineConfig } from 'vitest/config';

/** `npm test` runs one test a promise; `npm run test:all` (GREENPATH_TEST=all) adds the matrices, `*.all.test.ts`. */
const all = process.env.GREENPATH_TEST === 'all';
/** What needs nothing but Node. */
const UNIT = ['test/core/**/*.test.ts', 'test/checks/**/*.test.ts', 'test/github/{markdown,summary}.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: UNIT } },
      {
        extends: true,
        test: {
          name: 'cluster',
          include: ['test/**/*.test.ts'],
          exclude: [...UNIT, ...(all ? [] : ['test/**/*.all.test.ts'])],
          globalSetup: 'test/setup.ts',
        },
      },
    ],
    // Load tests share two cores and one proxy: side by side they would measure each other.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 1_800_000,
    reporters: ['verbose'],
  },
});
