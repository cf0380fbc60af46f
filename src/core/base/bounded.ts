import { createContext, runInContext } from 'node:vm';
import { isObject } from './json.ts';

/** How long some work may take, in milliseconds: it takes less than ten. */
const LIMIT = 1_000;
/** How long it may take, in milliseconds, until whatever else waits gets its turn. */
const LONG = 100;
/** How often it is begun anew, if that time went by because the machine was busy with something else. */
const STARTS = 5;
/** How often in a row it may take longer until it is not begun any more. */
const PATIENCE = 3;

const TIMEOUT = 'ERR_SCRIPT_EXECUTION_TIMEOUT';
const BOX: { work: () => unknown } = { work: () => undefined };
let context: typeof BOX | undefined;
/** How often in a row the work of a name took too long. */
const SLOW = new Map<string, number>();

/**
 * The result of `work`; undefined if that takes too long. What the config says may take for ever (a regular expression
 * that backtracks, a JSONPath with filters inside filters), and while it does nothing else runs, not even the renewal of
 * the lock. So it is stopped wherever it is, and what is slow again and again under one name is not begun any more.
 * docs/decisions/0039-requests-of-checks.md
 */
export function bounded<T>(name: string, work: () => T): { readonly value: T } | undefined {
  const slow = SLOW.get(name) ?? 0;
  if (slow >= PATIENCE) return undefined;
  const result = timed(() => inTime(work));
  if (result === undefined) SLOW.set(name, slow + 1);
  else SLOW.delete(name);
  return result;
}

/** Set after work that took long, until everything else had a turn. */
let turn: Promise<void> | undefined;

/**
 * Does bounded work after everything else had a turn, if work before it took long: many answers may come at once, and
 * judging all of them in one turn may outlast the lock, whose renewal waits for the next one.
 */
export async function inTurn<T>(work: () => T): Promise<T> {
  while (turn !== undefined) await turn;
  return work();
}

function timed<T>(work: () => T): T {
  const start = performance.now();
  try {
    return work();
  } finally {
    if (performance.now() - start > LONG) giveTurn();
  }
}

/** One round of the event loop may already be past its timers, so that it takes two. */
function giveTurn(): void {
  const own = new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve))).then(() => {
    if (turn === own) turn = undefined;
  });
  turn = own;
}

/** Work that had less than half of its time on the processor is begun anew. */
function inTime<T>(work: () => T): { readonly value: T } | undefined {
  for (let starts = 1; starts <= STARTS; starts += 1) {
    const before = process.threadCpuUsage().user;
    const result = stopped(work);
    const used = (process.threadCpuUsage().user - before) / 1_000;
    if (result !== undefined || used > LIMIT / 2) return result;
  }
  return undefined;
}

function stopped<T>(work: () => T): { readonly value: T } | undefined {
  context ??= createContext(BOX) as typeof BOX;
  BOX.work = work;
  try {
    return { value: runInContext('work()', context, { timeout: LIMIT }) as T };
  } catch (error) {
    // It is an error of the other context, so that `instanceof` does not know it.
    if (isObject(error) && error.code === TIMEOUT) return undefined;
    throw error;
  } finally {
    BOX.work = () => undefined;
  }
}
