import { expect } from 'vitest';
import type { Outcome } from '../../harness/action.ts';
import type { Wire } from '../../harness/wire.ts';
import type { World } from './world.ts';

/** How a run begins that says who holds the lock of `web`. */
export const WAITING = 'Waiting: another run works on web';

/** A run that would go on for minutes: what it is, and what it says once it has begun to wait. */
export interface Busy {
  readonly mode: string;
  readonly revision: string;
  readonly inputs: Record<string, string>;
  readonly says: string;
  /** The revision that the rollback names, if any. */
  readonly back?: string;
}

/** How a rollback fared that was started while another run was at work. */
export interface Overtaken {
  readonly busy: Outcome;
  readonly rollback: Outcome;
  /** Milliseconds from the start of the rollback's process to the answer to its patch of the live route. */
  readonly ms: number;
}

/** Starts a rollback as soon as the other run waits, and ends when both have. */
export async function overtake(world: World, wire: Wire, busy: Busy): Promise<Overtaken> {
  const { mode, revision, inputs, says, back = '' } = busy;
  let patched: number | undefined;
  let start = 0;
  wire.reset(({ url, phase, count }) => {
    if (count > 0 && phase === 'after' && url.includes('/ingresses/web?')) patched ??= performance.now();
    return 'pass';
  });
  let rollback: Outcome | undefined;
  const act = async () => {
    start = performance.now();
    const kubeconfig = wire.through(world.kubeconfig);
    rollback = await world.run('rollback', '', { kubeconfig, timeout: '60s', to: back });
  };
  const overtaken = await world.run(mode, revision, inputs, { when: { text: says, act } });
  if (rollback === undefined) throw new Error('the rollback was not run');
  expect(rollback.exitCode, rollback.stdout).toBe(0);
  if (patched === undefined) throw new Error(`the rollback patched no route: ${rollback.stdout}`);
  return { busy: overtaken, rollback, ms: Math.round(patched - start) };
}

/** A release that succeeds, step by step. */
export async function released(world: World, revision: string, config: string): Promise<void> {
  const outcome = await world.run('release', revision, { config });
  expect(outcome.exitCode, outcome.stdout).toBe(0);
}
