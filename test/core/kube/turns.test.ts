import { expect, test } from 'vitest';
import { WORKLOAD_KINDS } from '../../../src/core/kube/turns.ts';

test('pods of Deployments and CronJobs do the work of a revision, and those of hooks do not', () => {
  expect(WORKLOAD_KINDS.map(({ kind }) => kind)).toEqual(['Deployment', 'CronJob']);
});
