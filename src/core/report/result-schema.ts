import * as v from 'valibot';
import { checkResult } from '../checks/check-result.ts';
import { checkedSchema } from './checked.ts';
import type { Status } from './status.ts';

/**
 * The content of the output `json`: everything a later step may want to know about this one. `docs/output.schema.json`
 * is generated from this schema. Within one `version`, fields are only added.
 */
export const resultSchema = v.strictObject({
  version: v.literal(2),
  mode: v.string(),
  app: v.string(),
  namespace: v.pipe(v.string(), v.description('Empty if the step ended before it was known.')),
  routes: v.array(v.strictObject({ kind: v.string(), name: v.string() })),
  dryRun: v.boolean(),
  revision: v.string(),
  previousRevision: v.string(),
  liveUrl: v.string(),
  liveRevision: v.pipe(v.string(), v.description('What visitors get, as last observed; empty if unknown.')),
  previewUrl: v.pipe(v.string(), v.description('Empty if no URL alone leads to the candidate.')),
  previewHeader: v.pipe(
    v.string(),
    v.description(
      'The header with which requests to the live URLs get to the candidate, such as `X-Preview: green`; else empty.',
    ),
  ),
  state: v.string(),
  proof: v.picklist(['identity', 'difference', 'none', '']),
  certainty: v.optional(
    v.pipe(
      v.string(),
      v.description(
        'How sure it is which version answered, and why: it begins with `certain`, `likely` or `not known`. Absent if nothing was proven.',
      ),
    ),
  ),
  changed: v.boolean(),
  visitors: v.pipe(
    v.string(),
    v.description('One sentence: where visitors are, as far as the step has seen. Empty in mode `check`.'),
  ),
  error: v.optional(
    v.pipe(
      v.strictObject({
        code: v.string(),
        what: v.string(),
        next: v.string(),
        url: v.pipe(v.string(), v.description('What the documentation says about the code.')),
        problems: v.array(
          v.strictObject({ text: v.string(), file: v.optional(v.string()), line: v.optional(v.number()) }),
        ),
      }),
      v.description('Absent if the step did what it was asked.'),
    ),
  ),
  rollback: v.optional(
    v.pipe(
      v.record(v.string(), v.string()),
      v.description(
        'The inputs for a rollback. Absent if visitors are not on the revision of this step, or if it is not known where they were before.',
      ),
    ),
  ),
  stages: v.array(
    v.strictObject({
      title: v.string(),
      at: v.string(),
      ms: v.number(),
      failed: v.pipe(v.boolean(), v.description('Whether the step failed in it.')),
    }),
  ),
  checks: v.array(checkResult),
  answers: v.pipe(
    v.strictObject({ green: v.number(), blue: v.number(), unknown: v.number(), bad: v.number(), silent: v.number() }),
    v.description(
      'The requests to the live URLs around the switch to `revision`, by who answered them: `green` is `revision`, `blue` another version, `unknown` an answer that visitors may get and that shows no version, `bad` one that they should not get, or none although the proxy itself answers, and `silent` none.',
    ),
  ),
  answersBack: v.optional(
    v.pipe(
      v.strictObject({
        to: v.string(),
        awaited: v.number(),
        other: v.number(),
        unknown: v.number(),
        bad: v.number(),
        silent: v.number(),
      }),
      v.description(
        'The same after visitors were switched back to the version `to`, since `revision` failed: `awaited` is `to`, and `other` another version. Absent if that did not happen.',
      ),
    ),
  ),
  changes: v.array(v.strictObject({ object: v.string(), action: v.picklist(['create', 'change', 'keep', 'delete']) })),
  warnings: v.array(v.string()),
  status: v.optional(
    v.pipe(v.record(v.string(), v.unknown()), v.description('Mode `status` only: the state of the app.')),
  ),
  check: v.optional(v.pipe(checkedSchema, v.description('Mode `check` only: what becomes of the manifests.'))),
});

export type Result = Omit<v.InferOutput<typeof resultSchema>, 'status' | 'proof'> & {
  readonly proof: 'identity' | 'difference' | 'none' | '';
  readonly status?: Status;
};
