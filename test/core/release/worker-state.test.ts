import { expect, test } from 'vitest';
import { objectAt } from '../../../src/core/base/json.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import {
  isWorker,
  isWorking,
  unfinishedJobs,
  waitingCronJob,
  worksWhenLive,
} from '../../../src/core/release/worker-state.ts';
import { lettingWait, planWorkers } from '../../../src/core/release/workers.ts';
import { present, service } from '../support.ts';

interface Given {
  readonly revision?: string;
  readonly suspend?: boolean;
  readonly noted?: boolean;
  readonly deadline?: number;
}
function cronJob(name: string, { revision, suspend, noted, deadline }: Given = {}): KubeObject {
  const labels = {
    'greenpath.dev/app': 'web',
    'greenpath.dev/name': 'report',
    'greenpath.dev/revision': revision ?? '',
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: {
      name,
      uid: name,
      ...(revision === undefined ? {} : { labels }),
      ...(noted === undefined ? {} : { annotations: { 'greenpath.dev/suspend': String(noted) } }),
    },
    spec: {
      schedule: '* * * * *',
      ...(suspend === undefined ? {} : { suspend }),
      ...(deadline === undefined ? {} : { startingDeadlineSeconds: deadline }),
    },
  };
}

test.each([
  ['that says nothing', {}, true, 10],
  ['that says suspend: false', { suspend: false }, true, 10],
  ['that says suspend: true', { suspend: true }, false, 10],
  ['that says how late its Jobs may start', { deadline: 600 }, true, 600],
])('a CronJob %s is created suspended', (_, given: Given, whenLive, deadline) => {
  const waiting = waitingCronJob(cronJob('report', given));
  expect([isWorker(waiting), isWorking(waiting), worksWhenLive(waiting)]).toEqual([true, false, whenLive]);
  expect(objectAt(waiting, 'spec').startingDeadlineSeconds).toBe(deadline);
});

test('the CronJobs of a stack wait, whatever Services there are', () => {
  const manifest = { object: cronJob('report'), place: { file: 'all.yaml' }, given: 'CronJob report' };
  const { own } = lettingWait([manifest], [service('web')]);
  expect(isWorking(present(own[0]).object)).toBe(false);
});

const V1 = {
  live: cronJob('report-v1', { revision: 'v1', noted: false }),
  left: cronJob('report-v1', { revision: 'v1', suspend: true, noted: false }),
};
const V2 = {
  waits: cronJob('report-v2', { revision: 'v2', suspend: true, noted: false }),
  off: cronJob('report-v2', { revision: 'v2', suspend: true, noted: true }),
};
test.each<[string, KubeObject[], string, string[], string[]]>([
  [
    'after a switch the old one is suspended and the new one starts',
    [V1.live, V2.waits],
    'v1 to v2',
    ['report-v1'],
    ['report-v2'],
  ],
  ['one that says suspend: true stays so', [V1.live, V2.off], 'v1 to v2', ['report-v1'], []],
  [
    'a rollback is the reverse',
    [V1.left, { ...V2.waits, spec: { suspend: false } }],
    'v2 to v1',
    ['report-v2'],
    ['report-v1'],
  ],
  ['again: nothing to do', [V1.left, { ...V2.waits, spec: { suspend: false } }], 'v1 to v2', [], []],
  ['one from before Greenpath is suspended', [cronJob('report'), V2.waits], 'adopted to v2', ['report'], ['report-v2']],
  ['and comes back', [cronJob('report', { suspend: true, noted: false }), V2.waits], 'v2 to adopted', [], ['report']],
  ['another one of the namespace is left alone', [cronJob('backup'), V2.waits], 'adopted to v2', [], ['report-v2']],
])('%s', (_, all, move, stops, starts) => {
  const [from = '', to = ''] = move.split(' to ');
  const { stop, start } = planWorkers(all, [service('web')], 'web', from, to);
  expect(stop.map(({ metadata }) => metadata.name)).toEqual(stops);
  expect(start.map(({ metadata }) => metadata.name)).toEqual(starts);
});

test.each([
  ['runs', 'report-v1', [], 1],
  ['is complete', 'report-v1', [{ type: 'Complete', status: 'True' }], 0],
  ['failed', 'report-v1', [{ type: 'Failed', status: 'True' }], 0],
  ['is about to fail', 'report-v1', [{ type: 'FailureTarget', status: 'True' }], 1],
  ['is of another CronJob', 'report-v2', [], 0],
])('a Job that %s', (_, owner, conditions, count) => {
  const metadata = { name: 'report-v1-1', ownerReferences: [{ uid: owner }] };
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata, status: { conditions } };
  expect(unfinishedJobs(V1.live, [job])).toHaveLength(count);
});
