import * as v from 'valibot';

/** How one check ended. The record's stamp, `status`, the summary and the output `json` hold it in this form, whatever its kind. */
export const checkResult = v.strictObject({
  name: v.pipe(v.string(), v.description('What people call the check, such as `GET /healthz`.')),
  kind: v.pipe(v.string(), v.description('The setting of the config that names the kind of check.')),
  where: v.pipe(v.string(), v.description('What the check was run against, such as a URL.')),
  passed: v.boolean(),
  attempts: v.pipe(v.number(), v.description('How many attempts were made, over all addresses.')),
  slowestMs: v.optional(v.pipe(v.number(), v.description('The slowest attempt that counted; absent if none did.'))),
  failure: v.pipe(v.string(), v.description('Why the check failed; empty if it passed.')),
});
export type CheckResult = v.InferOutput<typeof checkResult>;
