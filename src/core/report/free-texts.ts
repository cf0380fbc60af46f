import type { Result } from './result-schema.ts';

/**
 * `result` with `change` applied to every text that is for people and may quote something external. The rest is for
 * later steps: names, states and codes, which no value of a Secret may change.
 */
export function withTexts(result: Result, change: (text: string) => string): Result {
  const { visitors, error, checks, status, check } = result;
  return {
    ...result,
    visitors: change(visitors),
    checks: checks.map((check) => ({ ...check, failure: change(check.failure) })),
    ...(error && {
      error: {
        ...error,
        what: change(error.what),
        next: change(error.next),
        problems: error.problems.map((problem) => ({ ...problem, text: change(problem.text) })),
      },
    }),
    ...(status && { status: withStatusTexts(status, change) }),
    ...(check && { check: { ...check, objects: check.objects.map((one) => ({ ...one, why: change(one.why) })) } }),
  };
}

function withStatusTexts(status: NonNullable<Result['status']>, change: (text: string) => string) {
  const { problem, lock, next } = status;
  return {
    ...status,
    problem: problem && { ...problem, what: change(problem.what), next: change(problem.next) },
    lock: lock === undefined ? undefined : change(lock),
    next: change(next),
  };
}
