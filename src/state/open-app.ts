import type { LockHolder } from '../core/kube/lease.ts';
import { type Namespace, type NamespaceReading, readNamespace, withParentsOf } from './namespace.ts';
import { type Basis, readSituation } from './read-situation.ts';
import type { Run } from './run.ts';
import type { Situation } from './situation.ts';
import { observeLive } from './tell-live.ts';
import { refuseUnsettled } from './unsettled.ts';

/** How a mode opens the app. */
interface Opening<T, B> extends NamespaceReading {
  /** What the mode needs besides the namespace; read at the same time. */
  read(): Promise<T>;
  /** How the routes are read then; undefined if Greenpath has nothing here. */
  basis(read: T, namespace: Namespace): B | Promise<B>;
  /** Which unfinished switches the mode completes itself; it refuses the others. */
  readonly finishes: 'none' | 'own' | 'any';
}

/** What a mode begins with. */
export interface App<T, B extends Basis = Basis> {
  readonly read: T;
  readonly basis: B;
  readonly situation: Situation;
  /** The runs that gave way to this one. */
  readonly overtaken: readonly LockHolder[];
}

/** What was read if Greenpath has nothing here. */
export interface Nothing<T> {
  readonly read: T;
  readonly situation: undefined;
}

/**
 * How every mode that writes begins: it takes the lock, reads records and namespace, finds out where visitors are,
 * observes that, and refuses if an earlier switch must be finished first (`unfinished`, `reverted`).
 */
export async function openApp<T, B extends Basis>(run: Run, opening: Opening<T, B>): Promise<App<T, B>>;
export async function openApp<T, B extends Basis>(
  run: Run,
  opening: Opening<T, B | undefined>,
): Promise<App<T, B> | Nothing<T>>;
export async function openApp<T, B extends Basis>(
  run: Run,
  { read, basis, finishes, removes }: Opening<T, B | undefined>,
): Promise<App<T, B> | Nothing<T>> {
  run.report.stage('Situation');
  const overtaken = await run.takeLock();
  const [own, namespace] = await Promise.all([read(), readNamespace(run, { removes })]);
  const by = await basis(own, namespace);
  if (by === undefined) return { read: own, situation: undefined };
  const situation = readSituation(run, await withParentsOf(run, namespace, by.planned), by);
  const { visitors } = observeLive(run, situation, { moved: false });
  run.report.line(`Live: ${visitors}`);
  if (finishes !== 'any') await refuseUnsettled(run, situation, finishes === 'own' ? run.inputs.revision : undefined);
  return { read: own, basis: by, overtaken, situation };
}
