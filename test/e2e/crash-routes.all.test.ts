import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { isLost } from '../../harness/load.ts';
import { CrashStage } from './crash.ts';

/**
 * Two live routes cannot move in one patch: killed at any write, a promote can be finished or taken back, and a rollback
 * goes on from there. Both end where undisturbed runs end, and visitors get whole answers of an allowed revision.
 */

const cluster = inject('cluster');
const points = { promote: [] as string[], rollback: [] as string[] };
const halves = { promote: 0, rollback: 0 };
const done = new Set<string>();
const undisturbed = new Map<string, string>();
let stage: CrashStage;

beforeAll(async () => {
  stage = await CrashStage.open(cluster, 'split', 2);
});
afterAll(() => stage.close());

/** One release and its rollback; the first makes a past, the second shows where undisturbed runs end, then one kills. */
class Cycle {
  readonly number: number;
  readonly revision: string;
  at = 'nothing';

  constructor(number: number) {
    this.number = number;
    this.revision = `r${number}`;
  }

  /** Runs a mode, which has to pass and to end where it ends undisturbed. */
  async passes(mode: string, end: string): Promise<void> {
    const { exitCode, stdout } = await stage.run(mode, this.revision);
    expect(exitCode, `${mode} after ${this.at}: ${stdout}`).toBe(0);
    const seen = await stage.end({ [this.revision]: 'R', [`r${this.number - 1}`]: 'Q' });
    if (this.number > 0 && !undisturbed.has(end)) undisturbed.set(end, seen);
    if (this.number > 1) expect(seen, `${mode} after ${this.at}`).toBe(undisturbed.get(end));
  }

  /** Kills the next point of the mode, if there is one; whether the routes name different revisions now. */
  async killed(mode: 'promote' | 'rollback'): Promise<boolean> {
    this.at = 'nothing';
    if (this.number < 2 || done.has(mode)) return false;
    const at = await stage.killedAt(points[mode].length + 1, mode, this.revision);
    if (at === undefined) done.add(mode);
    else points[mode].push(at);
    this.at = at ?? 'nothing';
    const [web, api] = await stage.named();
    if (web !== api) halves[mode] += 1;
    return web !== api;
  }

  /** What others see of a state that is neither here nor there: `status` names it and what to do, `verify` refuses. */
  async seenHalfway(to: string, others: string, next: string): Promise<void> {
    const { problem } = JSON.parse((await stage.run('status', '')).outputs.json ?? '').status;
    const what = `an earlier run switched only some of the routes to revision ${to}; the others are on ${others}`;
    expect(problem, this.at).toMatchObject({ code: 'unfinished', what });
    expect(problem.next).toContain(next);
    expect((await stage.run('verify', this.revision)).stdout).toContain('[unfinished]');
  }

  /** Whole answers, and of nobody else, since this was asked last. */
  visitorsSaw(...allowed: string[]): void {
    const strange = stage.newAnswers().filter((answer) => isLost(answer) || !allowed.includes(answer.who));
    expect(strange, `${this.revision}, killed ${this.at}`).toEqual([]);
  }
}

async function release(cycle: Cycle): Promise<void> {
  const { revision } = cycle;
  await cycle.passes('deploy-green', 'deployed');
  await cycle.passes('verify', 'verified');
  cycle.visitorsSaw('v1');
  if (await cycle.killed('promote')) {
    await cycle.seenHalfway(revision, 'v1', `Run promote for revision ${revision} again`);
    // Every second time visitors are taken back.
    if (halves.promote % 2 === 0) {
      await cycle.passes('rollback', 'taken back');
      await cycle.passes('reject', 'retired');
      return cycle.visitorsSaw('v1', revision);
    }
  }
  await cycle.passes('promote', 'promoted');
  cycle.visitorsSaw('v1', revision);
  if (await cycle.killed('rollback')) await cycle.seenHalfway('v1', revision, 'run rollback again');
  await cycle.passes('rollback', 'rolled back');
  await cycle.passes('retire', 'retired');
  cycle.visitorsSaw('v1', revision);
}

test('promote and rollback over two routes, killed at any write, are finished or taken back', {
  timeout: 2_000_000,
}, async () => {
  for (let number = 0; done.size < 2; number += 1) await release(new Cycle(number));
  const all = stage.answers();
  for (const mode of ['promote', 'rollback'] as const) {
    console.log(`${mode} over two routes: killed at ${points[mode].length} points, ${halves[mode]} times half-way`);
    expect(halves[mode], points[mode].join()).toBeGreaterThanOrEqual(2);
  }
  console.log(`${all.length} answers, ${all.filter(isLost).length} lost`);
});
