import type { GreenpathError } from '../base/error.ts';
import { routeInput } from '../release/route.ts';
import type { Checked } from './checked.ts';
import type { Journal, SwitchAnswers } from './journal.ts';
import type { Result } from './result-schema.ts';
import type { Status } from './status.ts';

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
  | 'certainty'
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
  const { status, check, codes, certainty, ...known } = facts;
  const { dryRun } = facts;
  const back = rollbackInputs(facts, error);
  const looks = journal.looks.filter(({ to }) => to === facts.revision);
  const looksBack = journal.looks.filter((look) => !looks.includes(look));
  return {
    version: 2,
    ...known,
    ...(certainty && { certainty }),
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
