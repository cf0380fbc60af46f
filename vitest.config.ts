import { defineConfig } from 'vitest/config';

/** `npm test` runs one test a promise; `npm run test:all` (GREENPATH_TEST=all) adds the matrices, `*.all.test.ts`. */
const all = process.env.GREENPATH_TEST === 'all';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: all ? [] : ['test/**/*.all.test.ts'],
    globalSetup: 'test/setup.ts',
    // Load tests share two cores and one proxy: side by side they would measure each other.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 1_800_000,
    reporters: ['verbose'],
  },
});
