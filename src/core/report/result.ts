import * as v from 'valibot';
import type { GreenpathError } from '../base/error.ts';
import { checkResult } from '../checks/check-result.ts';
import { routeInput } from '../release/route.ts';
import { type Checked, checkedSchema } from './checked.ts';
import type { Journal, SwitchAnswers } from './journal.ts';
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

/** The facts of a result that are not in the journal. */
export type ResultInput = Pick<
  Result,
  | 'mode'
  | 'app'
  | 'namespace'
  | 'routes'
  | 'dryRun'
  | 'revision'
  | 'previousRevision'
  | 'liveUrl'
  | 'previewUrl'
  | 'previewHeader'
  | 'state'
  | 'proof'
  | 'changed'
  | 'visitors'
> & {
  readonly status: Status | undefined;
  readonly check: Checked | undefined;
  /** Address of the page with a section for each error code. */
  readonly codes: string;
};

/** The most entries of a kind; more are of no use to a step that reads them. */
const MOST = 500;

/** The result of a run that has ended. */
export function resultOf(facts: ResultInput, journal: Journal, error: GreenpathError | undefined): Result {
  const { status, check, codes, ...known } = facts;
  const { dryRun } = facts;
  const back = rollbackInputs(facts, error);
  const looks = journal.looks.filter(({ to }) => to === facts.revision);
  const looksBack = journal.looks.filter((look) => !looks.includes(look));
  return {
    version: 2,
    ...known,
    liveRevision: dryRun ? (journal.before?.live.revision ?? '') : (journal.after?.live.revision ?? ''),
    ...(error && { error: errorOf(error, codes) }),
    ...(back && { rollback: back }),
    stages: journal.stages.map(({ title, from, to, failed }) => ({
      title,
      at: new Date(from).toISOString(),
      ms: to - from,
      failed,
    })),
    checks: [...journal.checks],
    answers: tallyOf(looks),
    ...(looksBack[0] && { answersBack: { to: looksBack[0].to, ...tallyBack(looksBack) } }),
    changes: journal.changes.slice(0, MOST).map(({ object, action }) => ({ object, action })),
    warnings: journal.warnings.slice(0, MOST),
    ...(status && { status }),
    ...(check && { check }),
  };
}

function tallyOf(looks: readonly SwitchAnswers[]): Result['answers'] {
  const tally = { green: 0, blue: 0, unknown: 0, bad: 0, silent: 0 };
  for (const { who } of looks.flatMap(({ answers }) => answers)) tally[who] += 1;
  return tally;
}

/** After a switch back, the awaited version is the earlier one. */
function tallyBack(looks: readonly SwitchAnswers[]) {
  const { green: awaited, blue: other, ...rest } = tallyOf(looks);
  return { awaited, other, ...rest };
}

/** Whether somebody moved the visitors elsewhere already, or is doing so. */
const NOT_NEEDED = new Set<string | undefined>(['reverted', 'gave-way']);

/** The inputs of a rollback, by name; undefined if visitors are not on the revision of this run. */
function rollbackInputs(facts: ResultInput, error: GreenpathError | undefined): Record<string, string> | undefined {
  const { mode, app, routes, namespace, revision, previousRevision, state } = facts;
  const moved = state === 'live' || state === 'switched';
  const promotes = mode === 'promote' || mode === 'release';
  if (!moved || !promotes || previousRevision === '' || NOT_NEEDED.has(error?.code)) return undefined;
  return {
    mode: 'rollback',
    app,
    route: routes.map(routeInput).join(', '),
    namespace,
    revision,
    to: previousRevision,
  };
}

function errorOf({ code, message, next, problems }: GreenpathError, codes: string): NonNullable<Result['error']> {
  return {
    code,
    what: message,
    next,
    url: `${codes}#${code}`,
    problems: problems.slice(0, MOST).map(({ text, place }) => ({
      text,
      ...(place && { file: place.file }),
      ...(place?.line !== undefined && { line: place.line }),
    })),
  };
}
