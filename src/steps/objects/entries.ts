import type { Api } from '../../cluster/api.ts';
import { changedError } from '../../core/base/error.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import { diffOf } from '../../core/kube/diff.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { type KubeObject, nameOf, type Service } from '../../core/kube/objects.ts';
import { type CandidateEntry, candidateEntries } from '../../core/release/candidate-entries.ts';
import { type EntryStep, planEntry } from '../../core/release/entry.ts';
import { servicesOf } from '../../core/release/route.ts';
import type { Change } from '../../core/report/journal.ts';
import { noteWrite, type Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
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
  if (answer === 'changed') throw changedError(`Service ${name}`);
  const action = plan.step === 'create' ? ('create' as const) : ('change' as const);
  return { object: answer, change: { object: nameOf(answer), action, diff: diffOf(present, answer) } };
}

/**
 * The same for plain Services that lead to the candidate; `targets` are its own Services, as the server has them. Each
 * write is handed to `onWrite` as soon as the server has answered, whatever becomes of the others.
 */
export async function writeCandidateEntries(
  api: Api,
  app: string,
  wanted: readonly CandidateEntry[],
  targets: readonly KubeObject[],
  onWrite: (written: WrittenEntry) => void,
): Promise<void> {
  await inParallel(wanted, async ({ baseName, service, present }) => {
    const target = targets.find((one) => one.kind === 'Service' && one.metadata.name === service);
    if (target === undefined) return;
    const plan = planEntry(baseName, present, target as Service, undefined, app);
    if (plan.step === 'create' || plan.step === 'move') onWrite(await writeEntry(api, baseName, present, plan));
  });
}

/** Lets the plain Services lead to the candidate, since nothing is live; returns whether any had to be written. */
export async function pointAtCandidate(
  run: Run,
  wanted: readonly CandidateEntry[],
  applied: readonly KubeObject[],
): Promise<boolean> {
  let changed = false;
  await writeCandidateEntries(run.api, run.inputs.app, wanted, applied, ({ change }) => {
    changed = true;
    noteWrite(run, change);
    run.report.line(`${change.object} points at ${run.inputs.revision}, since nothing is live`);
  });
  return changed;
}

/** The plain Services that lead to the candidate: none while something is live, or of a hand-written pair. */
export function entriesFor(
  { inputs: { app } }: Run,
  { counterparts, services: own, form }: Stack,
  { revision, services, slices, allRoutes, rules }: Situation,
  superseded: string | undefined,
): CandidateEntry[] {
  if (revision !== undefined || form === 'pair') return [];
  // The live routes may not exist yet: whoever applies them from git must not bring visitors to the candidate.
  const named = new Set(servicesOf([...allRoutes.flatMap(({ paths }) => paths), ...rules]));
  return candidateEntries(counterparts, own, { app, services, slices, named, superseded });
}
