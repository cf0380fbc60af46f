import { expect, test } from 'vitest';
import { waitingCheck } from '../../../src/core/kube/check-jobs.ts';
import { objectOf } from '../support.ts';

/** How a Job that is a check is created. */

const job = (spec: string) =>
  objectOf(
    `{apiVersion: batch/v1, kind: Job, metadata: {name: smoke, annotations: {greenpath.dev/check: "true"}}, spec: ${spec}}`,
  );

test('it is suspended, and a pod of it that fails is not tried again', () => {
  expect(waitingCheck(job('{template: {}}')).spec).toMatchObject({ suspend: true, backoffLimit: 0 });
});

test.each([
  ['backoffLimit', 2],
  ['backoffLimit', 0],
  ['backoffLimitPerIndex', 1],
])('one that says itself how often keeps that: %s %d', (key, limit) => {
  const own = `{${key}: ${limit}, template: {}}`;
  const { backoffLimit, backoffLimitPerIndex } = waitingCheck(job(own)).spec as Record<string, unknown>;
  expect({ backoffLimit, backoffLimitPerIndex }).toEqual({
    backoffLimit: undefined,
    backoffLimitPerIndex: undefined,
    [key]: limit,
  });
});
