import { expect, test } from 'vitest';
import { only } from '../support.ts';
import { DEPLOYMENT, join, SERVICE, stackOf } from './stack-manifests.ts';

const job = (kind: string, annotation: string, spec: string) => `
apiVersion: batch/v1
kind: ${kind}
metadata: {name: seed, annotations: {greenpath.dev/${annotation}}}
spec: ${spec}`;
const POD = 'template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}';
const WITH_LIMIT = `{ttlSecondsAfterFinished: 60, backoffLimit: 2, ${POD}}`;
const built = (...more: Parameters<typeof job>) => stackOf(join(SERVICE, DEPLOYMENT, job(...more)));

test('a shared Job does not remove itself, so that no later release runs it again, and the plan says so', () => {
  const stack = built('Job', 'shared: "true"', WITH_LIMIT);
  const { spec } = only(stack.shared).object;
  expect(spec).toMatchObject({ backoffLimit: 2, template: {} });
  expect(spec).not.toHaveProperty('ttlSecondsAfterFinished');
  expect(stack.notices).toEqual([
    'Job seed is created without ttlSecondsAfterFinished: if Kubernetes deleted it after it ran, the next release would run it again',
  ]);
});

test.each([
  ['a shared Job without it', 'Job', 'shared: "true"', `{${POD}}`],
  ['a shared CronJob, whose Jobs may go', 'CronJob', 'shared: "true"', `{jobTemplate: {spec: ${WITH_LIMIT}}}`],
  ['a hook, whose record its revision has', 'Job', 'hook: pre-deploy', WITH_LIMIT],
])('nothing is said of %s', (_, kind, annotation, spec) => {
  const stack = built(kind, annotation, spec);
  expect(stack.notices).toEqual([]);
  if (kind === 'CronJob')
    expect(only(stack.shared).object).toMatchObject({
      spec: { jobTemplate: { spec: { ttlSecondsAfterFinished: 60 } } },
    });
});
