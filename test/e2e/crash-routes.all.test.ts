import { expect, inject, test } from 'vitest';
import { isLost } from '../../harness/load.ts';
import { CrashStage, type Second } from './crash.ts';

/**
 * Two live routes cannot move in one patch: killed at any write, a promote can be finished or taken back, and a rollback
 * goes on from there. Both end where undisturbed runs end, and visitors get whole answers of an allowed revision.
 */

/** What is known so far of an app over two routes. */
class Matrix {
  readonly stage: CrashStage;
  readonly points = { promote: [] as string[], rollback: [] as string[] };
  readonly halves = { promote: 0, rollback: 0 };
  readonly done = new Set<string>();
  readonly undisturbed = new Map<string, string>();

  constructor(stage: CrashStage) {
    this.stage = stage;
  }
}

/** One release and its rollback; the first makes a past, the second shows where undisturbed runs end, then one kills. */
class Cycle {
  readonly number: number;
  readonly revision: string;
  readonly #of: Matrix;
  at = 'nothing';

  constructor(of: Matrix, number: number) {
    this.#of = of;
    this.number = number;
    this.revision = `r${number}`;
  }

  /** Runs a mode, which has to pass and to end where it ends this.#of.undisturbed. */
  async passes(mode: string, end: string): Promise<void> {
    const { exitCode, stdout } = await this.#of.stage.run(mode, this.revision);
    expect(exitCode, `${mode} after ${this.at}: ${stdout}`).toBe(0);
    const seen = await this.#of.stage.end({ [this.revision]: 'R', [`r${this.number - 1}`]: 'Q' });
    if (this.number > 0 && !this.#of.undisturbed.has(end)) this.#of.undisturbed.set(end, seen);
    if (this.number > 1) expect(seen, `${mode} after ${this.at}`).toBe(this.#of.undisturbed.get(end));
  }

  /** Kills the next point of the mode, if there is one; whether the routes name different revisions now. */
  async killed(mode: 'promote' | 'rollback'): Promise<boolean> {
    this.at = 'nothing';
    if (this.number < 2 || this.#of.done.has(mode)) return false;
    const at = await this.#of.stage.killedAt(this.#of.points[mode].length + 1, mode, this.revision);
    if (at === undefined) this.#of.done.add(mode);
    else this.#of.points[mode].push(at);
    this.at = at ?? 'nothing';
    const [web, api] = await this.#of.stage.named();
    if (web !== api) this.#of.halves[mode] += 1;
    return web !== api;
  }

  /** What others see of a state that is neither here nor there: `status` names it and what to do, `verify` refuses. */
  async seenHalfway(to: string, others: string, next: string): Promise<void> {
    const { problem } = JSON.parse((await this.#of.stage.run('status', '')).outputs.json ?? '').status;
    const what = `an earlier run switched only some of the routes to revision ${to}; the others are on ${others}`;
    expect(problem, this.at).toMatchObject({ code: 'unfinished', what });
    expect(problem.next).toContain(next);
    expect((await this.#of.stage.run('verify', this.revision)).stdout).toContain('[unfinished]');
  }

  /** Whole answers, and of nobody else, since this was asked last. */
  visitorsSaw(...allowed: string[]): void {
    const strange = this.#of.stage.newAnswers().filter((answer) => isLost(answer) || !allowed.includes(answer.who));
    expect(strange, `${this.revision}, killed ${this.at}`).toEqual([]);
  }
}

async function release({ halves }: Matrix, cycle: Cycle): Promise<void> {
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

test.concurrent.for<Second>(['ingress', 'httproute'])(
  'promote and rollback over an Ingress and another route (%s), killed at any write, are finished or taken back',
  { timeout: 2_000_000 },
  async (second) => {
    const matrix = new Matrix(await CrashStage.open(inject('cluster'), 'split', { second }));
    const { stage, points, halves, done } = matrix;
    try {
      for (let number = 0; done.size < 2; number += 1) await release(matrix, new Cycle(matrix, number));
      const all = stage.answers();
      for (const mode of ['promote', 'rollback'] as const) {
        const [kills, between] = [points[mode].length, halves[mode]];
        console.log(
          `${mode} over an Ingress and one ${second} more: killed at ${kills} points, ${between} times half-way`,
        );
        expect(between, points[mode].join()).toBeGreaterThanOrEqual(2);
      }
      console.log(`${all.length} answers, ${all.filter(isLost).length} lost`);
    } finally {
      await stage.close();
    }
  },
);
