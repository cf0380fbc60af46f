import { ANNOTATION_ENTRY, annotation, type KubeObject, nameOf } from '../../core/kube/objects.ts';
import { noServices, type RevisionServices } from '../../core/kube/revision-services.ts';
import { entryTarget, otherForm, planEntry } from '../../core/release/entry.ts';
import { entriesOf } from '../../core/release/followers.ts';
import { noteWrite, type Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { writeEntry } from '../objects/entries.ts';
import { moveWorkers, readWorkers } from '../pods/workers.ts';

/** From which revision to which everything goes that is not behind the live routes. */
interface InsideMove {
  readonly from: RevisionServices;
  readonly to: RevisionServices;
  /** Whether plain Services that do not exist are made. */
  readonly create?: boolean;
}

/**
 * Makes everything behind the plain names follow the visitors: the plain Services point at `to`, and its workers take
 * over from those of `from`. Safe to repeat.
 */
export async function followInside(run: Run, situation: Situation, move: InsideMove): Promise<void> {
  const { from, to } = move;
  run.report.stage('Inside');
  await moveEntries(run, situation, move);
  await moveWorkers(run, await readWorkers(run, situation, from, to), from, to);
}

/**
 * Repairs drift: plain Services that somebody else wrote or deleted, and workers, follow `to`, the live side. Returns
 * the names of what changed.
 */
export async function repairInside(
  run: Run,
  situation: Situation,
  { to, create }: Required<Omit<InsideMove, 'from'>>,
): Promise<string[]> {
  const nobody = noServices('');
  const services = await moveEntries(run, situation, { from: nobody, to, create });
  const plan = await readWorkers(run, situation, nobody, to);
  const workers = [...plan.stop, ...plan.start];
  if (workers.length > 0) await moveWorkers(run, plan, nobody, to);
  return [...services, ...workers].map(nameOf);
}

/** One guarded patch for each Service whose selector differs from its live counterpart. Returns those that changed. */
async function moveEntries(
  run: Run,
  { services }: Situation,
  { from, to, create = false }: InsideMove,
): Promise<KubeObject[]> {
  const { app } = run.inputs;
  const moved: KubeObject[] = [];
  const bases = new Set([...Object.keys(to.services), ...entriesOf(services, app).map((entry) => entry.metadata.name)]);
  for (const baseName of bases) {
    const present = services.find((service) => service.metadata.name === baseName);
    const target = entryTarget(baseName, to, services, app);
    const isEntry = present !== undefined && annotation(present, ANNOTATION_ENTRY) === app;
    if (target === undefined && isEntry)
      run.report.notice(
        `Service ${baseName} still selects what it did before: revision ${to.revision} has no Service of that name. Delete it if nothing calls it any more`,
      );
    if (target === undefined || target === present || !(create || isEntry)) continue;
    const { name } = target.metadata;
    // If nothing was live, an object under a plain name belongs to somebody else.
    const before = from.revision === '' ? undefined : entryTarget(baseName, from, services, app);
    const plan = planEntry(baseName, present, target, before, app);
    if (plan.step === 'none') continue;
    if (plan.step === 'leave') {
      run.report.notice(
        `Service ${baseName} is left unchanged: ${plan.why}. Callers inside the cluster that use it do not follow the release`,
      );
      continue;
    }
    const other = present && otherForm(present, target);
    if (other !== undefined)
      run.report.notice(
        `Service ${baseName} stays as it was created: ${other}. Change it yourself, or delete it and run promote again`,
      );
    const { object, change } = await writeEntry(run.api, baseName, present, plan);
    noteWrite(run, change);
    run.report.line(`Service ${baseName} ${run.report.wording('points', 'would point')} at ${name} now`);
    moved.push(object);
  }
  return moved;
}
