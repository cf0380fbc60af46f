import type { Api } from '../cluster/api.ts';
import { GreenpathError } from '../core/base/error.ts';
import { diffOf } from '../core/kube/diff.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type KubeObject, nameOf, type Service } from '../core/kube/objects.ts';
import type { CandidateEntry } from '../core/release/candidate-entries.ts';
import { type EntryStep, planEntry } from '../core/release/entry.ts';
import type { Change } from '../core/report/journal.ts';
import { noteWrite, type Run } from '../state/run.ts';
import { inParallel } from './in-parallel.ts';

/** A plain Service after a write, and what that changed. */
export interface WrittenEntry {
  readonly object: Service;
  readonly change: Change;
}

/** Creates or moves the plain Service `name` as planned, one guarded write; throws `conflict` if somebody else did. */
export async function writeEntry(
  api: Api,
  name: string,
  present: Service | undefined,
  plan: Extract<EntryStep, { step: 'create' | 'move' }>,
): Promise<WrittenEntry> {
  const answer =
    plan.step === 'create'
      ? await api.create(plan.object)
      : await api.patch<Service>({ kind: KIND.Service, name }, plan.operations);
  if (answer === 'changed') throw changed(`Service ${name}`);
  const action = plan.step === 'create' ? ('create' as const) : ('change' as const);
  return { object: answer, change: { object: nameOf(answer), action, diff: diffOf(present, answer) } };
}

/** The same for plain Services that lead to the candidate; `targets` are its own Services, as the server has them. */
export async function writeCandidateEntries(
  api: Api,
  app: string,
  wanted: readonly CandidateEntry[],
  targets: readonly KubeObject[],
): Promise<WrittenEntry[]> {
  const written = await inParallel(wanted, async ({ baseName, service, present }) => {
    const target = targets.find((one) => one.kind === 'Service' && one.metadata.name === service);
    if (target === undefined) return [];
    const plan = planEntry(baseName, present, target as Service, undefined, app);
    if (plan.step !== 'create' && plan.step !== 'move') return [];
    return [await writeEntry(api, baseName, present, plan)];
  });
  return written.flat();
}

/** Lets the plain Services lead to the candidate, since nothing is live; returns whether any had to be written. */
export async function pointAtCandidate(
  run: Run,
  wanted: readonly CandidateEntry[],
  applied: readonly KubeObject[],
): Promise<boolean> {
  const written = await writeCandidateEntries(run.api, run.inputs.app, wanted, applied);
  for (const { change } of written) {
    noteWrite(run, change);
    run.report.line(`${change.object} points at ${run.inputs.revision}, since nothing is live`);
  }
  return written.length > 0;
}

function changed(what: string): GreenpathError {
  return new GreenpathError(
    'conflict',
    `${what} was changed by somebody else meanwhile`,
    'Run the step again to finish.',
  );
}
