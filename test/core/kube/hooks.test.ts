import { describe, expect, test } from 'vitest';
import { objectAt } from '../../../src/core/base/json.ts';
import { areUndone, hookFaults, hookPoint, jobState, renewedHook, waitingHook } from '../../../src/core/kube/hooks.ts';
import { objectOf } from '../support.ts';

const job = (spec = '{template: {spec: {}}}', status = '{}', point = 'pre-deploy') =>
  objectOf(
    `{apiVersion: batch/v1, kind: Job, metadata: {name: migrate, annotations: {greenpath.dev/hook: ${point}}}, spec: ${spec}, status: ${status}}`,
  );

describe('a hook', () => {
  test('waits suspended, with a deadline of its own or 300 s', () => {
    expect(waitingHook(job()).spec).toMatchObject({ suspend: true, activeDeadlineSeconds: 300 });
    expect(waitingHook(job('{activeDeadlineSeconds: 20}')).spec).toMatchObject({ activeDeadlineSeconds: 20 });
  });

  test('does not remove itself, since it is the record that it ran', () => {
    expect(waitingHook(job('{ttlSecondsAfterFinished: 5}')).spec).not.toHaveProperty('ttlSecondsAfterFinished');
  });

  test('its point', () => {
    expect(hookPoint(job())).toBe('pre-deploy');
    expect(hookPoint(job('{}', '{}', 'sometimes'))).toBeUndefined();
  });

  test.each([
    ['{suspend: true}', '{}', 'waiting'],
    ['{suspend: false}', '{active: 1}', 'running'],
    ['{}', '{conditions: [{type: Complete, status: "True"}]}', 'done'],
    ['{suspend: true}', '{conditions: [{type: Complete, status: "True"}]}', 'done'],
    ['{}', '{conditions: [{type: Complete, status: "False"}]}', 'running'],
    ['{}', '{conditions: [{type: Failed, status: "True", reason: DeadlineExceeded, message: late}]}', 'failed'],
  ])('spec %s and status %s: %s', (spec, status, state) => {
    expect(jobState(job(spec, status)).state).toBe(state);
  });

  test('what keeps a Job from being one', () => {
    expect(hookFaults(job('{manualSelector: true}'))).toHaveLength(1);
    expect(hookFaults(job('{ttlSecondsAfterFinished: 5}'))).toEqual([]);
  });

  test('made again, it is as it was written: nothing that the server adds', () => {
    const written = waitingHook(job('{template: {metadata: {labels: {app: web}}, spec: {restartPolicy: Never}}}'));
    const { status: _, ...plain } = written;
    const failed = {
      ...written,
      metadata: { ...written.metadata, uid: 'u', resourceVersion: '7', creationTimestamp: 'then' },
      spec: {
        ...objectAt(written, 'spec'),
        suspend: false,
        selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } },
        template: {
          metadata: {
            labels: { app: 'web', 'controller-uid': 'u', 'job-name': 'migrate', 'batch.kubernetes.io/job-name': 'm' },
          },
          spec: { restartPolicy: 'Never' },
        },
      },
    };
    expect(renewedHook(failed)).toEqual(plain);
  });
});

describe('what hooks did is undone', () => {
  const ended = '{conditions: [{type: Complete, status: "True"}]}';
  const failed = '{conditions: [{type: Failed, status: "True"}]}';
  test.each([
    ['by one that ran well after a rollback', [job('{}', ended), job('{}', ended, 'post-rollback')], true],
    ['also if another one failed', [job('{}', ended, 'post-rollback'), job('{}', failed, 'post-rollback')], true],
    ['not by one that waits', [job('{}', ended), job('{suspend: true}', '{}', 'post-rollback')], false],
    ['not by one that failed', [job('{}', ended), job('{}', failed, 'post-rollback')], false],
    ['not where none runs after a rollback', [job('{}', ended), job('{}', ended, 'post-promote')], false],
  ])('%s', (_, hooks, undone) => expect(areUndone(hooks)).toBe(undone));
});
