import { defineConfig } from 'vitest/config';
import { ALONE, ByTime } from './scripts/shards.ts';

/** What needs more than Node: the cluster of the repository, a browser, or the programs of other people. */
const CLUSTER = ['test/e2e/**/*.test.ts', 'test/workflow/**/*.test.ts', 'test/github/rendered.test.ts'];
const MATRICES = ['test/**/*.all.test.ts'];
/**
 * By GREENPATH_TEST. `npm test` leaves out the matrices: it runs one test a promise. `npm run test:all` adds them: beside
 * each other those that do not run alone.
 */
const LEFT_OUT: Readonly<Record<string, string[]>> = { all: [], beside: ALONE };
/** Only `npm run test:routers` runs it. */
const ROUTERS = ['test/routers/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...CLUSTER, ...ROUTERS],
          // Reading the modules anew for each file took twice the time of the tests.
          isolate: false,
          setupFiles: 'test/unit-setup.ts',
        },
      },
      // The linters of workflows need Go and pip, and no cluster: alone they run on any runner.
      { extends: true, test: { name: 'workflows', include: ['test/workflow/lint.test.ts'] } },
      { extends: true, test: { name: 'routers', include: ROUTERS, globalSetup: 'test/cluster-setup.ts' } },
      {
        extends: true,
        test: {
          name: 'cluster',
          include: CLUSTER,
          exclude: LEFT_OUT[process.env.GREENPATH_TEST ?? ''] ?? MATRICES,
          globalSetup: 'test/cluster-setup.ts',
        },
      },
    ],
    // Load tests share two cores and one proxy: side by side they would measure each other.
    fileParallelism: false,
    sequence: { sequencer: ByTime },
    restoreMocks: true,
    testTimeout: 120_000,
    hookTimeout: 1_800_000,
    reporters: ['verbose'],
    // Of the unit tests alone (`npm run test:unit`): the cluster's run the bundle. The thresholds are what is reached,
    // rounded down; raise them with it.
    coverage: {
      include: ['src/**'],
      reporter: [`${import.meta.dirname}/scripts/coverage.ts`],
      reportsDirectory: 'build/coverage',
      thresholds: { statements: 77, branches: 76 },
    },
  },
});
